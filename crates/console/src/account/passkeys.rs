//! Passkeys of one's own.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::moment::Moment;
use super::{confirm, list, proved_lately, recovery_codes, refused, text};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::sign_in::{answered, lacking, step_up, told};
use crate::visitor::Person;

const PATH: &str = "/account/passkeys";
const NEW: &str = "/account/passkeys/new";
const FIND: &str = "{ secondFactors { passkeys { id name createdAt lastUsedAt synced } } }";
const BEGIN: &str = "mutation { beginPasskeyRegistration { challengeId options } }";
const REGISTER: &str = "mutation($input: RegisterPasskeyInput!) {
  registerPasskey(input: $input) { passkey { id } recoveryCodes }
}";
const RENAME: &str = "mutation($id: ID!, $name: String!) { renamePasskey(id: $id, name: $name) { id } }";
const REMOVE: &str = "mutation($id: ID!) { removePasskey(id: $id) }";

/// A passkey as the list shows it.
struct Row {
    id: String,
    name: String,
    since: Option<Moment>,
    used: Option<Moment>,
    synced: bool,
}

#[derive(Template)]
#[template(path = "account/passkeys.html")]
struct Page<'p> {
    frame: Frame<'p>,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "account/passkey_new.html")]
struct New<'p> {
    frame: Frame<'p>,
    name: &'p str,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "account/passkey_rename.html")]
struct Rename<'p> {
    frame: Frame<'p>,
    action: String,
    name: &'p str,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route(PATH, get(ask).post(register))
        .route(NEW, get(ask_for_new))
        .route("/account/passkeys/options", post(begin))
        .route("/account/passkeys/{id}/rename", get(ask_for_name).post(rename))
        .route("/account/passkeys/{id}/remove", get(ask_to_remove).post(remove))
}

/// All of them.
async fn rows(console: &Console, person: &Person) -> Result<Vec<Row>, Refusal> {
    let data = console.api.ask(&person.visitor, FIND, json!({})).await?;
    let row = |one: &Value| Row {
        id: text(&one["id"]),
        name: text(&one["name"]),
        since: Moment::read(&one["createdAt"]),
        used: Moment::read(&one["lastUsedAt"]),
        synced: one["synced"] == true,
    };
    Ok(list(&data["secondFactors"]["passkeys"]).iter().map(row).collect())
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    match rows(&console, &person).await {
        Ok(rows) => {
            let frame = Frame::of(&person, &person.visitor.words.say("passkeys"));
            page::show(&person.visitor, &Page { frame, rows })
        }
        Err(refusal) => page::refused(&person, &refusal),
    }
}

async fn ask_for_new(State(console): State<Console>, person: Person) -> Result<Response, Response> {
    proved_lately(&console, &person).await?;
    Ok(show_new(&person, "", None))
}

fn show_new(person: &Person, name: &str, refusal: Option<&Refusal>) -> Response {
    let words = person.visitor.words;
    let page = New {
        frame: Frame::of(person, &words.say("passkey-new")),
        name,
        refusal: refusal.map(|refusal| told(words, refusal)),
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}

/// What the device is to sign, for the script of the page.
async fn begin(State(console): State<Console>, filled: Filled) -> Response {
    let (status, body) = match console.api.ask(&filled.visitor, BEGIN, json!({})).await {
        Ok(mut data) => {
            let begun = &mut data["beginPasskeyRegistration"];
            let options = begun["options"].take();
            (StatusCode::OK, json!({ "challenge_id": begun["challengeId"], "options": options }))
        }
        Err(refusal) => {
            let message = told(filled.visitor.words, &refusal);
            (refusal.status(), json!({ "code": refusal.code, "error": message }))
        }
    };
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, kept, Json(body)).into_response()
}

async fn register(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let name = filled.text("name");
    let Some(answer) = answered(&filled) else {
        return Ok(show_new(&person, name, Some(&lacking(person.visitor.words, "passkey-no-answer"))));
    };
    let input = json!({
        "challengeId": answer["challenge_id"],
        "credential": answer["credential"],
        "name": name,
    });
    let data = match console.api.ask(&person.visitor, REGISTER, json!({ "input": input })).await {
        Ok(data) => data,
        Err(refusal) if step_up::wants_step_up(&refusal) => return Ok(refused(&person, &refusal, NEW)),
        Err(refusal) => return Ok(show_new(&person, name, Some(&refusal))),
    };
    let codes = &data["registerPasskey"]["recoveryCodes"];
    Ok(match list(codes) {
        [] => page::go(PATH, Some("passkey-registered")),
        _ => recovery_codes::show_once(&person, codes, PATH),
    })
}

/// The name of one of them.
async fn name_of(console: &Console, person: &Person, id: &str) -> Option<String> {
    let rows = rows(console, person).await.ok()?;
    rows.into_iter().find(|row| row.id == id).map(|row| row.name)
}

async fn ask_for_name(State(console): State<Console>, person: Person, Path(id): Path<String>) -> Response {
    match name_of(&console, &person, &id).await {
        Some(name) => show_rename(&person, &id, &name, None),
        None => page::nothing_here(person.visitor).await,
    }
}

async fn rename(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let name = filled.text("name");
    Ok(match console.api.ask(&person.visitor, RENAME, json!({ "id": id, "name": name })).await {
        Ok(_) => page::go(PATH, Some("passkey-renamed")),
        Err(refusal) if step_up::wants_step_up(&refusal) => refused(&person, &refusal, PATH),
        Err(refusal) => show_rename(&person, &id, name, Some(&refusal)),
    })
}

fn show_rename(person: &Person, id: &str, name: &str, refusal: Option<&Refusal>) -> Response {
    let words = person.visitor.words;
    let page = Rename {
        frame: Frame::of(person, &words.say("passkey-rename")),
        action: format!("{PATH}/{id}/rename"),
        name,
        refusal: refusal.map(|refusal| told(words, refusal)),
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}

async fn ask_to_remove(
    State(console): State<Console>,
    person: Person,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    proved_lately(&console, &person).await?;
    Ok(match name_of(&console, &person, &id).await {
        Some(name) => confirm::ask(&person, "passkey-remove", &name, &format!("{PATH}/{id}/remove"), PATH),
        None => page::nothing_here(person.visitor).await,
    })
}

async fn remove(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let answer = console.api.ask_all(&person.visitor, REMOVE, json!({ "id": id })).await;
    Ok(match answer.refusals.first() {
        None => page::with_cookies(page::go(PATH, Some("passkey-removed")), &answer.cookies),
        Some(refusal) => refused(&person, refusal, PATH),
    })
}
