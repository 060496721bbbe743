//! The first code of an authenticator app.

use atoll_base::ctx::{Ctx, Methods};
use atoll_base::{Event, Result, Secret};

use super::model::TotpFault;
use super::store;
use crate::entities;
use crate::factors::MANAGE;
use crate::identity::Identity;
use crate::recovery_codes;
use crate::sessions::attempts::{Account, Attempts};
use crate::sessions::{raise_own, require_recent};

/// Lets the app that the caller set up count, by its first code. Whoever has no recovery codes yet gets some; shown this
/// once.
pub async fn confirm(ctx: &Ctx, identity: &Identity, code: Secret<String>) -> Result<Vec<Secret<String>>> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let attempts = Attempts::one_more(ctx, &identity.turns, Account::Factor(entity.id)).await?;
    let totp = store::of_entity(&ctx.reader(), entity.id, false).await?.ok_or(TotpFault::None)?;
    let secret = ctx.ground().vault().open(&totp.place(), &totp.sealed)?;
    let Some(step) = totp.step_of(&secret, code.reveal(), ctx.now()) else {
        attempts.fail(ctx).await?;
        return Err(TotpFault::WrongCode.into());
    };
    let mut tx = ctx.begin().await?;
    if !store::take_step(&tx, &allowed.part(), totp.id, step, true).await? {
        return Err(TotpFault::WrongCode.into());
    }
    attempts.succeed(&tx, &allowed.part()).await?;
    let codes = recovery_codes::make_if_none(&mut tx, &allowed.part(), &entity).await?;
    raise_own(&mut tx, &allowed.part(), Methods::TOTP).await?;
    tx.record(&allowed, Event::new("totp.confirm").of(entity.tenant).on("entity", entity.id));
    tx.commit().await?;
    Ok(codes)
}
