//! Revoking credentials, one or many.

use atoll_base::ctx::{Allowed, CredentialKind, Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Event, Result};
use uuid::Uuid;

use super::find::CredentialMissing;
use super::model::{Credential, CredentialAt, CredentialStatus, OPENED_BY};
use super::store::{self, Which};
use crate::entities::{self, Entity};
use crate::{passwords, sessions};

/// Who may revoke exactly this credential; besides whoever may change its entity's.
pub(crate) const RULE: Rule = Rule::any(&[May::object("revoke")]).unscoped();

/// Who may change the credentials of an entity.
pub const RULE_OF_ENTITY: Rule = passwords::RULE;

/// Revokes a credential of an entity, whatever kind it is. Sessions that began with it end.
pub async fn revoke(ctx: &Ctx, entity: Uuid, id: Uuid) -> Result<()> {
    let entity = entities::known(ctx, entity).await?;
    let found = store::find(&ctx.reader(), id).await?.filter(|found| found.entity == entity.id);
    let at = CredentialAt { id, entity: entity.id, tenant: entity.tenant };
    let allowed = if found.is_some() && ctx.may(&RULE, &at)? {
        ctx.require(&RULE, &at)?
    } else {
        ctx.require(&RULE_OF_ENTITY, &entity)?.part()
    };
    let credential = found.ok_or(CredentialMissing::Credential)?;
    one(ctx, &allowed, &entity, &credential, "entity").await
}

/// Revokes an access token; nothing happens to one that is revoked already.
pub async fn revoke_access_token(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.signed_in()?;
    let found = store::find(&ctx.reader(), id).await?;
    let Some(credential) = found.filter(|found| found.kind == CredentialKind::AccessToken) else {
        return Err(match ctx.may(&entities::READ_ALL, &Within::<Entity>::platform())? {
            true => CredentialMissing::AccessToken.into(),
            false => Common::Forbidden.into(),
        });
    };
    let entity = entities::known(ctx, credential.entity).await?;
    let allowed = ctx.require(&RULE_OF_ENTITY, &entity)?;
    one(ctx, &allowed.part(), &entity, &credential, "credential").await
}

async fn one(
    ctx: &Ctx,
    allowed: &Allowed<'_, Credential>,
    entity: &Entity,
    credential: &Credential,
    target: &'static str,
) -> Result<()> {
    let mut tx = ctx.begin().await?;
    if store::revoke(&tx, allowed, Which::One(credential.id), "manual").await? == 0 {
        return Ok(());
    }
    let after = Credential { status: CredentialStatus::Revoked, ..credential.clone() };
    let about = if target == "entity" { entity.id } else { credential.id };
    tx.record(
        allowed,
        Event::new("credential.revoke")
            .of(entity.tenant)
            .on(target, about)
            .detail("credential_id", credential.id.to_string())
            .detail("entity_id", entity.id.to_string())
            .detail("kind", credential.kind.as_str())
            .detail("reason", "manual")
            .before(credential.state())
            .after(after.state()),
    );
    sessions::revoke_of_credential(&mut tx, &allowed.part(), entity, credential.id).await?;
    tx.commit().await?;
    Ok(())
}

/// Revokes every credential of the entities at home in a tenant; how many there were.
pub async fn revoke_of_tenant(
    tx: &mut Tx,
    allowed: &Allowed<'_, Credential>,
    tenant: Uuid,
    reason: &str,
) -> Result<u64> {
    let revoked = store::revoke(tx, allowed, Which::OfTenant(tenant), reason).await?;
    if revoked > 0 {
        tx.record(allowed, many(reason, revoked).of(Some(tenant)).on("tenant", tenant));
    }
    Ok(revoked)
}

/// Lets the credentials of a tenant's entities count again that were revoked for this reason; how many there were.
pub(crate) async fn restore_of_tenant(
    tx: &Tx,
    allowed: &Allowed<'_, Credential>,
    tenant: Uuid,
    reason: &str,
) -> Result<u64> {
    store::restore_of_tenant(tx, allowed, tenant, reason).await
}

/// Revokes every credential of an entity; how many there were.
pub async fn revoke_of_entity(
    tx: &mut Tx,
    allowed: &Allowed<'_, Credential>,
    entity: Uuid,
    reason: &str,
) -> Result<u64> {
    of(tx, allowed, Which::OfEntity(entity), entity, reason).await
}

/// Revokes the passwords of an entity.
pub(crate) async fn revoke_passwords(
    tx: &mut Tx,
    allowed: &Allowed<'_, Credential>,
    entity: Uuid,
    reason: &str,
) -> Result<u64> {
    of(tx, allowed, Which::PasswordsOf(entity), entity, reason).await
}

/// Revokes the access tokens that an entity made for itself in sessions which a password had opened.
pub(crate) async fn revoke_opened_by_password(
    tx: &mut Tx,
    allowed: &Allowed<'_, Credential>,
    entity: Uuid,
    reason: &str,
) -> Result<u64> {
    let all = store::of_entity(tx.conn(), entity).await?;
    let opened = all.iter().filter(|one| one.metadata[OPENED_BY] == CredentialKind::Password.as_str());
    let mut revoked = 0;
    for credential in opened {
        revoked += store::revoke(tx, allowed, Which::One(credential.id), reason).await?;
    }
    report(tx, allowed, entity, reason, revoked);
    Ok(revoked)
}

async fn of(
    tx: &mut Tx,
    allowed: &Allowed<'_, Credential>,
    which: Which,
    entity: Uuid,
    reason: &str,
) -> Result<u64> {
    let revoked = store::revoke(tx, allowed, which, reason).await?;
    report(tx, allowed, entity, reason, revoked);
    Ok(revoked)
}

fn report(tx: &mut Tx, allowed: &Allowed<'_, Credential>, entity: Uuid, reason: &str, revoked: u64) {
    if revoked > 0 {
        let event = many(reason, revoked).on("entity", entity).detail("entity_id", entity.to_string());
        tx.record(allowed, event);
    }
}

fn many(reason: &str, count: u64) -> Event {
    Event::new("credential.revoke").detail("reason", reason).detail("count", count)
}
