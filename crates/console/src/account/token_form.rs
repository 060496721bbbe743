//! Making an access token, and saying what one may be used for.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::permissions::{Permission, SCOPES};
use super::tokens::{PATH, find};
use super::{list, refused, text};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::sign_in::{lacking, step_up, told};
use crate::visitor::Person;

const CREATE: &str =
    "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { name token } }";
const REPLACE: &str = "mutation($id: ID!, $permissions: [AccessTokenPermissionInput!]!) {
  replaceAccessTokenPermissions(credentialId: $id, permissions: $permissions)
}";

/// What was typed.
#[derive(Default)]
struct Typed {
    name: String,
    description: String,
    expires: String,
    scoped: bool,
    rows: Vec<Permission>,
}

impl Typed {
    fn read(filled: &Filled) -> Typed {
        Typed {
            name: filled.text("name").to_owned(),
            description: filled.text("description").to_owned(),
            expires: filled.text("expires").to_owned(),
            scoped: filled.text("scoped") != "false",
            rows: Permission::all(filled),
        }
    }

    /// As the door takes it.
    fn input(&self, person: &Person) -> Result<Value, Refusal> {
        let words = person.visitor.words;
        let permissions = if self.scoped { Permission::inputs(&self.rows, words)? } else { Vec::new() };
        if self.scoped && permissions.is_empty() {
            return Err(lacking(words, "token-no-permission"));
        }
        // Browsers leave seconds and zone out: the zone is said beside the field.
        let expires = match self.expires.len() {
            0 => None,
            16 => Some(format!("{}:00Z", self.expires)),
            _ => Some(self.expires.clone()),
        };
        Ok(json!({
            "name": self.name,
            "description": Some(&self.description).filter(|text| !text.is_empty()),
            "expiresAt": expires,
            "scoped": self.scoped,
            "permissions": permissions,
        }))
    }
}

#[derive(Template)]
#[template(path = "account/token_form.html")]
struct Page<'p> {
    frame: Frame<'p>,
    title: String,
    action: String,
    /// Whether the token is there already, so that only its permissions are asked for.
    there: bool,
    typed: &'p Typed,
    scopes: Vec<(&'static str, String)>,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "account/token_made.html")]
struct Made<'p> {
    frame: Frame<'p>,
    name: String,
    token: String,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/account/tokens/new", get(ask).post(create))
        .route("/account/tokens/{id}/permissions", get(ask_for_permissions).post(replace))
}

async fn ask(person: Person) -> Response {
    let typed = Typed { scoped: true, rows: vec![Permission::default()], ..Typed::default() };
    show(&person, None, &typed, None)
}

async fn create(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let mut typed = Typed::read(&filled);
    if filled.has("more") {
        typed.rows.push(Permission::default());
        return Ok(show(&person, None, &typed, None));
    }
    let made = match typed.input(&person) {
        Ok(input) => console.api.ask(&person.visitor, CREATE, json!({ "input": input })).await,
        Err(refusal) => Err(refusal),
    };
    Ok(match made {
        Ok(data) => show_once(&person, &data["createAccessToken"]),
        Err(refusal) if step_up::wants_step_up(&refusal) => refused(&person, &refusal, PATH),
        Err(refusal) => show(&person, None, &typed, Some(&refusal)),
    })
}

async fn ask_for_permissions(
    State(console): State<Console>,
    person: Person,
    Path(id): Path<String>,
) -> Response {
    match find(&console, &person, &id).await {
        Ok(Some(token)) if token["scoped"] == true => {
            let rows = list(&token["permissions"]).iter().map(Permission::read).collect();
            let typed = Typed { name: text(&token["name"]), scoped: true, rows, ..Typed::default() };
            show(&person, Some(&id), &typed, None)
        }
        Ok(_) => page::nothing_here(person.visitor).await,
        Err(refusal) => page::refused(&person, &refusal),
    }
}

async fn replace(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let mut typed = Typed { scoped: true, ..Typed::read(&filled) };
    if filled.has("more") {
        typed.rows.push(Permission::default());
        return Ok(show(&person, Some(&id), &typed, None));
    }
    let words = person.visitor.words;
    let done = match Permission::inputs(&typed.rows, words) {
        Ok(permissions) if permissions.is_empty() => Err(lacking(words, "token-no-permission")),
        Ok(permissions) => {
            let variables = json!({ "id": id, "permissions": permissions });
            console.api.ask(&person.visitor, REPLACE, variables).await
        }
        Err(refusal) => Err(refusal),
    };
    Ok(match done {
        Ok(_) => page::go(PATH, Some("token-changed")),
        Err(refusal) if step_up::wants_step_up(&refusal) => refused(&person, &refusal, PATH),
        Err(refusal) => show(&person, Some(&id), &typed, Some(&refusal)),
    })
}

fn show(person: &Person, id: Option<&str>, typed: &Typed, refusal: Option<&Refusal>) -> Response {
    let words = person.visitor.words;
    let title = match id {
        Some(_) => words.tell("token-permissions-of", &[("name", typed.name.as_str())]),
        None => words.say("token-new"),
    };
    let scope = |scope: &'static str| (scope, words.say(&format!("token-scope-{}", scope.replace('_', "-"))));
    let page = Page {
        frame: Frame::of(person, &title),
        action: id.map_or_else(|| format!("{PATH}/new"), |id| format!("{PATH}/{id}/permissions")),
        there: id.is_some(),
        scopes: SCOPES.map(scope).to_vec(),
        refusal: refusal.map(|refusal| told(words, refusal)),
        title,
        typed,
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}

fn show_once(person: &Person, made: &Value) -> Response {
    let frame = Frame::of(person, &person.visitor.words.say("token-made"));
    let page = Made { frame, name: text(&made["name"]), token: text(&made["token"]) };
    page::show(&person.visitor, &page)
}
