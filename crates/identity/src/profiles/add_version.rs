//! Adding a version to a profile.

use atoll_access::tenancy;
use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::create::WRITE;
use super::model::{self, MAX_VERSIONS, ProfileFault, ProfileVersion};
use super::{find, store};
use crate::schemas;

/// What is needed for a version.
#[derive(Clone, Debug, Default)]
pub struct NewVersion {
    /// Its number.
    pub version: i32,
    /// JSON Schema of the attributes.
    pub json_schema: Value,
    /// Hints for forms.
    pub ui_schema: Value,
    /// `active` when left out.
    pub status: Option<String>,
}

/// Adds a version, which never changes. Attributes can be checked by it, or it is not taken. Entities that are there
/// already stay with the version they have until they are moved.
pub async fn add_version(ctx: &Ctx, profile: Uuid, new: NewVersion) -> Result<ProfileVersion> {
    let known = find::known(ctx, profile).await?;
    let allowed = ctx.require(&WRITE, &known)?;
    if new.version < 1 {
        return Err(ProfileFault::Version.into());
    }
    let status = model::version_status(new.status.as_deref())?;
    schemas::check(&new.json_schema).map_err(|why| ProfileFault::Schema(why.to_string()))?;
    let mut tx = ctx.begin().await?;
    store::lock(&tx, profile).await?.ok_or_else(|| Common::not_found("profile", profile))?;
    tenancy::open(&tx, known.tenant).await?;
    if store::count_versions(tx.conn(), profile).await? >= MAX_VERSIONS {
        return Err(ProfileFault::Versions.into());
    }
    let version = ProfileVersion {
        id: ctx.new_id(),
        profile,
        version: new.version,
        json_schema: new.json_schema,
        ui_schema: new.ui_schema,
        status,
        created_at: ctx.now(),
    };
    store::insert_version(&tx, &allowed, version.clone()).await?;
    let state = json!({ "profile_id": profile, "version": version.version, "status": version.status });
    tx.record(&allowed, Event::new("profile_version.create").on("profile_version", version.id).after(state));
    tx.commit().await?;
    Ok(version)
}
