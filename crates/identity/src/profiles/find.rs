//! Reading profiles.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Page, PageRequest, Result};
use uuid::Uuid;

use super::model::{Profile, ProfileVersion};
use super::store;

/// Who may read profiles: of a tenant, whoever may read there; those of everybody, the platform's readers.
pub(crate) const READ: Rule = Rule::any(&[May::scope("read"), May::scope("manage")]).even_inactive();

/// Which profiles to list.
#[derive(Clone, Debug, Default)]
pub struct ProfileFilter {
    /// Describing objects of this kind.
    pub object_kind: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Of this tenant; all when left out.
    pub tenant: Option<Uuid>,
    /// In this status.
    pub status: Option<String>,
}

/// A page of profiles: of one tenant, or all of them for the platform's readers.
pub async fn list(ctx: &Ctx, filter: &ProfileFilter, page: PageRequest) -> Result<Page<Profile>> {
    ctx.require(&READ, &Within::<Profile>::tenant(filter.tenant))?;
    store::list(&ctx.reader(), filter, page).await
}

/// One profile.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Profile> {
    let profile = known(ctx, id).await?;
    ctx.require(&READ, &profile)?;
    Ok(profile)
}

/// The profile an operation is about: whoever may not read everywhere is told `forbidden` of one that does not exist.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Profile> {
    ctx.signed_in()?;
    match store::find(&ctx.reader(), id).await? {
        Some(profile) => Ok(profile),
        None => {
            ctx.require(&READ, &Within::<Profile>::platform())?;
            Err(Common::not_found("profile", id).into())
        }
    }
}

/// Every version of a profile, newest first.
pub async fn versions(ctx: &Ctx, id: Uuid) -> Result<Vec<ProfileVersion>> {
    find(ctx, id).await?;
    store::versions(&ctx.reader(), id).await
}
