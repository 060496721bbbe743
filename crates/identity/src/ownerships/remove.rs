//! Ending an ownership.

use atoll_base::ctx::Ctx;
use atoll_base::{Event, Result};
use uuid::Uuid;

use super::add::RULE;
use super::store;
use crate::entities;

/// Ends an ownership; nothing happens when there is none.
pub async fn remove(ctx: &Ctx, owner: Uuid, owned: Uuid) -> Result<()> {
    let allowed = ctx.require(&RULE, &entities::known(ctx, owner).await?)?.part();
    ctx.require(&RULE, &entities::known(ctx, owned).await?)?;
    let mut tx = ctx.begin().await?;
    let Some(before) = store::find(tx.conn(), owner, owned).await? else { return Ok(()) };
    store::delete(&tx, &allowed, owner, owned).await?;
    tx.record(&allowed, Event::new("ownership.remove").on("entity", owned).before(before.state()));
    tx.commit().await?;
    Ok(())
}
