//! Writing down a call.

use atoll_base::ctx::{Allowed, Ctx, Rule};
use atoll_base::{Event, Outcome, Result};

use super::model::{Execution, Summary};
use super::store::{self, DENIED};
use crate::endpoints::Endpoint;

/// Writes down a call that was permitted, with its ledger row.
pub async fn ended(
    ctx: &Ctx,
    allowed: &Allowed<'_, Endpoint>,
    endpoint: &Endpoint,
    summary: &Summary,
) -> Result<()> {
    let status = if summary.error.is_none() { "success" } else { "error" };
    let execution = execution(ctx, endpoint, status, summary);
    let mut event = event(endpoint).detail("execution_id", execution.id.to_string());
    if summary.error.is_some() {
        event = event.ended(Outcome::Error, "the call failed");
    }
    let mut tx = ctx.begin().await?;
    store::insert(&tx, allowed, execution).await?;
    tx.record(allowed, event);
    tx.commit().await?;
    Ok(())
}

/// Writes down a call that was refused. Strangers can make as many of those as they are let, so they go to the ledger in
/// batches, as other refused attempts do, and into the table without one.
pub async fn denied(ctx: &Ctx, endpoint: &Endpoint, summary: &Summary) -> Result<()> {
    let execution = execution(ctx, endpoint, DENIED, summary);
    ctx.note(event(endpoint).ended(Outcome::Deny, "the call was refused"));
    let house = ctx.as_platform("custom endpoint");
    let allowed = house.require(&Rule::any(&[]), endpoint)?;
    let tx = house.begin().await?;
    store::insert(&tx, &allowed, execution).await?;
    tx.commit().await?;
    Ok(())
}

fn execution(ctx: &Ctx, endpoint: &Endpoint, status: &str, summary: &Summary) -> Execution {
    Execution {
        id: ctx.new_id(),
        endpoint: Some(endpoint.id),
        caller: ctx.caller().entity_id(),
        status: status.to_owned(),
        request: summary.request(),
        response: summary.response(),
        error: summary.error(),
        created_at: ctx.now(),
    }
}

fn event(endpoint: &Endpoint) -> Event {
    let definition = &endpoint.definition;
    let event = Event::new("api_endpoint.execute")
        .of(definition.tenant)
        .on("api_endpoint", endpoint.id)
        .detail("key", definition.key.clone())
        .detail("method", definition.method.clone())
        .detail("path", definition.path.clone())
        .detail("auth_mode", definition.auth_mode.clone());
    match definition.service_entity.filter(|_| definition.is_service()) {
        Some(service) => event.detail("service_entity_id", service.to_string()),
        None => event,
    }
}
