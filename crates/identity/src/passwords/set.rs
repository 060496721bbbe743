//! Giving an entity a password.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Common, Result, Secret};
use atoll_policy::EntityKind;
use uuid::Uuid;

use super::common::is_a_name;
use super::give::Hashed;
use super::hasher::Hasher;
use super::model::{self, BadPassword};
use crate::challenges;
use crate::credentials::{self, Credential};
use crate::entities::{self, Entity};
use crate::sessions::{self, require_recent};
use crate::{emails, links, resets};

/// Who may change what an entity proves itself with: itself and whoever manages it, never with a scoped token. A deny
/// on the entity outweighs what its tenant allows.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]).or_self().unscoped();

/// Gives an entity its one password. Its other passwords end, and so do its sessions, except the one in which it
/// changes its own. Its owner is told by mail.
pub async fn create(ctx: &Ctx, hasher: &Hasher, entity: Uuid, password: Secret<String>) -> Result<()> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    require_recent(ctx, entity).await?;
    let password = Hashed::of(ctx, hasher, &known, password).await?;
    set(ctx, &allowed, &known, password).await
}

/// Sets the one password of an entity for a caller who may, and tells its owner. The session in which somebody sets their own
/// goes on.
pub(super) async fn set(
    ctx: &Ctx,
    allowed: &Allowed<'_, Entity>,
    entity: &Entity,
    password: Hashed,
) -> Result<()> {
    let kept = ctx.caller().session_id().filter(|_| ctx.caller().entity_id() == Some(entity.id));
    let mut tx = ctx.begin().await?;
    replace(&mut tx, allowed, entity.id, password, None, kept).await?;
    emails::tell(&tx, entity).await?;
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
    let password = Hashed::of(ctx, hasher, &known, password).await?;
    let mut tx = ctx.begin().await?;
    entities::store::lock_live(&tx, entity).await?.ok_or_else(|| Common::not_found("entity", entity))?;
    if credentials::store::password_of(tx.conn(), entity).await?.is_some() {
        return Ok(false);
    }
    replace(&mut tx, &allowed, entity, password, None, None).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether an entity has a password.
pub(crate) async fn has_password(ctx: &Ctx, entity: Uuid) -> Result<bool> {
    Ok(credentials::store::password_of(&ctx.reader(), entity).await?.is_some())
}

/// What a password must be: long enough, and for a person neither common nor one of their own names. For every place where a
/// password is set.
///
/// # Errors
/// [`BadPassword`].
pub fn vet<'n>(
    ctx: &Ctx,
    hasher: &Hasher,
    kind: EntityKind,
    own: impl IntoIterator<Item = &'n str>,
    password: &str,
) -> Result<(), BadPassword> {
    model::check(kind, password, ctx.ground().settings().min_password_chars)?;
    if kind != EntityKind::Human {
        return Ok(());
    }
    if is_a_name(password, own) {
        return Err(BadPassword::OwnName);
    }
    if hasher.denied().is_common(password) { Err(BadPassword::Common) } else { Ok(()) }
}

/// What an entity is called: its name, its alias and its addresses.
pub(crate) async fn names(ctx: &Ctx, entity: &Entity) -> Result<Vec<String>> {
    let address = emails::store::of(&ctx.reader(), entity.id).await?.map(|email| email.address);
    let email = entity.attributes.get("email").and_then(|email| email.as_str()).map(str::to_owned);
    let alias = entity.alias.as_ref().map(|alias| alias.as_str().to_owned());
    Ok([Some(entity.name.clone()), alias, email, address].into_iter().flatten().collect())
}

/// Ends what an entity proved itself with by a password, links to choose one, access tokens that it made for itself when it had
/// come in by one, and its sessions but for one, and gives it this password.
pub(crate) async fn replace(
    tx: &mut Tx,
    allowed: &Allowed<'_, Entity>,
    id: Uuid,
    password: Hashed,
    identifier: Option<String>,
    kept: Option<Uuid>,
) -> Result<()> {
    let entity = entities::store::lock_live(tx, id).await?.ok_or_else(|| Common::not_found("entity", id))?;
    entities::active_tenant(tx, entity.tenant).await?;
    credentials::revoke_passwords(tx, &allowed.part(), id, "replaced").await?;
    credentials::revoke_opened_by_password(tx, &allowed.part(), id, "password_replaced").await?;
    let password = Credential { identifier, ..Credential::password(tx.ctx(), id, password.into_text()) };
    credentials::add(tx, &allowed.part(), &entity, password).await?;
    if let Some(email) = emails::store::of(tx.conn(), id).await? {
        links::store::consume_rest::<resets::Purposed>(tx, &allowed.part(), email.id).await?;
    }
    sessions::pending::forget_entity(tx, &allowed.part(), id).await?;
    challenges::forget_entity(tx, &allowed.part(), id).await?;
    sessions::revoke_of_entity(tx, &allowed.part(), id, kept).await?;
    Ok(())
}
