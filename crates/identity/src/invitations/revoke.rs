//! Taking an invitation back.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Event, Result};
use uuid::Uuid;

use super::model::{Invitation, InvitationFault};
use super::store;

/// Who may take invitations back.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// Takes an invitation back that waits for an answer; its mails are good no longer.
pub async fn revoke(ctx: &Ctx, tenant: Uuid, id: Uuid) -> Result<()> {
    let allowed = ctx.require(&RULE, &Within::<Invitation>::tenant(Some(tenant)))?;
    let mut tx = ctx.begin().await?;
    let found = store::lock(&tx, id).await?.filter(|found| found.tenant == tenant);
    let mut invitation = found.ok_or(InvitationFault::MissingInTenant)?;
    invitation.pending(ctx.now())?;
    let before = invitation.state();
    invitation.revoked_at = Some(ctx.now());
    invitation.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &invitation).await?;
    tx.record(
        &allowed,
        Event::new("tenant_invitation.revoke")
            .of(Some(tenant))
            .on("tenant_invitation", invitation.id)
            .before(before)
            .after(invitation.state()),
    );
    tx.commit().await?;
    Ok(())
}
