//! Reading sessions.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Result};
use uuid::Uuid;

use super::model::{Session, SessionAt};
use super::store;
use crate::entities::{self, Entity};

/// Who may read a session: its owner, and whoever may read the entity it belongs to.
pub(crate) const READ: Rule =
    Rule::any(&[May::object("read"), May::object("manage"), May::scope("read"), May::scope("manage")])
        .or_self();

/// One session.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Session> {
    ctx.signed_in()?;
    let Some(session) = store::find(&ctx.reader(), id).await? else {
        return Err(match ctx.may(&entities::READ_ALL, &Within::<Entity>::platform())? {
            true => Common::not_found("session", id).into(),
            false => Common::Forbidden.into(),
        });
    };
    let tenant = ctx.world()?.entity(session.entity).and_then(|entity| entity.tenant);
    ctx.require(&READ, &SessionAt { entity: session.entity, tenant })?;
    Ok(session)
}
