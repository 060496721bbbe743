//! Changing one's own password.

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Fault, Kind, Result, Secret};
use uuid::Uuid;

use super::give::Hashed;
use super::hasher::Verdict;
use super::set::{RULE, names, set, vet};
use crate::identity::Identity;
use crate::sessions::attempts::{Account, Attempts};
use crate::sessions::require_recent;
use crate::{credentials, entities};

/// The caller does not know their own password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the current password is wrong")]
pub struct WrongCurrent;

impl Fault for WrongCurrent {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "password.wrong_current"
    }
}

/// Replaces the caller's password by another, once they have shown that they know it. Every other session of theirs ends,
/// and every sign-in that the old one had begun. Wrong guesses count like those of signing in.
pub async fn change(
    ctx: &Ctx,
    identity: &Identity,
    current: Secret<String>,
    new: Secret<String>,
) -> Result<()> {
    let entity = ctx.signed_in()?.entity;
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    require_recent(ctx, entity).await?;
    let own = names(ctx, &known).await?;
    vet(ctx, identity.hasher(), known.kind, own.iter().map(String::as_str), new.reveal())?;
    prove(ctx, identity, entity, current).await?;
    set(ctx, &allowed, &known, Hashed::vetted(ctx, identity.hasher(), new).await?).await
}

/// Whether the caller knows their own password.
///
/// # Errors
/// [`WrongCurrent`], and when they were wrong too often.
pub(crate) async fn prove(
    ctx: &Ctx,
    identity: &Identity,
    entity: Uuid,
    current: Secret<String>,
) -> Result<()> {
    let attempts = Attempts::one_more(ctx, &identity.turns, Account::Entity(entity)).await?;
    let stored = credentials::store::password_of(&ctx.reader(), entity).await?;
    let stored = stored.filter(|one| one.expires_at.is_none_or(|at| ctx.now() < at));
    let verdict = identity.hasher().verify(current, stored.and_then(|one| one.password_hash)).await?;
    if verdict == Verdict::Wrong {
        attempts.fail(ctx).await?;
        return Err(WrongCurrent.into());
    }
    let platform = ctx.as_platform("prove a password");
    let allowed = platform.require(&Rule::any(&[]), &Within::<Attempts<'_>>::platform())?;
    let tx = platform.begin().await?;
    attempts.succeed(&tx, &allowed).await?;
    tx.commit().await?;
    Ok(())
}
