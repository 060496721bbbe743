//! Ending sessions from elsewhere: one's own on another machine, or those of an entity one manages.

use atoll_base::ctx::{Allowed, Ctx, Rule, Within};
use atoll_base::{Common, Fault, Kind, Result};
use uuid::Uuid;

use super::model::{Session, SessionAt};
use super::revoke::{revoke_of_entity, revoke_one};
use super::store;
use crate::entities::{self, Entity};
use crate::passwords;

/// Who may end the sessions of an entity: whoever may change what it proves itself with.
pub(crate) const RULE: Rule = passwords::RULE;

/// There is no such session, or it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("session {0} not found or already revoked")]
pub struct NoSuchSession(pub Uuid);

impl Fault for NoSuchSession {
    fn kind(&self) -> Kind {
        Kind::Missing
    }

    fn code(&self) -> &'static str {
        "not_found"
    }
}

/// Ends one session.
pub async fn end(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.signed_in()?;
    let Some(session) = store::find(&ctx.reader(), id).await? else {
        return Err(match ctx.may(&entities::READ_ALL, &Within::<Entity>::platform())? {
            true => NoSuchSession(id).into(),
            false => Common::Forbidden.into(),
        });
    };
    let tenant = ctx.world()?.entity(session.entity).and_then(|entity| entity.tenant);
    let allowed = ctx.require(&RULE, &SessionAt { entity: session.entity, tenant })?;
    end_allowed(ctx, &allowed, id).await
}

/// Ends one session, for a caller that may.
pub(crate) async fn end_allowed(ctx: &Ctx, allowed: &Allowed<'_, Session>, id: Uuid) -> Result<()> {
    let found = store::find(&ctx.reader(), id).await?;
    let session = found.ok_or(NoSuchSession(id))?;
    let mut tx = ctx.begin().await?;
    if !revoke_one(&mut tx, allowed, &session).await? {
        return Err(NoSuchSession(id).into());
    }
    tx.commit().await?;
    Ok(())
}

/// Ends all sessions of an entity; how many there were. One's own when none is named: then the one that the request came
/// with goes on.
pub async fn end_all(ctx: &Ctx, entity: Option<Uuid>) -> Result<u64> {
    let caller = ctx.signed_in()?;
    let (own, current) = (caller.entity, caller.session);
    let known = entities::known(ctx, entity.unwrap_or(own)).await?;
    let allowed = ctx.require(&RULE, &SessionAt { entity: known.id, tenant: known.tenant })?;
    let kept = current.filter(|_| known.id == own);
    let mut tx = ctx.begin().await?;
    let ended = revoke_of_entity(&mut tx, &allowed, known.id, kept).await?;
    tx.commit().await?;
    Ok(ended)
}
