//! Making recovery codes.

use atoll_base::ctx::{Allowed, Ctx, Tx};
use atoll_base::{Event, Result, Secret};

use super::model::{self, COUNT, NoFactor, RecoveryCode};
use super::store;
use crate::entities::{self, Entity};
use crate::factors::{MANAGE, has_any};
use crate::sessions::require_recent;

/// Makes ten new codes for the caller in place of those they had; shown this once.
pub async fn regenerate(ctx: &Ctx) -> Result<Vec<Secret<String>>> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let mut tx = ctx.begin().await?;
    if !has_any(tx.conn(), entity.id).await? {
        return Err(NoFactor.into());
    }
    let codes = make(&mut tx, &allowed.part(), &entity).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Makes codes for an entity that has none.
pub(crate) async fn make_if_none(
    tx: &mut Tx,
    allowed: &Allowed<'_, RecoveryCode>,
    entity: &Entity,
) -> Result<Vec<Secret<String>>> {
    match store::left(tx.conn(), entity.id).await? {
        0 => make(tx, allowed, entity).await,
        _ => Ok(Vec::new()),
    }
}

async fn make(
    tx: &mut Tx,
    allowed: &Allowed<'_, RecoveryCode>,
    entity: &Entity,
) -> Result<Vec<Secret<String>>> {
    let ctx = tx.ctx().clone();
    let texts: Vec<Secret<String>> = (0..COUNT).map(|_| model::new(ctx.chance())).collect();
    let code = |text: &Secret<String>| RecoveryCode {
        id: ctx.new_id(),
        entity: entity.id,
        verifier: model::verifier(ctx.ground(), entity.id, text.reveal()).to_vec(),
    };
    let codes: Vec<RecoveryCode> = texts.iter().map(code).collect();
    store::replace(tx, allowed, entity.id, &codes).await?;
    tx.record(allowed, Event::new("recovery_codes.make").of(entity.tenant).on("entity", entity.id));
    Ok(texts)
}
