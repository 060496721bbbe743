//! Signing in, and what comes before it: making an account, proving an address, setting a forgotten password.

mod callback;
mod forgot;
mod invitation;
mod login;
mod passkey;
mod register;
mod reset;
mod second_factor;
mod sign_out;
pub(crate) mod step_up;
mod verify;

use askama::Template;
use axum::Router;
use axum::http::{Method, StatusCode};
use axum::response::Response;

use crate::Console;
use crate::api::{Refusal, Sent};
use crate::frame::Frame;
use crate::page;
use crate::visitor::Visitor;
use crate::words::Words;

use passkey::of_passkey;
pub(crate) use passkey::{answered, options};

/// Every page of this area.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .merge(login::routes())
        .merge(second_factor::routes())
        .merge(passkey::routes())
        .merge(register::routes())
        .merge(verify::routes())
        .merge(forgot::routes())
        .merge(reset::routes())
        .merge(invitation::routes())
        .merge(callback::routes())
        .merge(step_up::routes())
        .merge(sign_out::routes())
}

/// What to tell about a refusal: our own words where there are some, else those of the door.
pub(crate) fn told(words: Words, refusal: &Refusal) -> String {
    if refusal.code == "password.too_short" {
        // How long it has to be stands in what the door says alone.
        let least: String = refusal.message.chars().filter(char::is_ascii_digit).collect();
        return words.tell("refusal-password-too-short", &[("least", least.as_str())]);
    }
    let key: String = refusal.code.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let ours = words.may_say(&format!("refusal-{key}"));
    let theirs = || Some(refusal.message.clone()).filter(|message| !message.is_empty());
    ours.or_else(theirs).unwrap_or_else(|| words.say("refused-unavailable"))
}

/// Something that a form lacks, as if the door had refused it.
pub(crate) fn lacking(words: Words, key: &str) -> Refusal {
    Refusal {
        code: String::new(),
        kind: "invalid".to_owned(),
        message: words.say(key),
        details: serde_json::Value::Null,
    }
}

/// Whether somebody is signed in already.
async fn is_signed_in(console: &Console, visitor: &Visitor) -> bool {
    console.api.send(visitor, Method::GET, "/auth/introspect", None).await.status.is_success()
}

/// Goes on after a sign-in: to where one wanted, or to the second step.
fn opened(visitor: &Visitor, sent: &Sent, next: &str) -> Result<Response, Refusal> {
    if sent.status.is_success() {
        return Ok(page::with_cookies(page::go(next, None), &sent.cookies));
    }
    let refusal = sent.refusal();
    match second_factor::Pending::of(&refusal) {
        Some(pending) => Ok(second_factor::show(visitor, &pending, next, None)),
        None => Err(refusal),
    }
}

/// A page that says one thing, and leads on.
#[derive(Template)]
#[template(path = "sign_in/said.html")]
struct Said<'p> {
    frame: Frame<'p>,
    title: String,
    text: String,
    bad: bool,
    leads: Vec<(String, String)>,
}

/// Says what happened; `leads` are addresses and the keys of their words.
fn say(visitor: &Visitor, status: StatusCode, key: &str, text: String, leads: &[(&str, &str)]) -> Response {
    let title = visitor.words.say(&format!("{key}-title"));
    let leads = leads.iter().map(|(href, key)| ((*href).to_owned(), visitor.words.say(key)));
    let said = Said {
        frame: Frame::bare(visitor, &title),
        title: title.clone(),
        text,
        bad: !status.is_success(),
        leads: leads.collect(),
    };
    page::show_as(visitor, status, &said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn refusals_are_told_in_the_language_of_the_page() {
        let refusal = |code: &str, message: &str| Refusal {
            code: code.into(),
            kind: "unauthenticated".into(),
            message: message.into(),
            details: serde_json::Value::Null,
        };
        let words = Words::of(Language::German);
        assert_ne!(told(words, &refusal("sign_in.invalid_credentials", "no")), "no");
        let short = told(words, &refusal("password.too_short", "password must be at least 12 characters"));
        assert_eq!(short, "Das Passwort ist zu kurz: Es braucht mindestens 12 Zeichen.");
        assert_eq!(told(words, &refusal("some.other", "no")), "no");
        assert!(!told(words, &refusal("", "")).is_empty());
    }
}
