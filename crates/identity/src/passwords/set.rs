//! Giving an entity a password.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Common, Result, Secret};
use atoll_policy::EntityKind;
use uuid::Uuid;

use super::hasher::Hasher;
use super::model;
use crate::credentials::{self, Credential};
use crate::entities::{self, Entity};
use crate::sessions;

/// Who may change what an entity proves itself with: itself and whoever manages it, never with a scoped token. A deny
/// on the entity outweighs what its tenant allows.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]).or_self().unscoped();

/// Gives an entity its one password. Its other passwords end, and so do its sessions, except the one in which it
/// changes its own.
pub async fn create(ctx: &Ctx, hasher: &Hasher, entity: Uuid, password: Secret<String>) -> Result<()> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let kept = ctx.caller().session_id().filter(|_| ctx.caller().entity_id() == Some(entity));
    let phc = hashed(ctx, hasher, known.kind, password).await?;
    let mut tx = ctx.begin().await?;
    replace(&mut tx, &allowed, entity, phc, kept).await?;
    tx.commit().await?;
    Ok(())
}

/// For the operator at the machine: gives an entity a password, whatever it had before. `ctx` is the platform's.
pub async fn reset_password(ctx: &Ctx, entity: Uuid, password: Secret<String>) -> Result<()> {
    create(ctx, &Hasher::new(ctx.ground())?, entity, password).await
}

/// Gives an entity a password if it never had one, or has none now; whether it was given. The platform's doing.
pub(crate) async fn first_password(
    ctx: &Ctx,
    hasher: &Hasher,
    entity: Uuid,
    password: Secret<String>,
) -> Result<bool> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let phc = hashed(ctx, hasher, known.kind, password).await?;
    let mut tx = ctx.begin().await?;
    entities::store::lock_live(&tx, entity).await?.ok_or_else(|| Common::not_found("entity", entity))?;
    if credentials::store::password_of(tx.conn(), entity).await?.is_some() {
        return Ok(false);
    }
    replace(&mut tx, &allowed, entity, phc, None).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether an entity has a password.
pub(crate) async fn has_password(ctx: &Ctx, entity: Uuid) -> Result<bool> {
    Ok(credentials::store::password_of(&ctx.reader(), entity).await?.is_some())
}

pub(super) async fn hashed(
    ctx: &Ctx,
    hasher: &Hasher,
    kind: EntityKind,
    password: Secret<String>,
) -> Result<String> {
    model::check(kind, password.reveal(), ctx.ground().settings().min_password_chars)?;
    hasher.hash(password).await
}

pub(super) async fn replace(
    tx: &mut Tx,
    allowed: &Allowed<'_, Entity>,
    id: Uuid,
    phc: String,
    kept: Option<Uuid>,
) -> Result<()> {
    let entity = entities::store::lock_live(tx, id).await?.ok_or_else(|| Common::not_found("entity", id))?;
    entities::active_tenant(tx, entity.tenant).await?;
    credentials::revoke_passwords(tx, &allowed.part(), id, "replaced").await?;
    let password = Credential::password(tx.ctx(), id, phc);
    credentials::add(tx, &allowed.part(), &entity, password).await?;
    sessions::revoke_of_entity(tx, &allowed.part(), id, kept).await?;
    Ok(())
}
