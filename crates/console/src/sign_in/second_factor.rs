//! The second step of a sign-in.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::{answered, lacking, login, of_passkey, opened, told};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Visitor;

/// A sign-in that waits for its second step. Its token stands in the page alone: addresses are kept and shown.
pub(super) struct Pending {
    token: String,
    methods: Vec<String>,
}

impl Pending {
    /// What a refusal says that asks for a second factor.
    pub(super) fn of(refusal: &Refusal) -> Option<Pending> {
        if refusal.code != "auth.second_factor_required" {
            return None;
        }
        let methods = refusal.details["methods"].as_array()?.iter().filter_map(Value::as_str);
        let token = refusal.details["pending_token"].as_str()?.to_owned();
        Some(Pending { token, methods: methods.map(str::to_owned).collect() })
    }

    fn read(filled: &Filled) -> Pending {
        let methods = filled.all("method").map(str::to_owned).collect();
        Pending { token: filled.text("pending_token").to_owned(), methods }
    }

    fn takes(&self, method: &str) -> bool {
        self.methods.iter().any(|one| one == method)
    }
}

#[derive(Template)]
#[template(path = "sign_in/second_factor.html")]
struct Page<'p> {
    frame: Frame<'p>,
    next: &'p str,
    pending: &'p Pending,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/login/second-factor", get(begin_anew).post(carry_out))
}

/// Without a password there is no second step.
async fn begin_anew() -> Response {
    page::go("/login", None)
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let (visitor, pending) = (&filled.visitor, Pending::read(&filled));
    let next = page::safe_next(Some(filled.text("next")));
    let Some(mut body) = factor(&filled) else {
        return show(visitor, &pending, next, Some(&lacking(visitor.words, "factor-missing")));
    };
    body["pending_token"] = json!(pending.token);
    let sent = console.api.send(visitor, Method::POST, "/auth/login/second-factor", Some(body)).await;
    match opened(visitor, &sent, next) {
        Ok(response) => response,
        Err(refusal) if refusal.code == "sign_in.not_pending" => {
            login::again(&console, visitor, next, &refusal).await
        }
        Err(refusal) => show(visitor, &pending, next, Some(&of_passkey(&filled, refusal))),
    }
}

/// The second factor that a form holds, as the door takes it.
pub(super) fn factor(filled: &Filled) -> Option<Value> {
    let code = |name: &str| -> String { filled.text(name).chars().filter(|c| !c.is_whitespace()).collect() };
    let (totp, recovery) = (code("totp"), code("recovery_code"));
    if let Some(answer) = answered(filled) {
        return Some(json!({ "passkey": answer }));
    }
    match (totp.is_empty(), recovery.is_empty()) {
        (false, _) => Some(json!({ "totp": totp })),
        (true, false) => Some(json!({ "recovery_code": recovery })),
        (true, true) => None,
    }
}

/// Asks for it.
pub(super) fn show(visitor: &Visitor, pending: &Pending, next: &str, refusal: Option<&Refusal>) -> Response {
    let page = Page {
        frame: Frame::bare(visitor, &visitor.words.say("factor-title")),
        next,
        pending,
        refusal: refusal.map(|refusal| told(visitor.words, refusal)),
    };
    page::show_as(visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_that_asks_for_it_leads_to_the_second_step() {
        let details = json!({ "pending_token": "atomp_x", "methods": ["totp"] });
        let refusal = |code: &str| Refusal {
            code: code.into(),
            kind: "unauthenticated".into(),
            message: String::new(),
            details: details.clone(),
        };
        let pending = Pending::of(&refusal("auth.second_factor_required"));
        assert!(pending.is_some_and(|pending| pending.takes("totp") && !pending.takes("passkey")));
        assert!(Pending::of(&refusal("sign_in.invalid_credentials")).is_none());
    }
}
