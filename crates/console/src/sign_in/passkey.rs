//! Signing in with a passkey.

use axum::extract::State;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{lacking, login, opened};
use crate::Console;
use crate::api::{Refusal, Sent};
use crate::filled::Filled;
use crate::page;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/login/passkey/options", post(begin)).route("/login/passkey", post(carry_out))
}

/// What a passkey is to sign: any, or one of somebody who is in the second step.
async fn begin(State(console): State<Console>, filled: Filled) -> Response {
    let pending = Some(filled.text("pending_token")).filter(|token| !token.is_empty());
    let body = json!({ "pending_token": pending });
    let path = "/auth/login/passkey/options";
    options(&console.api.send(&filled.visitor, Method::POST, path, Some(body)).await)
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let (visitor, next) = (&filled.visitor, page::safe_next(Some(filled.text("next"))));
    let Some(answer) = answered(&filled) else {
        let refusal = lacking(visitor.words, "passkey-no-answer");
        return login::again(&console, visitor, next, &refusal).await;
    };
    let sent = console.api.send(visitor, Method::POST, "/auth/login/passkey", Some(answer)).await;
    match opened(visitor, &sent, next) {
        Ok(response) => response,
        Err(refusal) => login::again(&console, visitor, next, &of_passkey(&filled, refusal)).await,
    }
}

/// A refusal in words for passkeys, where one was sent: what does not fit is no wrong code.
pub(super) fn of_passkey(filled: &Filled, refusal: Refusal) -> Refusal {
    match refusal.code == "auth.wrong_factor" && answered(filled).is_some() {
        true => Refusal { code: "passkey.refused".to_owned(), ..refusal },
        false => refusal,
    }
}

/// What the door said, for the script of the page.
pub(crate) fn options(sent: &Sent) -> Response {
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (sent.status, kept, Json(&sent.body)).into_response()
}

/// What a passkey answered, if a form holds it.
pub(crate) fn answered(filled: &Filled) -> Option<Value> {
    let credential = serde_json::from_str::<Value>(filled.raw("answer")).ok().filter(Value::is_object)?;
    Some(json!({ "challenge_id": filled.text("challenge_id"), "credential": credential }))
}
