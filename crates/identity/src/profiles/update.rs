//! Changing how a profile is called, what it is for, and whether it is used.

use atoll_access::tenancy;
use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result, fields};
use uuid::Uuid;

use super::create::WRITE;
use super::model::{self, Profile};
use super::{find, store};

/// What to change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfilePatch {
    /// Another name for people.
    pub display_name: Option<String>,
    /// Another description; a blank takes it away.
    pub description: Option<String>,
    /// Another status.
    pub status: Option<String>,
}

/// Applies the patch. Entities that have the profile keep it, whatever its status.
pub async fn update(ctx: &Ctx, id: Uuid, patch: ProfilePatch) -> Result<Profile> {
    ctx.signed_in()?;
    let status = patch.status.as_deref().map(|word| model::status(Some(word))).transpose()?;
    let name = patch.display_name.as_deref().map(|name| fields::name("displayName", name)).transpose()?;
    let description = patch.description.as_deref().map(|text| fields::description(Some(text))).transpose()?;
    let allowed = ctx.require(&WRITE, &find::known(ctx, id).await?)?;
    let mut tx = ctx.begin().await?;
    let mut profile = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("profile", id))?;
    tenancy::open(&tx, profile.tenant).await?;
    let before = profile.state();
    profile.display_name = name.unwrap_or(profile.display_name);
    profile.description = description.unwrap_or(profile.description);
    profile.status = status.unwrap_or(profile.status);
    profile.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, profile.clone()).await?;
    let event = Event::new("profile.update").on("profile", id).before(before).after(profile.state());
    tx.record(&allowed, event);
    tx.commit().await?;
    Ok(profile)
}
