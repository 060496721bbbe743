//! The GraphQL door of identities at providers. Linking one begins over REST, as it needs a cookie.

use async_graphql::{Context, ID, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, Result};

use super::model::LinkedIdentity;
use super::{list, unlink};

/// Who an entity is at another provider.
#[derive(SimpleObject)]
#[graphql(name = "LinkedIdentity")]
pub struct LinkedIdentityView {
    id: ID,
    entity_id: ID,
    /// The provider, by its name in the settings.
    provider: String,
    /// Who it is there.
    subject: String,
    /// The address it had there last.
    email: String,
    /// Whether one can sign in with it: not when its provider is no longer set.
    usable: bool,
    last_used_at: Option<String>,
    created_at: String,
}

impl LinkedIdentityView {
    fn of(door: &Context<'_>, one: LinkedIdentity) -> Result<LinkedIdentityView> {
        Ok(LinkedIdentityView {
            usable: one.is_usable(door::ctx(door)?.ground().settings()),
            id: door::show(one.id),
            entity_id: door::show(one.entity),
            provider: one.provider,
            subject: one.subject,
            email: one.email,
            last_used_at: one.last_used_at.map(Moment::rfc3339),
            created_at: one.created_at.rfc3339(),
        })
    }
}

/// Queries about identities at providers.
#[derive(Default)]
pub struct FederationQuery;

#[Object]
impl FederationQuery {
    /// Who an entity is at other providers, oldest first; you when you name nobody.
    async fn linked_identities(
        &self,
        door: &Context<'_>,
        entity_id: Option<ID>,
    ) -> Result<Vec<LinkedIdentityView>> {
        let entity = door::optional_id("entityId", entity_id.as_ref())?;
        let all = list(door::ctx(door)?, entity).await?;
        all.into_iter().map(|one| LinkedIdentityView::of(door, one)).collect()
    }
}

/// Changes of identities at providers.
#[derive(Default)]
pub struct FederationMutation;

#[Object]
impl FederationMutation {
    /// Takes a provider away from your account; not the last way to sign in. Sessions that began with it end.
    async fn unlink_identity(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        unlink(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }
}
