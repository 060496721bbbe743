//! The GraphQL door of profiles.

use async_graphql::{Context, ID, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result};
use serde_json::Value;

use super::model;
use super::{ProfileFilter, find, list, versions};

/// What a kind of object is called and what its attributes look like.
#[derive(SimpleObject)]
#[graphql(name = "Profile")]
pub struct ProfileView {
    id: ID,
    tenant_id: Option<ID>,
    object_kind: String,
    kind: String,
    key: String,
    display_name: String,
    description: Option<String>,
    /// `active`, `deprecated` or `disabled`.
    status: String,
    created_at: String,
    updated_at: Option<String>,
}

impl From<model::Profile> for ProfileView {
    fn from(profile: model::Profile) -> ProfileView {
        ProfileView {
            id: door::show(profile.id),
            tenant_id: profile.tenant.map(door::show),
            object_kind: profile.object_kind,
            kind: profile.kind,
            key: profile.key,
            display_name: profile.display_name,
            description: profile.description,
            status: profile.status,
            created_at: profile.created_at.rfc3339(),
            updated_at: profile.updated_at.map(Moment::rfc3339),
        }
    }
}

/// One version of a profile; it never changes.
#[derive(SimpleObject)]
#[graphql(name = "ProfileVersion")]
pub struct ProfileVersionView {
    id: ID,
    profile_id: ID,
    version: i32,
    json_schema: Json<Value>,
    ui_schema: Json<Value>,
    /// `draft`, `active`, `deprecated` or `disabled`.
    status: String,
    created_at: String,
}

impl From<model::ProfileVersion> for ProfileVersionView {
    fn from(version: model::ProfileVersion) -> ProfileVersionView {
        ProfileVersionView {
            id: door::show(version.id),
            profile_id: door::show(version.profile),
            version: version.version,
            json_schema: Json(version.json_schema),
            ui_schema: Json(version.ui_schema),
            status: version.status,
            created_at: version.created_at.rfc3339(),
        }
    }
}

/// A page of profiles.
#[derive(SimpleObject)]
pub struct ProfileList {
    items: Vec<ProfileView>,
    total: i64,
}

/// Queries about profiles.
#[derive(Default)]
pub struct ProfileQuery;

#[Object]
impl ProfileQuery {
    /// Profiles: of one tenant, or of everybody when you may read the platform.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn profiles(
        &self,
        door: &Context<'_>,
        object_kind: Option<String>,
        kind: Option<String>,
        tenant_id: Option<ID>,
        status: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<ProfileList> {
        let filter = ProfileFilter {
            object_kind,
            kind,
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            status,
        };
        let page = list(door::ctx(door)?, &filter, door::page(PageBounds::ORDINARY, limit, offset)).await?;
        let total = door::total(page.total);
        Ok(ProfileList { total, items: page.items.into_iter().map(Into::into).collect() })
    }

    /// One profile.
    async fn profile(&self, door: &Context<'_>, id: ID) -> Result<ProfileView> {
        Ok(find(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// Every version of a profile, newest first.
    async fn profile_versions(&self, door: &Context<'_>, profile_id: ID) -> Result<Vec<ProfileVersionView>> {
        let versions = versions(door::ctx(door)?, door::id("profileId", &profile_id)?).await?;
        Ok(versions.into_iter().map(Into::into).collect())
    }
}
