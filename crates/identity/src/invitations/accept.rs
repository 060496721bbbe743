//! Accepting an invitation.

use std::sync::Arc;

use atoll_access::{Term, assignments};
use atoll_base::ctx::{Caller, CredentialKind, Ctx, Methods, Rule, SignedIn, Tx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Fact, FactKey, Status};
use uuid::Uuid;

use super::create;
use super::find::address_of;
use super::model::{Held, Invitation, InvitationFault, Purposed};
use super::store;
use crate::memberships;
use crate::one_time::OneTime;

/// Whoever an invitation is for answers it, but not with a scoped token.
pub(crate) const RULE: Rule = Rule::any(&[]).or_self().unscoped();

/// Accepts the newest invitation into a tenant.
pub async fn accept(ctx: &Ctx, tenant: Uuid) -> Result<()> {
    let holder = ctx.signed_in()?.entity;
    ctx.require(&RULE, &Held { tenant, holder })?;
    let address = address_of(ctx, holder).await?;
    let found = store::newest(&ctx.reader(), tenant, holder, address.as_deref()).await?;
    let found = found.ok_or(InvitationFault::MissingInTenant)?;
    come_in(ctx, &found, holder, address.as_deref(), None).await?;
    Ok(())
}

/// Accepts the invitation that a mail is about; the tenant.
pub async fn accept_token(ctx: &Ctx, token: &str) -> Result<Uuid> {
    let holder = ctx.signed_in()?.entity;
    let given = OneTime::<Purposed>::parse(token).ok_or(InvitationFault::BadToken)?;
    let found = store::find(&ctx.reader(), given.id).await?.ok_or(InvitationFault::Missing)?;
    ctx.require(&RULE, &Held { tenant: found.tenant, holder })?;
    let address = address_of(ctx, holder).await?;
    come_in(ctx, &found, holder, address.as_deref(), Some(&given)).await
}

/// Makes the holder a member with the role. Both are given by whoever invited: what they may not give any more, or could
/// not give by themselves, is not given.
async fn come_in(
    ctx: &Ctx,
    known: &Invitation,
    holder: Uuid,
    address: Option<&str>,
    token: Option<&OneTime<Purposed>>,
) -> Result<Uuid> {
    let giver = as_inviter(ctx, known)?;
    let mut tx = giver.begin().await?;
    let mut invitation = store::lock(&tx, known.id).await?.ok_or(InvitationFault::Missing)?;
    if let Some(token) = token {
        let right = invitation.verifier.as_ref().is_some_and(|kept| token.is(ctx.ground(), kept));
        right.then_some(()).ok_or(InvitationFault::BadToken)?;
    }
    if !invitation.is_for(holder, address) {
        return Err(InvitationFault::NotYours.into());
    }
    invitation.pending(ctx.now())?;
    // Invited again by somebody else in this very moment: what was looked at is not what is there.
    if invitation.invited_by != known.invited_by {
        return Err(InvitationFault::NoLongerGiven.into());
    }
    give(&giver, &mut tx, &invitation, holder).await?;
    let allowed = ctx.require(&RULE, &Held { tenant: invitation.tenant, holder })?;
    let before = invitation.state();
    invitation.accepted_at = Some(ctx.now());
    invitation.accepted_by = Some(holder);
    invitation.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &invitation).await?;
    tx.record(
        &allowed,
        Event::new("tenant_invitation.accept")
            .of(Some(invitation.tenant))
            .on("tenant_invitation", invitation.id)
            .before(before)
            .after(invitation.state()),
    );
    tx.commit().await?;
    Ok(invitation.tenant)
}

async fn give(giver: &Ctx, tx: &mut Tx, invitation: &Invitation, holder: Uuid) -> Result<()> {
    let tenant = invitation.tenant;
    let within = Within::<Invitation>::tenant(Some(tenant));
    let no_longer = |_| InvitationFault::NoLongerGiven;
    let allowed = giver.require(&create::RULE, &within).map_err(no_longer)?;
    match tx.fact(&FactKey::Entity { id: holder }).await? {
        Some(Fact::Entity { tenant: home, .. }) if home == Some(tenant) => {}
        _ => memberships::join(tx, &allowed.part(), tenant, holder, Term::default()).await?,
    }
    if let Some(role) = invitation.role {
        let allowed = giver.require(&create::WITH_ROLE, &within).map_err(no_longer)?;
        assignments::assign_in_tenant(tx, &allowed.part(), tenant, holder, role).await?;
    }
    Ok(())
}

/// The request as whoever invited would make it, if they are still there.
fn as_inviter(ctx: &Ctx, invitation: &Invitation) -> Result<Ctx> {
    let world = ctx.world()?;
    let inviter = world.entity(invitation.invited_by);
    let inviter = inviter.filter(|one| !one.deleted && one.status == Status::Active);
    let inviter = inviter.ok_or(InvitationFault::NoLongerGiven)?;
    let signed_in = SignedIn {
        entity: invitation.invited_by,
        tenant: inviter.tenant,
        session: None,
        credential: None,
        kind: CredentialKind::Password,
        expires_at: None,
        since: None,
        methods: Methods::NONE,
        ceiling: None,
        actors: ctx.caller().signed_in().map(SignedIn::chain).unwrap_or_default(),
    };
    Ok(ctx.as_caller(Caller::Entity(Arc::new(signed_in))))
}
