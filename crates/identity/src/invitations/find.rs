//! Reading invitations.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::accept;
use super::model::{Held, Invitation, Shown};
use super::store;
use crate::{emails, entities};

/// Who may read the invitations of a tenant.
pub(crate) const READ: Rule = Rule::any(&[May::scope("manage"), May::scope("policy.manage")]).even_inactive();

/// A page of the invitations of a tenant, whatever became of them.
pub async fn list(ctx: &Ctx, tenant: Uuid, page: PageRequest) -> Result<Page<Shown>> {
    ctx.require(&READ, &Within::<Invitation>::tenant(Some(tenant)))?;
    shown(ctx, store::of_tenant(&ctx.reader(), tenant, page).await?).await
}

/// A page of the invitations for the caller, whatever became of them.
pub async fn mine(ctx: &Ctx, page: PageRequest) -> Result<Page<Shown>> {
    let holder = ctx.signed_in()?.entity;
    ctx.require(&accept::RULE, &Held { tenant: Uuid::nil(), holder })?;
    let address = address_of(ctx, holder).await?;
    shown(ctx, store::of_invitee(&ctx.reader(), holder, address.as_deref(), page).await?).await
}

/// The address that an entity has proved to be its own. In development also one that it has not.
pub(super) async fn address_of(ctx: &Ctx, entity: Uuid) -> Result<Option<String>> {
    let trusting = ctx.ground().settings().allow_unverified_email_login;
    let email = emails::store::of(&ctx.reader(), entity).await?;
    Ok(email.filter(|email| trusting || email.is_verified()).map(|email| email.address))
}

/// One invitation with its names.
pub(super) async fn shown_one(ctx: &Ctx, invitation: Invitation) -> Result<Shown> {
    let page = shown(ctx, Page { items: vec![invitation], total: 1 }).await?;
    let one = page.items.into_iter().next();
    one.ok_or_else(|| atoll_base::Common::bug("an invitation got lost while it was shown").into())
}

async fn shown(ctx: &Ctx, page: Page<Invitation>) -> Result<Page<Shown>> {
    let invitees: Vec<Uuid> = page.items.iter().filter_map(|one| one.invitee).collect();
    let names = match invitees.is_empty() {
        true => Default::default(),
        false => entities::store::names(&ctx.reader(), &invitees).await?,
    };
    let world = ctx.world()?;
    let items = page.items.into_iter().map(|invitation| Shown {
        invitee_name: invitation.invitee.and_then(|id| names.get(&id).cloned()),
        role_name: invitation.role.and_then(|id| world.role(id)).map(|role| role.name.to_owned()),
        invitation,
    });
    Ok(Page { items: items.collect(), total: page.total })
}
