//! Giving a scoped access token other permissions.

use std::collections::{BTreeSet, HashMap};

use atoll_access::actions;
use atoll_base::ctx::{Allowed, CredentialKind, Ctx, Tx, Within};
use atoll_base::{Common, Event, Result};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::model::{BadPermission, GivenPermission, Permission, read, stored};
use super::store;
use crate::credentials::find::CredentialMissing;
use crate::credentials::model::Credential;
use crate::credentials::revoke::RULE_OF_ENTITY;
use crate::credentials::store as credentials;
use crate::entities::{self, Entity};

/// The event by which replicas hear that a token may be used for something else.
pub(crate) const CHANGED: &str = "credential.update";

/// Replaces all permissions of a scoped access token. Whoever comes with it is held to the new ones from the next request
/// on, on every replica.
pub async fn replace(ctx: &Ctx, id: Uuid, given: Vec<GivenPermission>) -> Result<()> {
    ctx.signed_in()?;
    let found = credentials::find(&ctx.reader(), id).await?;
    let Some(credential) = found.filter(|found| found.kind == CredentialKind::AccessToken) else {
        return Err(match ctx.may(&entities::READ_ALL, &Within::<Entity>::platform())? {
            true => CredentialMissing::AccessToken.into(),
            false => Common::Forbidden.into(),
        });
    };
    let entity = entities::known(ctx, credential.entity).await?;
    let allowed = ctx.require(&RULE_OF_ENTITY, &entity)?.part();
    if !credential.scoped {
        return Err(BadPermission::Unscoped.into());
    }
    let permissions = read(given)?;
    let mut tx = ctx.begin().await?;
    if !credentials::hold_active(&tx, id).await? {
        return Err(CredentialMissing::AccessToken.into());
    }
    let ids = checked(tx.conn(), &permissions).await?;
    let before = store::of(tx.conn(), &[id]).await?.remove(&id).unwrap_or_default();
    store::remove(&tx, &allowed, id).await?;
    store::insert(&tx, &allowed, id, &permissions, &ids).await?;
    let delegated = ctx.caller().entity_id() != Some(entity.id);
    tx.record(
        &allowed,
        Event::new(CHANGED)
            .of(entity.tenant)
            .on("credential", id)
            .detail("entity_id", entity.id.to_string())
            .detail("kind", credential.kind.as_str())
            .detail("delegated", delegated)
            .detail("credential_id", id.to_string())
            .before(stored(&before))
            .after(stored(&permissions)),
    );
    tx.commit().await?;
    Ok(())
}

/// The ids of the actions by name, when all of them exist.
pub(crate) async fn checked(
    conn: &impl ConnectionTrait,
    permissions: &[Permission],
) -> Result<HashMap<String, Uuid>> {
    let names: BTreeSet<&str> =
        permissions.iter().flat_map(|permission| permission.actions.iter().map(String::as_str)).collect();
    let ids = actions::ids_of(conn, &names.iter().copied().collect::<Vec<_>>()).await?;
    match names.iter().find(|name| !ids.contains_key(**name)) {
        Some(unknown) => Err(BadPermission::UnknownAction((*unknown).to_owned()).into()),
        None => Ok(ids),
    }
}

/// Keeps the first permissions of a new token.
pub(crate) async fn keep(
    tx: &Tx,
    allowed: &Allowed<'_, Credential>,
    credential: Uuid,
    permissions: &[Permission],
) -> Result<()> {
    let ids = checked(tx.conn(), permissions).await?;
    store::insert(tx, allowed, credential, permissions, &ids).await
}
