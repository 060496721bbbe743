//! Giving an entity a password that was hashed before: hashing takes long, and a transaction should not.

use atoll_base::ctx::Ctx;
use atoll_base::{Result, Secret};
use atoll_policy::EntityKind;
use uuid::Uuid;

use super::hash::Hash;
use super::hasher::Hasher;
use super::set::{RULE, replace, vet};
use crate::sessions::require_recent;
use crate::{emails, entities};

/// A password that was checked and hashed.
pub struct Hashed(Secret<String>);

impl Hashed {
    /// Checks and hashes, for somebody of that kind who is called this.
    pub async fn new(
        ctx: &Ctx,
        hasher: &Hasher,
        kind: EntityKind,
        own: &[&str],
        password: Secret<String>,
    ) -> Result<Hashed> {
        vet(ctx, hasher, kind, own.iter().copied(), password.reveal())?;
        Ok(Hashed(Secret::new(hasher.hash(password).await?)))
    }

    /// A hash that another house made.
    pub fn from_elsewhere(hash: &Hash) -> Hashed {
        Hashed(Secret::new(hash.text().to_owned()))
    }
}

/// Gives an entity its one password, as [`super::create`] does.
pub async fn give(ctx: &Ctx, entity: Uuid, password: Hashed) -> Result<()> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    require_recent(ctx, entity).await?;
    let kept = ctx.caller().session_id().filter(|_| ctx.caller().entity_id() == Some(entity));
    let mut tx = ctx.begin().await?;
    replace(&mut tx, &allowed, entity, password.0.reveal().clone(), None, kept).await?;
    emails::tell(&tx, &known).await?;
    tx.commit().await?;
    Ok(())
}
