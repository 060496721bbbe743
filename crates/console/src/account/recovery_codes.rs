//! Recovery codes, which are shown once.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::{list, proved_lately, refused};
use crate::Console;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;

const PATH: &str = "/account/recovery-codes";
const LEFT: &str = "{ secondFactors { passkeys { id } totp { id } recoveryCodesLeft } }";
const MAKE: &str = "mutation { regenerateRecoveryCodes }";

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct Page<'p> {
    frame: Frame<'p>,
    left: String,
    has_factor: bool,
}

#[derive(Template)]
#[template(path = "account/codes.html")]
struct Codes<'p> {
    frame: Frame<'p>,
    codes: Vec<String>,
    all: String,
    back: &'p str,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route(PATH, get(ask).post(carry_out))
}

async fn ask(State(console): State<Console>, person: Person) -> Result<Response, Response> {
    proved_lately(&console, &person).await?;
    let data = match console.api.ask(&person.visitor, LEFT, json!({})).await {
        Ok(data) => data,
        Err(refusal) => return Ok(refused(&person, &refusal, PATH)),
    };
    let (factors, words) = (&data["secondFactors"], person.visitor.words);
    let left = factors["recoveryCodesLeft"].as_u64().and_then(|left| usize::try_from(left).ok());
    let page = Page {
        frame: Frame::of(&person, &words.say("codes")),
        left: words.count("codes-left", left.unwrap_or_default()),
        has_factor: factors["totp"].is_object() || !list(&factors["passkeys"]).is_empty(),
    };
    Ok(page::show(&person.visitor, &page))
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, MAKE, json!({})).await {
        Ok(data) => show_once(&person, &data["regenerateRecoveryCodes"], "/account"),
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}

/// The page with new codes, from where one goes to `back`.
pub(super) fn show_once(person: &Person, codes: &Value, back: &str) -> Response {
    let codes: Vec<String> = list(codes).iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let page = Codes {
        frame: Frame::of(person, &person.visitor.words.say("codes-new")),
        all: codes.join("\n"),
        codes,
        back,
    };
    page::show(&person.visitor, &page)
}
