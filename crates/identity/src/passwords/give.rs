//! Giving an entity a password that was hashed before: hashing takes long, and a transaction should not.

use atoll_base::ctx::Ctx;
use atoll_base::{Result, Secret};
use atoll_policy::EntityKind;
use uuid::Uuid;

use super::hash::Hash;
use super::hasher::Hasher;
use super::set::{RULE, names, set, vet};
use crate::entities::{self, Entity};
use crate::sessions::require_recent;

/// A password that was checked and hashed.
pub struct Hashed(Secret<String>);

/// Stands for a hash in what is only tried; no password fits.
const TRIED: &str = "$tried$";

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
        Hashed::vetted(ctx, hasher, password).await
    }

    /// Checks and hashes, for this entity.
    pub(crate) async fn of(
        ctx: &Ctx,
        hasher: &Hasher,
        entity: &Entity,
        password: Secret<String>,
    ) -> Result<Hashed> {
        let own = names(ctx, entity).await?;
        vet(ctx, hasher, entity.kind, own.iter().map(String::as_str), password.reveal())?;
        Hashed::vetted(ctx, hasher, password).await
    }

    /// Hashes one that was checked before.
    pub(super) async fn vetted(ctx: &Ctx, hasher: &Hasher, password: Secret<String>) -> Result<Hashed> {
        let text = match ctx.is_tried() {
            // It is never kept, and the store must not wait for it.
            true => TRIED.to_owned(),
            false => hasher.hash(password).await?,
        };
        Ok(Hashed(Secret::new(text)))
    }

    /// A hash that another house made.
    pub fn from_elsewhere(hash: &Hash) -> Hashed {
        Hashed(Secret::new(hash.text().to_owned()))
    }

    /// The hash, for the store.
    pub(super) fn into_text(self) -> String {
        self.0.reveal().clone()
    }
}

/// Gives an entity its one password, as [`super::create`] does.
pub async fn give(ctx: &Ctx, entity: Uuid, password: Hashed) -> Result<()> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    require_recent(ctx, entity).await?;
    set(ctx, &allowed, &known, password).await
}
