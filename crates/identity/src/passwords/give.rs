//! Giving an entity a password that was hashed before: hashing takes long, and a transaction should not.

use atoll_base::ctx::Ctx;
use atoll_base::{Result, Secret};
use atoll_policy::EntityKind;
use uuid::Uuid;

use super::hasher::Hasher;
use super::set::{RULE, hashed, replace};
use crate::entities;

/// A password that was checked and hashed, for an entity of that kind.
pub struct Hashed(Secret<String>);

impl Hashed {
    /// Checks and hashes.
    pub async fn new(
        ctx: &Ctx,
        hasher: &Hasher,
        kind: EntityKind,
        password: Secret<String>,
    ) -> Result<Hashed> {
        Ok(Hashed(Secret::new(hashed(ctx, hasher, kind, password).await?)))
    }

    /// A hash that another house made, in the form that is stored here: `$argon2id$…`, `$2b$…`, `$pbkdf2-sha256$…`.
    pub fn from_elsewhere(hash: String) -> Hashed {
        Hashed(Secret::new(hash))
    }
}

/// Gives an entity its one password, as [`super::create`] does.
pub async fn give(ctx: &Ctx, entity: Uuid, password: Hashed) -> Result<()> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let kept = ctx.caller().session_id().filter(|_| ctx.caller().entity_id() == Some(entity));
    let mut tx = ctx.begin().await?;
    replace(&mut tx, &allowed, entity, password.0.reveal().clone(), kept).await?;
    tx.commit().await?;
    Ok(())
}
