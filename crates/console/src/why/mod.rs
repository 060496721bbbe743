//! Why somebody may, or may not: any question about access, answered with the way to the answer.

mod ask;
mod picture;

use axum::Router;
use axum::routing::get;

use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::visitor::Person;

/// The page.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/why", get(ask::page))
}

/// The page with the question that a refusal is the answer to, as far as that tells.
pub(crate) fn of_refusal(person: &Person, refusal: &Refusal) -> String {
    let text = |name: &str| refusal.details[name].as_str().unwrap_or_default();
    address::of(
        "/why",
        [
            ("subject", person.id.as_str()),
            ("action", text("action")),
            ("kind", text("objectKind")),
            ("object", text("objectId")),
        ],
    )
}

/// The page with a question about this thing: who it is asked about as a subject, what as an object.
pub(crate) fn about(kind: &str, id: &str, person: &Person) -> String {
    match kind {
        "entity" => address::of("/why", [("subject", id)]),
        _ => address::of("/why", [("subject", person.id.as_str()), ("kind", kind), ("object", id)]),
    }
}
