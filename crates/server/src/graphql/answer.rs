//! Carrying out a GraphQL request and showing its failures.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Request, Response, ServerError};
use atoll_access::simulate::{self, Wish};
use atoll_base::ctx::Ctx;
use atoll_base::{Error, Kind};

use super::Asked;
use crate::app::App;
use crate::status;

/// The longest that one request may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The longest that one may be tried: others wait for the store meanwhile.
const LONGEST_TRIED: Duration = Duration::from_secs(5);

/// Carries out a request for its caller, or only tries it.
pub async fn answer(app: &App, ctx: Ctx, asked: Asked) -> Response {
    match asked.dry_run {
        Some(wish) => try_out(app, ctx, asked.request, &wish).await,
        None => run(app, ctx, asked.request).await,
    }
}

/// Carries out a request as if, and says what it would have done in the extension `dryRun`.
async fn try_out(app: &App, ctx: Ctx, request: Request, wish: &Wish) -> Response {
    let result = async {
        ctx.signed_in()?;
        let (within, trial) = ctx.try_out().await?;
        let response = within_time(app, within, request, LONGEST_TRIED).await;
        let refused = response.errors.iter().filter_map(ServerError::source::<Error>);
        let outcome = simulate::dry_run(&ctx, trial.end().await?, wish, refused).await?;
        Ok::<_, Error>((response, outcome))
    };
    match result.await {
        Ok((response, outcome)) => {
            let outcome = serde_json::to_value(&outcome).unwrap_or_default();
            response.extension("dryRun", async_graphql::Value::from_json(outcome).unwrap_or_default())
        }
        Err(error) => refuse(error),
    }
}

/// Carries out a request for its caller.
pub async fn run(app: &App, ctx: Ctx, request: Request) -> Response {
    within_time(app, ctx, request, LONGEST).await
}

async fn within_time(app: &App, ctx: Ctx, request: Request, longest: Duration) -> Response {
    let request = request
        .data(ctx)
        .data(Arc::clone(&app.identity))
        .data(Arc::clone(&app.pki))
        .data(Arc::clone(&app.health));
    let mut response = match tokio::time::timeout(longest, app.schema.execute(request)).await {
        Ok(response) => response,
        Err(_) => Response::from_errors(vec![ServerError::new("the request took too long", None)]),
    };
    for error in &mut response.errors {
        explain(error);
    }
    response
}

/// A request that is refused as a whole.
pub(crate) fn refuse(error: Error) -> Response {
    let mut shown = ServerError::new(error.to_string(), None);
    shown.source = Some(Arc::new(error));
    explain(&mut shown);
    Response::from_errors(vec![shown])
}

/// Adds the stable code and the kind, and writes to the log what callers must not see.
fn explain(shown: &mut ServerError) {
    let Some(error) = shown.source::<Error>() else { return };
    status::log(error);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", error.code());
    extensions.set("kind", status::word(error.kind()));
    if let Some(details) = error.details()
        && let Ok(details) = async_graphql::Value::from_json(details)
    {
        extensions.set("details", details);
    }
    if let (Kind::Limited | Kind::Unavailable, Some(after)) = (error.kind(), error.retry_after()) {
        extensions.set("retryAfterSecs", after.as_secs().max(1));
    }
    shown.extensions = Some(extensions);
}
