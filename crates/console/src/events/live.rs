//! The ledger as a stream: what happens is sent to the page as rows of its table (server-sent events, HTML standard §9.2).

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream::unfold;
use serde_json::{Map, Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::filters;
use super::happened::{Happened, spoken_of};
use super::list;
use crate::Console;
use crate::frame::Frame;
use crate::names;
use crate::nouns::cell::Cell;
use crate::visitor::Person;

/// How many streams this process keeps open.
const PLACES: usize = 200;
/// How often is looked.
const PAUSE: Duration = Duration::from_millis(1500);
/// The most that is sent at once; what is more is on the page when it is loaded anew.
const MOST: usize = 50;

static OPEN: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(PLACES)));

/// Somebody who watches.
struct Watching {
    console: Console,
    person: Person,
    variables: Map<String, Value>,
    /// What was there at the last look.
    seen: HashSet<String>,
    /// What came between the page and its stream.
    missed: Vec<Value>,
    _place: OwnedSemaphorePermit,
}

#[derive(Template)]
#[template(path = "events/rows.html")]
struct Rows<'p> {
    frame: Frame<'p>,
    events: Vec<Happened>,
}

/// `GET /events/live`. Each look is a request of its own as whoever watches: it ends when they may no longer.
pub(super) async fn stream(State(console): State<Console>, headers: HeaderMap, person: Person) -> Response {
    let Ok(place) = Arc::clone(&OPEN).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let variables = filters::variables(&person, &[]);
    let (seen, missed) = (HashSet::new(), Vec::new());
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let last = last.or_else(|| person.visitor.query("newest"));
    let mut watching = Watching { console, person, variables, seen, missed, _place: place };
    let Some(there) = watching.look().await else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let is_last = |item: &Value| last.as_deref().is_some_and(|last| item["id"] == last);
    if let Some(nth) = there.iter().position(is_last) {
        watching.missed.extend_from_slice(&there[..nth]);
    }
    let rows = unfold(watching, |mut watching| async {
        let event = watching.next().await?;
        Some((
            Ok::<_, Infallible>(event.unwrap_or_else(|| Event::default().comment("nothing new"))),
            watching,
        ))
    });
    let calm = [("cache-control", "no-store"), ("x-accel-buffering", "no")];
    (calm, Sse::new(rows).keep_alive(KeepAlive::default())).into_response()
}

impl Watching {
    /// What happened since the last look, as rows; `Some(None)` if nothing did. None when the house stops, or they may not.
    async fn next(&mut self) -> Option<Option<Event>> {
        let mut stopping = self.console.stopping.clone();
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return None,
        }
        let mut new = self.look().await?;
        new.append(&mut self.missed);
        let Some(newest) = new.first() else { return Some(None) };
        let event = Event::default().id(newest["id"].as_str().unwrap_or_default());
        let names = names::of(&self.console, &self.person.visitor, spoken_of(&new)).await;
        let frame = Frame::of(&self.person, "");
        let events = new.iter().map(|item| Happened::of(item, &names, &self.person)).collect();
        let rows = Rows { frame, events }.render().ok()?;
        Some(Some(event.data(rows)))
    }

    /// The newest records that were not there at the last look, newest first; none when that is refused.
    async fn look(&mut self) -> Option<Vec<Value>> {
        let found = list::ask(&self.console, &self.person, self.variables.clone(), MOST).await.ok()?;
        let items = found["items"].as_array().cloned().unwrap_or_default();
        let id = |item: &Value| item["id"].as_str().unwrap_or_default().to_owned();
        let new = items.iter().filter(|item| !self.seen.contains(&id(item))).cloned().collect();
        self.seen = items.iter().map(id).collect();
        if let Some(oldest) = items.last() {
            // Nothing older can become new; the next look need not go further back.
            self.variables.insert("from".to_owned(), json!(oldest["createdAt"]));
        }
        Some(new)
    }
}
