//! Inviting somebody, or inviting them again.

use atoll_access::GrantFault;
use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Event, Result};
use atoll_outbound::mail::{self, Letter, Template};
use atoll_policy::{Fact, FactKey, Status};
use uuid::Uuid;

use super::find::shown_one;
use super::model::{Invitation, InvitationFault, Purposed, Shown, WAITING_MAX};
use super::store;
use crate::memberships::{self, Membership};
use crate::one_time::OneTime;
use crate::{emails, entities, tenants};

/// Who may invite; not with a scoped token, whose limits an invitation would outlive.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("manage"), May::scope("policy.manage")]).unscoped();

/// Who may give a role along with an invitation: whoever gives roles there.
pub(crate) const WITH_ROLE: Rule = Rule::any(&[May::scope("policy.manage")]).unscoped();

/// What is needed for an invitation.
#[derive(Clone, Debug, Default)]
pub struct NewInvitation {
    /// The account that is invited.
    pub invitee: Option<Uuid>,
    /// Or the address.
    pub email: Option<String>,
    /// The role that comes with it.
    pub role: Option<Uuid>,
}

/// Invites an account or an address. Whoever was invited before is invited again: the answer they gave is forgotten, and only
/// the newest mail is good.
///
/// Whether an address has an account is told only to those who may see that account anyway.
pub async fn create(ctx: &Ctx, tenant: Uuid, new: NewInvitation) -> Result<Shown> {
    let allowed = ctx.require(&RULE, &Within::<Invitation>::tenant(Some(tenant)))?;
    if new.role.is_some() {
        ctx.require(&WITH_ROLE, &Within::<Invitation>::tenant(Some(tenant)))?;
    }
    let inviter = ctx.signed_in()?.entity;
    let (invitee, email) = whom(ctx, &new).await?;
    let mut tx = ctx.begin().await?;
    entities::active_tenant(&tx, Some(tenant)).await?;
    if let Some(role) = new.role {
        of_tenant(&tx, role, tenant).await?;
    }
    let known = store::lock_same(&tx, tenant, invitee, email.as_deref()).await?;
    let again = known.is_some();
    let before = known.as_ref().map(Invitation::state);
    let now = ctx.now();
    let mut invitation = Invitation {
        id: known.as_ref().map_or_else(|| ctx.new_id(), |known| known.id),
        tenant,
        invitee,
        email,
        invited_by: inviter,
        role: new.role,
        verifier: None,
        expires_at: now.plus(ctx.ground().settings().invitation_expiry_secs),
        accepted_by: None,
        accepted_at: None,
        rejected_at: None,
        revoked_at: None,
        created_at: known.as_ref().map_or(now, |known| known.created_at),
        updated_at: again.then_some(now),
        mails: 0,
        mails_since: now,
    };
    invitation.count_mail(known.as_ref(), now)?;
    let invitation = send(&tx, invitation).await?;
    if again {
        store::save(&tx, &allowed, &invitation).await?;
    } else if store::waiting(&tx, tenant).await? >= WAITING_MAX {
        return Err(InvitationFault::TooMany.into());
    } else {
        store::insert(&tx, &allowed, &invitation).await?;
    }
    record(&mut tx, &allowed, &invitation, before);
    tx.commit().await?;
    shown_one(ctx, invitation).await
}

fn record(
    tx: &mut Tx,
    allowed: &Allowed<'_, Invitation>,
    invitation: &Invitation,
    before: Option<serde_json::Value>,
) {
    let mut event = Event::new("tenant_invitation.create")
        .of(Some(invitation.tenant))
        .on("tenant_invitation", invitation.id)
        .after(invitation.state());
    if let Some(before) = before {
        event = event.before(before);
    }
    tx.record(allowed, event);
}

/// The account or the address that is meant. Nobody is invited by their account by somebody who may not see it, and an account
/// that has not proved an address is not whom it means.
async fn whom(ctx: &Ctx, new: &NewInvitation) -> Result<(Option<Uuid>, Option<String>)> {
    if let Some(invitee) = new.invitee {
        if ctx.may(&memberships::ADD_UNSEEN, &Within::<Membership>::platform())? {
            entities::known(ctx, invitee).await?;
        } else {
            entities::find(ctx, invitee).await?;
        }
        return Ok((Some(invitee), None));
    }
    let email = new.email.as_deref().filter(|email| !email.trim().is_empty());
    let address = emails::read(email.ok_or(InvitationFault::Nobody)?).map_err(|_| emails::BadEmail::Form)?;
    if let Some(holder) = emails::store::holder(&ctx.reader(), &address).await?
        && holder.is_verified()
        && let Some(entity) = entities::store::find_any(&ctx.reader(), holder.entity).await?
        && entity.deleted_at.is_none()
        && ctx.may(&entities::READ, &entity)?
    {
        return Ok((Some(entity.id), None));
    }
    Ok((None, Some(address)))
}

async fn of_tenant(tx: &Tx, role: Uuid, tenant: Uuid) -> Result<()> {
    match tx.fact(&FactKey::Role { id: role }).await? {
        Some(Fact::Role { tenant: home, deleted: false, .. }) if home == Some(tenant) => Ok(()),
        Some(Fact::Role { deleted: false, .. }) => Err(GrantFault::RoleTenant.into()),
        _ => Err(GrantFault::UnknownRole.into()),
    }
}

/// Gives the invitation a token and puts the mail that carries it into the transaction, when there is an address.
async fn send(tx: &Tx, invitation: Invitation) -> Result<Invitation> {
    let ctx = tx.ctx();
    let address = match invitation.invitee {
        None => invitation.email.clone(),
        Some(invitee) => {
            match tx.fact(&FactKey::Entity { id: invitee }).await? {
                Some(Fact::Entity { status: Status::Active, deleted: false, .. }) => {}
                _ => return Err(Common::not_found("active entity", invitee).into()),
            }
            emails::store::of(tx.conn(), invitee).await?.map(|email| email.address)
        }
    };
    let Some(address) = address else { return Ok(invitation) };
    let token = OneTime::<Purposed>::new(ctx, invitation.id);
    let tenant = tenants::store::find_any(tx.conn(), invitation.tenant).await?;
    let inviter = entities::store::find_any(tx.conn(), invitation.invited_by).await?;
    let page = ctx.ground().settings().invitation_link();
    let letter = Letter::new(Template::Invitation, address)
        .with("tenant", tenant.map(|tenant| tenant.name).unwrap_or_default())
        .with("inviter", inviter.map(|inviter| inviter.name).unwrap_or_default())
        .with("invitation_url", mail::link(&page, token.text()))
        .until(invitation.expires_at);
    mail::enqueue(tx, &letter).await?;
    Ok(Invitation { verifier: Some(token.verifier(ctx.ground()).to_vec()), ..invitation })
}
