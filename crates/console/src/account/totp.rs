//! The authenticator app.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;
use serde_json::json;

use super::moment::Moment;
use super::{confirm, list, proved_lately, recovery_codes, refused, text};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::sign_in::{step_up, told};
use crate::visitor::Person;

const PATH: &str = "/account/totp";
const FIND: &str = "{ secondFactors { totp { createdAt lastUsedAt } } }";
const ENROL: &str = "mutation { enrolTotp { secret uri } }";
const CONFIRM: &str = "mutation($code: String!) { confirmTotp(code: $code) }";
const REMOVE: &str = "mutation { removeTotp }";

/// How wide the picture is, in pixels.
const WIDTH: u32 = 240;

#[derive(Template)]
#[template(path = "account/totp.html")]
struct Page<'p> {
    frame: Frame<'p>,
    is_set: bool,
    since: Option<Moment>,
    used: Option<Moment>,
}

#[derive(Template)]
#[template(path = "account/totp_enrol.html")]
struct Enrol<'p> {
    frame: Frame<'p>,
    secret: String,
    uri: String,
    picture: Option<String>,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route(PATH, get(ask))
        .route("/account/totp/begin", post(begin))
        .route("/account/totp/confirm", post(carry_out))
        .route("/account/totp/remove", get(ask_to_remove).post(remove))
}

async fn ask(State(console): State<Console>, person: Person) -> Result<Response, Response> {
    proved_lately(&console, &person).await?;
    let data = match console.api.ask(&person.visitor, FIND, json!({})).await {
        Ok(data) => data,
        Err(refusal) => return Ok(refused(&person, &refusal, PATH)),
    };
    let totp = &data["secondFactors"]["totp"];
    let page = Page {
        frame: Frame::of(&person, &person.visitor.words.say("totp")),
        is_set: totp.is_object(),
        since: Moment::read(&totp["createdAt"]),
        used: Moment::read(&totp["lastUsedAt"]),
    };
    Ok(page::show(&person.visitor, &page))
}

async fn begin(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, ENROL, json!({})).await {
        Ok(data) => {
            let made = &data["enrolTotp"];
            enrol(&person, text(&made["secret"]), text(&made["uri"]), None)
        }
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}

/// Takes the first code. What was shown stands in the form: after a wrong code it is needed once more.
async fn carry_out(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let code: String = filled.text("code").chars().filter(|c| !c.is_whitespace()).collect();
    let data = match console.api.ask(&person.visitor, CONFIRM, json!({ "code": code })).await {
        Ok(data) => data,
        Err(refusal) if step_up::wants_step_up(&refusal) => return Ok(refused(&person, &refusal, PATH)),
        Err(refusal) => {
            let (secret, uri) = (filled.text("secret").to_owned(), filled.text("uri").to_owned());
            return Ok(enrol(&person, secret, uri, Some(&refusal)));
        }
    };
    Ok(match list(&data["confirmTotp"]) {
        [] => page::go(PATH, Some("totp-confirmed")),
        _ => recovery_codes::show_once(&person, &data["confirmTotp"], PATH),
    })
}

async fn ask_to_remove(State(console): State<Console>, person: Person) -> Result<Response, Response> {
    proved_lately(&console, &person).await?;
    Ok(confirm::ask(&person, "totp-remove", "", "/account/totp/remove", PATH))
}

async fn remove(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let answer = console.api.ask_all(&person.visitor, REMOVE, json!({})).await;
    Ok(match answer.refusals.first() {
        None => page::with_cookies(page::go(PATH, Some("totp-removed")), &answer.cookies),
        Some(refusal) => refused(&person, refusal, PATH),
    })
}

fn enrol(person: &Person, secret: String, uri: String, refusal: Option<&Refusal>) -> Response {
    let words = person.visitor.words;
    let page = Enrol {
        frame: Frame::of(person, &words.say("totp-set-up")),
        picture: picture(&uri),
        secret,
        uri,
        refusal: refusal.map(|refusal| told(words, refusal)),
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}

/// The address as a picture that apps read, to stand in the page itself: nobody else gets to see it.
fn picture(uri: &str) -> Option<String> {
    let code = QrCode::new(uri.as_bytes()).ok()?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(WIDTH, WIDTH).build();
    Some(format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(drawn)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_stands_in_the_page() {
        let picture = picture("otpauth://totp/Atoll:ada?secret=ABC&issuer=Atoll");
        assert!(picture.is_some_and(|picture| picture.starts_with("data:image/svg+xml;base64,")));
        assert!(super::picture(&"x".repeat(5_000)).is_none());
    }
}
