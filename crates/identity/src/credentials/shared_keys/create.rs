//! Giving an entity a shared key.

use atoll_base::ctx::{CredentialKind, Ctx};
use atoll_base::{Common, Moment, Result, Secret};
use atoll_policy::{EntityKind, Status};
use serde_json::json;
use uuid::Uuid;

use super::model::{BadSharedKey, MOST, SharedKeyText, place};
use crate::credentials::revoke::RULE_OF_ENTITY;
use crate::credentials::{Credential, add, store};
use crate::entities;

/// What is needed for a shared key.
#[derive(Clone, Debug, Default)]
pub struct NewSharedKey {
    /// What it is for.
    pub description: Option<String>,
    /// From when on it proves nothing; never when left out.
    pub expires_at: Option<Moment>,
    /// The key, when somebody brings one; made when left out.
    pub key: Option<Secret<String>>,
}

/// Gives an entity a shared key, besides those that it has. People cannot have one.
pub async fn create(ctx: &Ctx, entity: Uuid, new: NewSharedKey) -> Result<(Credential, SharedKeyText)> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE_OF_ENTITY, &known)?;
    if known.kind == EntityKind::Human {
        return Err(BadSharedKey::Human.into());
    }
    if new.expires_at.is_some_and(|at| at <= ctx.now()) {
        return Err(BadSharedKey::Expired.into());
    }
    let id = ctx.new_id();
    let key = match new.key {
        Some(text) => SharedKeyText::brought(text, &known)?,
        None => SharedKeyText::made(id, ctx.chance()),
    };
    let sealed = ctx.ground().vault().seal(&place(id), key.secret().reveal().as_bytes());
    let credential = Credential {
        metadata: json!({ "description": new.description }),
        description: new.description,
        expires_at: new.expires_at,
        ..Credential::shared_key(ctx, id, entity, key.verifier(ctx, id), sealed)
    };
    let mut tx = ctx.begin().await?;
    let found = entities::store::lock_live(&tx, entity).await?;
    let active = found.filter(|found| found.status == Status::Active);
    let owner = active.ok_or_else(|| Common::not_found("active entity", entity))?;
    // It may have become a person meanwhile.
    if owner.kind == EntityKind::Human {
        return Err(BadSharedKey::Human.into());
    }
    entities::active_tenant(&tx, owner.tenant).await?;
    if store::count_good(tx.conn(), entity, CredentialKind::SharedKey, ctx.now()).await? >= MOST {
        return Err(BadSharedKey::TooMany.into());
    }
    add(&mut tx, &allowed.part(), &owner, credential.clone()).await?;
    tx.commit().await?;
    Ok((credential, key))
}
