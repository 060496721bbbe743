//! The GraphQL door of profiles.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result};
use serde_json::{Value, json};

use super::model;
use super::{
    NewProfile, NewVersion, ProfileFilter, ProfilePatch, add_version, create, find, list, update, versions,
};

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

/// A new profile.
#[derive(InputObject)]
pub struct CreateProfileInput {
    /// Whose it is; everybody's when left out.
    tenant_id: Option<ID>,
    /// `entity`, `resource`, `group`, `tenant` or `credential`; only those of entities are enforced.
    object_kind: String,
    kind: String,
    /// Unique among profiles of the same owner, object kind and kind.
    key: String,
    display_name: String,
    description: Option<String>,
    /// `active` (when left out), `deprecated` or `disabled`.
    status: Option<String>,
}

/// What to change about a profile: fields left out or null stay; a blank takes the description away.
#[derive(InputObject)]
pub struct UpdateProfileInput {
    display_name: Option<String>,
    description: Option<String>,
    /// `active`, `deprecated` or `disabled`.
    status: Option<String>,
}

/// A new version of a profile.
#[derive(InputObject)]
pub struct CreateProfileVersionInput {
    /// Its number, from 1; higher is newer.
    version: i32,
    /// JSON Schema of the attributes; `{}` when left out lets everything pass. It refers to nothing outside itself.
    json_schema: Option<Json<Value>>,
    ui_schema: Option<Json<Value>>,
    /// `active` (when left out), `draft`, `deprecated` or `disabled`.
    status: Option<String>,
}

/// Changes of profiles.
#[derive(Default)]
pub struct ProfileMutation;

#[Object]
impl ProfileMutation {
    /// Makes a profile, for a tenant or for everybody.
    async fn create_profile(&self, door: &Context<'_>, input: CreateProfileInput) -> Result<ProfileView> {
        let new = NewProfile {
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            object_kind: input.object_kind,
            kind: input.kind,
            key: input.key,
            display_name: input.display_name,
            description: input.description,
            status: input.status,
        };
        Ok(create(door::ctx(door)?, new).await?.into())
    }

    /// Changes a profile. Entities that have it keep it.
    async fn update_profile(
        &self,
        door: &Context<'_>,
        id: ID,
        input: UpdateProfileInput,
    ) -> Result<ProfileView> {
        let UpdateProfileInput { display_name, description, status } = input;
        let patch = ProfilePatch { display_name, description, status };
        Ok(update(door::ctx(door)?, door::id("id", &id)?, patch).await?.into())
    }

    /// Adds a version to a profile; it never changes. Entities stay with the version they have until they are moved.
    async fn create_profile_version(
        &self,
        door: &Context<'_>,
        profile_id: ID,
        input: CreateProfileVersionInput,
    ) -> Result<ProfileVersionView> {
        let new = NewVersion {
            version: input.version,
            json_schema: door::json(input.json_schema)
                .filter(|schema| !schema.is_null())
                .unwrap_or_else(|| json!({})),
            ui_schema: door::object("uiSchema", input.ui_schema)?,
            status: input.status,
        };
        Ok(add_version(door::ctx(door)?, door::id("profileId", &profile_id)?, new).await?.into())
    }
}
