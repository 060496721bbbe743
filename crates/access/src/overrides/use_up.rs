//! Using an exception up for the change that needs it.

use atoll_base::ctx::{Ctx, Proposal, Rule, Tx};
use atoll_base::{Event, Result};
use atoll_policy::Recipient;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::model::{For, Override, OverrideFault};
use super::store;
use crate::rules::Guardrail;

/// Uses up an exception from the guardrail for what the recipient receives by a grant of the tenant; false if there is none.
pub(crate) async fn use_up(
    proposal: &mut Proposal<'_>,
    rule: Uuid,
    recipient: Recipient,
    tenant: Option<Uuid>,
) -> Result<bool> {
    let used = take(proposal.ctx, proposal.conn, rule, For::Recipient(recipient), tenant).await?;
    let found = used.is_some();
    if let Some(event) = used {
        proposal.record(event);
    }
    Ok(found)
}

/// Uses up an exception for the removal of a guardrail that requires one.
pub(crate) async fn removal(tx: &Tx, rule: &Guardrail) -> Result<Event> {
    let used = take(tx.ctx(), tx.conn(), rule.id, For::Removal, rule.tenant).await?;
    Ok(used.ok_or(OverrideFault::Removal)?)
}

async fn take(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    rule: Uuid,
    wanted: For,
    tenant: Option<Uuid>,
) -> Result<Option<Event>> {
    let Some(mut one) = store::hold_usable(conn, rule, wanted, tenant, ctx.now()).await? else {
        return Ok(None);
    };
    let before = one.state();
    one.used_at = Some(ctx.now());
    save(ctx, conn, &one).await?;
    let event = Event::new("guardrail_override.use")
        .of(one.tenant)
        .on("guardrail_override", one.id)
        .before(before)
        .after(one.state());
    Ok(Some(event))
}

/// The house keeps the books: whoever makes the change need not be who asked.
async fn save(ctx: &Ctx, conn: &impl ConnectionTrait, one: &Override) -> Result<()> {
    let house = ctx.as_platform("guardrails");
    let allowed = house.require(&Rule::any(&[]), one)?;
    store::save(conn, &allowed, one).await
}
