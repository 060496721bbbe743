//! "My account": who one is, what protects it, where one is signed in, and what one may.

mod access;
mod ask_role;
mod confirm;
mod device;
mod identities;
mod invitations;
mod language;
mod moment;
mod passkeys;
mod password;
mod permissions;
mod profile;
mod recovery_codes;
mod sessions;
mod token_form;
mod tokens;
mod totp;

use axum::Router;
use axum::response::Response;
use serde_json::{Value, json};

use crate::Console;
use crate::api::Refusal;
use crate::page;
use crate::sign_in::step_up;
use crate::visitor::Person;

/// Every page of this area.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .merge(profile::routes())
        .merge(password::routes())
        .merge(passkeys::routes())
        .merge(totp::routes())
        .merge(recovery_codes::routes())
        .merge(sessions::routes())
        .merge(tokens::routes())
        .merge(token_form::routes())
        .merge(access::routes())
        .merge(ask_role::routes())
        .merge(invitations::routes())
        .merge(identities::routes())
        .merge(language::routes())
}

const PROBE: &str = "mutation { beginPasskeyRegistration { challengeId } }";

/// Goes on if the person has proved lately who they are; else leads to where they do, before anything is filled in.
async fn proved_lately(console: &Console, person: &Person) -> Result<(), Response> {
    let tried = console.api.try_out(&person.visitor, PROBE, json!({})).await;
    match tried.refusals.iter().any(step_up::wants_step_up) {
        true => {
            let here = person.visitor.uri.path_and_query().map_or("/account", |here| here.as_str());
            Err(page::go(&step_up::to_step_up(here), None))
        }
        false => Ok(()),
    }
}

/// The page for a refusal; where a fresh proof is asked for, the way to give it and come to `back`.
fn refused(person: &Person, refusal: &Refusal, back: &str) -> Response {
    match step_up::wants_step_up(refusal) {
        true => page::go(&step_up::to_step_up(back), None),
        false => page::refused(person, refusal),
    }
}

/// A text of an answer; empty when there is none.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A list of an answer; empty when there is none.
fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
