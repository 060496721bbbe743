//! Declining an invitation.

use atoll_base::ctx::Ctx;
use atoll_base::{Event, Result};
use uuid::Uuid;

use super::accept::RULE;
use super::find::address_of;
use super::model::{Held, InvitationFault};
use super::store;

/// Declines the newest invitation into a tenant.
pub async fn reject(ctx: &Ctx, tenant: Uuid) -> Result<()> {
    let holder = ctx.signed_in()?.entity;
    let allowed = ctx.require(&RULE, &Held { tenant, holder })?;
    let address = address_of(ctx, holder).await?;
    let found = store::newest(&ctx.reader(), tenant, holder, address.as_deref()).await?;
    let found = found.ok_or(InvitationFault::MissingInTenant)?;
    let mut tx = ctx.begin().await?;
    let mut invitation = store::lock(&tx, found.id).await?.ok_or(InvitationFault::MissingInTenant)?;
    invitation.pending(ctx.now())?;
    let before = invitation.state();
    invitation.rejected_at = Some(ctx.now());
    invitation.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &invitation).await?;
    tx.record(
        &allowed,
        Event::new("tenant_invitation.reject")
            .of(Some(tenant))
            .on("tenant_invitation", invitation.id)
            .before(before)
            .after(invitation.state()),
    );
    tx.commit().await?;
    Ok(())
}
