//! How the house is.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::Console;
use crate::frame::Frame;
use crate::nouns::cell::{self, Cell};
use crate::page;
use crate::visitor::Person;

const DOCUMENT: &str = "{ systemStatus { status
  database { status message } httpReady { status message } grpcReady { status message } migrations { status message }
  signingKeys { status message } certificateIssuer { status message }
  dbPool { size idle maxConnections } signingKeyState { totalCount encryptedCount plaintextCount }
  auditRetention { enabled days lastCleanup } rateLimits { enabled policies { category maxRequests windowSecs } } } }";

const PARTS: [&str; 6] =
    ["database", "httpReady", "grpcReady", "migrations", "signingKeys", "certificateIssuer"];

/// A part of the house.
struct Part {
    name: String,
    badge: Cell,
    message: String,
}

#[derive(Template)]
#[template(path = "machine/health.html")]
struct Page<'p> {
    frame: Frame<'p>,
    status: Cell,
    parts: Vec<Part>,
    facts: Vec<(String, String)>,
    limits: Vec<(String, String)>,
}

/// `GET /health-status`.
pub(super) async fn page(State(console): State<Console>, person: Person) -> Response {
    let status = match console.api.ask(&person.visitor, DOCUMENT, json!({})).await {
        Ok(mut data) => data["systemStatus"].take(),
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let words = person.visitor.words;
    let parts = PARTS.into_iter().map(|name| Part {
        name: words.say(&format!("health-{}", name.to_lowercase())),
        badge: cell::badge(status[name]["status"].as_str().unwrap_or_default(), words),
        message: status[name]["message"].as_str().unwrap_or_default().to_owned(),
    });
    let number = |at: &str| status.pointer(at).map(Value::to_string).unwrap_or_default();
    let facts = [
        ("connections", format!("{} / {}", number("/dbPool/size"), number("/dbPool/maxConnections"))),
        ("keys", number("/signingKeyState/totalCount")),
        (
            "retention",
            match status.pointer("/auditRetention/enabled") {
                Some(Value::Bool(true)) => {
                    words.tell("health-days", &[("days", &number("/auditRetention/days"))])
                }
                _ => words.say("health-forever"),
            },
        ),
    ];
    let policies = status["rateLimits"]["policies"].as_array().map(Vec::as_slice).unwrap_or_default();
    let limits = policies.iter().map(|one| {
        let limit = format!("{} / {} s", one["maxRequests"], one["windowSecs"]);
        (one["category"].as_str().unwrap_or_default().to_owned(), limit)
    });
    let title = words.say("nav-health");
    let page = Page {
        frame: Frame::of(&person, &title),
        status: cell::badge(status["status"].as_str().unwrap_or_default(), words),
        parts: parts.collect(),
        facts: facts.into_iter().map(|(key, value)| (words.say(&format!("health-{key}")), value)).collect(),
        limits: limits.collect(),
    };
    page::show(&person.visitor, &page)
}
