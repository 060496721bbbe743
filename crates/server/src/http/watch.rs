//! `GET /access/v1/watch`: what changes, as server-sent events.

use std::convert::Infallible;

use atoll_access::watch::Noted;
use atoll_base::ctx::Origin;
use atoll_base::{Common, Error};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Method};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use futures::stream::unfold;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::caller;
use crate::app::App;
use crate::status::Failure;
use crate::watching::Watching;

/// The header by which a browser says how far it came before the connection broke.
const LAST: &str = "last-event-id";

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Ids of tenants, with commas between them; none is the platform.
    tenant: Option<String>,
    /// The revision token to go on from; none is now.
    from: Option<String>,
}

/// Begins to tell. Each event has the revision token after it as its id, `change` as its name, and JSON as its data; one
/// named `at` comes first and says where the watch begins, one named `end` comes last and says why it ends.
#[utoipa::path(get, path = "/access/v1/watch", operation_id = "watch", tag = "access", params(("tenant" = Option<String>, Query, description = "Ids of tenants, separated by commas"), ("from" = Option<String>, Query, description = "The revision token to go on from")), responses((status = 200, description = "Events as they happen", content_type = "text/event-stream", body = String)))]
pub(super) async fn answer(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    method: Method,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let Query(asked) = asked.map_err(|why| Common::Invalid(why.body_text()))?;
    let ctx = caller::of(&app, &origin, &method, &headers).await?;
    let token = caller::token(&app, &method, &headers)?.unwrap_or_default();
    let last = headers.get(LAST).and_then(|value| value.to_str().ok());
    let from = last.or(asked.from.as_deref()).map(str::parse).transpose()?;
    let watching =
        Watching::open(&app, ctx, token, &tenants(asked.tenant.as_deref())?, from.as_ref()).await?;
    Ok(Sse::new(unfold(Telling::Begin(watching), Telling::next)).keep_alive(KeepAlive::default()))
}

fn tenants(text: Option<&str>) -> Result<Vec<Uuid>, Error> {
    let parts =
        text.into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|part| !part.is_empty());
    let ids = parts.map(|part| Ok(atoll_base::fields::uuid("tenant", part)?));
    ids.collect()
}

enum Telling {
    Begin(Watching),
    Go(Watching),
    Over,
}

impl Telling {
    async fn next(self) -> Option<(Result<Event, Infallible>, Telling)> {
        let mut watching = match self {
            Telling::Begin(watching) => {
                let at = watching.at().map(|token| token.to_string()).unwrap_or_default();
                return Some((Ok(Event::default().event("at").id(at).data("{}")), Telling::Go(watching)));
            }
            Telling::Go(watching) => watching,
            Telling::Over => return None,
        };
        match watching.next().await? {
            Ok(Some(noted)) => {
                let event = Event::default().event("change").id(noted.token.to_string());
                Some((Ok(event.data(show(&noted).to_string())), Telling::Go(watching)))
            }
            Ok(None) => Some((Ok(Event::default().comment("nothing new")), Telling::Go(watching))),
            Err(error) => {
                crate::status::log(&error);
                let data = json!({ "error": error.to_string(), "code": error.code() });
                Some((Ok(Event::default().event("end").data(data.to_string())), Telling::Over))
            }
        }
    }
}

fn show(noted: &Noted) -> Value {
    json!({
        "tenantId": noted.tenant,
        "revision": noted.revision,
        "at": noted.at.rfc3339(),
        "event": noted.event,
        "actorId": noted.actor,
        "targetKind": noted.target.as_ref().map(|(kind, _)| kind),
        "targetId": noted.target.as_ref().map(|(_, id)| id),
        "changes": noted.changes,
    })
}
