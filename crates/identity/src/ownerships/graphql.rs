//! The GraphQL door of ownerships.

use async_graphql::{Context, ID, Object, SimpleObject};
use atoll_base::Result;
use atoll_base::door::graphql as door;

use super::{add, model, owned, remove};
use crate::entities::graphql::EntityView;

/// An entity belongs to another. That gives no rights.
#[derive(SimpleObject)]
#[graphql(name = "Ownership")]
pub struct OwnershipView {
    owner_id: ID,
    owned_id: ID,
    relation: String,
    created_at: String,
}

impl From<model::Ownership> for OwnershipView {
    fn from(ownership: model::Ownership) -> OwnershipView {
        OwnershipView {
            owner_id: door::show(ownership.owner),
            owned_id: door::show(ownership.owned),
            relation: ownership.relation,
            created_at: ownership.created_at.rfc3339(),
        }
    }
}

/// Queries about ownerships.
#[derive(Default)]
pub struct OwnershipQuery;

#[Object]
impl OwnershipQuery {
    /// The entities that an entity owns.
    async fn owned_entities(&self, door: &Context<'_>, owner_id: ID) -> Result<Vec<EntityView>> {
        let ctx = door::ctx(door)?;
        EntityView::all_of(ctx, owned(ctx, door::id("ownerId", &owner_id)?).await?).await
    }
}

/// Changes of ownerships.
#[derive(Default)]
pub struct OwnershipMutation;

#[Object]
impl OwnershipMutation {
    /// Makes one entity the owner of another, or changes in which way it is (`owner` when left out).
    async fn add_ownership(
        &self,
        door: &Context<'_>,
        owner_id: ID,
        owned_id: ID,
        relation: Option<String>,
    ) -> Result<OwnershipView> {
        let (owner, owned) = (door::id("ownerId", &owner_id)?, door::id("ownedId", &owned_id)?);
        Ok(add(door::ctx(door)?, owner, owned, relation.as_deref()).await?.into())
    }

    /// Ends an ownership.
    async fn remove_ownership(&self, door: &Context<'_>, owner_id: ID, owned_id: ID) -> Result<bool> {
        remove(door::ctx(door)?, door::id("ownerId", &owner_id)?, door::id("ownedId", &owned_id)?).await?;
        Ok(true)
    }
}
