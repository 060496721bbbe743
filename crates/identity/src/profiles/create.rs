//! Making a profile.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Event, Result, fields};
use uuid::Uuid;

use super::model::{self, Profile};
use super::store;
use crate::entities::active_tenant;

/// Who may make and change profiles of a tenant, or of everybody.
pub(crate) const WRITE: Rule = Rule::any(&[May::scope("manage"), May::scope("write")]);

/// What is needed for a profile.
#[derive(Clone, Debug, Default)]
pub struct NewProfile {
    /// Whose it is; none for everybody.
    pub tenant: Option<Uuid>,
    /// What it describes.
    pub object_kind: String,
    /// Kind of those objects.
    pub kind: String,
    /// Short name.
    pub key: String,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// `active` when left out.
    pub status: Option<String>,
}

/// Makes a profile, without any version yet.
pub async fn create(ctx: &Ctx, new: NewProfile) -> Result<Profile> {
    let allowed = ctx.require(&WRITE, &Within::<Profile>::tenant(new.tenant))?;
    let kind = fields::name("kind", &new.kind)?;
    model::described(&new.object_kind, &kind)?;
    let profile = Profile {
        id: ctx.new_id(),
        tenant: new.tenant,
        object_kind: new.object_kind,
        kind,
        key: fields::name("key", &new.key)?,
        display_name: fields::name("displayName", &new.display_name)?,
        description: fields::description(new.description.as_deref())?,
        status: model::status(new.status.as_deref())?,
        created_at: ctx.now(),
        updated_at: None,
    };
    let mut tx = ctx.begin().await?;
    active_tenant(&tx, profile.tenant).await?;
    store::insert(&tx, &allowed, profile.clone()).await?;
    tx.record(&allowed, Event::new("profile.create").on("profile", profile.id).after(profile.state()));
    tx.commit().await?;
    Ok(profile)
}
