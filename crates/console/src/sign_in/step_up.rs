//! Proving anew who one is, before something that asks for it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::second_factor::factor;
use super::{lacking, of_passkey, options, told};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;

const FACTORS: &str = "{ secondFactors { passkeys { id } totp { id } recoveryCodesLeft } }";
const PASSWORD: &str = "query($me: ID!) { credentials(entityId: $me) { items { kind status } } }";

/// What somebody can prove themselves with.
struct Means {
    password: bool,
    totp: bool,
    recovery_code: bool,
    passkey: bool,
}

#[derive(Template)]
#[template(path = "sign_in/step_up.html")]
struct Page<'p> {
    frame: Frame<'p>,
    next: &'p str,
    means: Means,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/step-up", get(ask).post(carry_out)).route("/step-up/passkey/options", post(begin))
}

/// Whether a refusal asks for a fresh proof.
pub(crate) fn wants_step_up(refusal: &Refusal) -> bool {
    refusal.code == "auth.step_up_required"
}

/// Where to give it, and go on afterwards.
pub(crate) fn to_step_up(next: &str) -> String {
    address::of("/step-up", [("next", next)])
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    let next = person.visitor.query("next");
    show(&console, &person, page::safe_next(next.as_deref()), None).await
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let next = page::safe_next(Some(filled.text("next")));
    let Some(person) = Person::of(&console, filled.visitor.clone()).await else {
        return page::go(&address::sign_in(next), None);
    };
    let password = filled.raw("password");
    let body = match password.is_empty() {
        true => factor(&filled),
        false => Some(json!({ "password": password })),
    };
    let Some(body) = body else {
        let refusal = lacking(person.visitor.words, "factor-missing");
        return show(&console, &person, next, Some(&refusal)).await;
    };
    let sent = console.api.send(&filled.visitor, Method::POST, "/auth/step-up", Some(body)).await;
    match sent.status.is_success() {
        true => page::with_cookies(page::go(next, None), &sent.cookies),
        false => show(&console, &person, next, Some(&of_passkey(&filled, sent.refusal()))).await,
    }
}

async fn begin(State(console): State<Console>, filled: Filled) -> Response {
    let path = "/auth/step-up/passkey/options";
    options(&console.api.send(&filled.visitor, Method::POST, path, None).await)
}

async fn show(console: &Console, person: &Person, next: &str, refusal: Option<&Refusal>) -> Response {
    let (factors, password) = tokio::join!(
        console.api.ask(&person.visitor, FACTORS, json!({})),
        console.api.ask(&person.visitor, PASSWORD, json!({ "me": person.id })),
    );
    let words = person.visitor.words;
    let page = Page {
        frame: Frame::bare(&person.visitor, &words.say("step-up-title")),
        next,
        means: Means::read(&factors.unwrap_or_default(), password.ok().as_ref()),
        refusal: refusal.map(|refusal| told(words, refusal)),
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}

impl Means {
    /// Whoever has a second factor has to give it: a password alone would not do.
    fn read(factors: &Value, credentials: Option<&Value>) -> Means {
        let factors = &factors["secondFactors"];
        let totp = factors["totp"].is_object();
        let passkey = factors["passkeys"].as_array().is_some_and(|all| !all.is_empty());
        let recovery_code = factors["recoveryCodesLeft"].as_u64().is_some_and(|left| left > 0);
        let good = |one: &Value| one["kind"] == "password" && one["status"] == "active";
        // What could not be looked up is offered: the door has the last word.
        let has_password = credentials
            .is_none_or(|all| all["credentials"]["items"].as_array().is_some_and(|all| all.iter().any(good)));
        let password = has_password && !totp && !passkey;
        Means { password, totp, recovery_code: recovery_code && (totp || passkey), passkey }
    }

    fn any(&self) -> bool {
        self.password || self.totp || self.recovery_code || self.passkey
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_second_factor_is_asked_for_it() {
        let of = |totp: Value| {
            let factors = json!({ "passkeys": [], "totp": totp, "recoveryCodesLeft": 3 });
            let credentials =
                json!({ "credentials": { "items": [{ "kind": "password", "status": "active" }] } });
            Means::read(&json!({ "secondFactors": factors }), Some(&credentials))
        };
        let (without, with) = (of(Value::Null), of(json!({ "id": "a" })));
        assert!(without.password && !without.totp && !without.recovery_code);
        assert!(!with.password && with.totp && with.recovery_code);
        assert!(Means::read(&Value::Null, None).password);
    }

    #[test]
    fn a_fresh_proof_leads_back() {
        assert_eq!(to_step_up("/account/totp?a=b"), "/step-up?next=%2Faccount%2Ftotp%3Fa%3Db");
    }
}
