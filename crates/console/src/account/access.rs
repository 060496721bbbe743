//! What one may, where, and what one has asked for.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::moment::Moment;
use super::{confirm, list, refused, text};
use crate::Console;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::names::{self, Names};
use crate::page;
use crate::visitor::Person;
use crate::words::Words;

pub(super) const PATH: &str = "/account/access";
/// Tenants that are asked about at once.
const MOST: usize = 50;
const TENANTS: &str =
    "query($limit: Int) { tenants(limit: $limit, sort: name_asc) { total items { id name } } }";
const REQUESTS: &str = "query($me: ID!) {
  accessRequests(requesterId: $me, limit: 100) {
    items { id roleId tenantId reason status answer createdAt decidedAt expiresAt }
  }
}";
const WITHDRAW: &str = "mutation($id: ID!) { withdrawAccessRequest(id: $id) { id } }";

/// A role that one has.
struct Role {
    name: String,
    actions: String,
    through: String,
}

/// A tenant, and the roles one has there.
struct Place {
    id: String,
    name: String,
    home: bool,
    roles: Vec<Role>,
}

/// Something that one has asked for.
struct Asked {
    id: String,
    role: String,
    tenant: String,
    reason: String,
    status: String,
    badge: &'static str,
    waits: bool,
    answer: String,
    since: Option<Moment>,
    until: Option<Moment>,
}

#[derive(Template)]
#[template(path = "account/access.html")]
struct Page<'p> {
    frame: Frame<'p>,
    places: Vec<Place>,
    more: bool,
    asked: Vec<Asked>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route(PATH, get(ask))
        .route("/account/access/{id}/withdraw", get(ask_to_withdraw).post(withdraw))
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    let found = console.api.ask(&person.visitor, TENANTS, json!({ "limit": MOST })).await.unwrap_or_default();
    let requests = match console.api.ask(&person.visitor, REQUESTS, json!({ "me": person.id })).await {
        Ok(requests) => requests,
        Err(refusal) => return refused(&person, &refusal, PATH),
    };
    let requests = list(&requests["accessRequests"]["items"]);
    let wanted = requests
        .iter()
        .flat_map(|one| [("roles", text(&one["roleId"])), ("tenants", text(&one["tenantId"]))]);
    let wanted = wanted.filter(|(_, id)| !id.is_empty()).collect::<Vec<_>>();
    let (places, names) = tokio::join!(
        places(&console, &person, list(&found["tenants"]["items"])),
        names::of(&console, &person.visitor, wanted),
    );
    let words = person.visitor.words;
    let page = Page {
        frame: Frame::of(&person, &words.say("access")),
        places,
        more: found["tenants"]["total"].as_u64().is_some_and(|total| total > MOST as u64),
        asked: requests.iter().map(|one| asked(one, &names, words)).collect(),
    };
    page::show(&person.visitor, &page)
}

/// The home, and every tenant in which one has a role.
async fn places(console: &Console, person: &Person, tenants: &[Value]) -> Vec<Place> {
    let mut tenants: Vec<(String, String)> =
        tenants.iter().map(|one| (text(&one["id"]), text(&one["name"]))).collect();
    if let Some(home) = &person.tenant
        && !tenants.iter().any(|(id, _)| id == home)
    {
        tenants.insert(0, (home.clone(), home.clone()));
    }
    if tenants.is_empty() {
        return Vec::new();
    }
    let (document, variables) = question(&tenants);
    let answer = console.api.ask_all(&person.visitor, &document, variables).await;
    let place = |(nth, (id, name)): (usize, (String, String))| Place {
        roles: list(&answer.data[format!("t{nth}")])
            .iter()
            .map(|one| role(one, person.visitor.words))
            .collect(),
        home: person.tenant.as_ref() == Some(&id),
        id,
        name,
    };
    let places = tenants.into_iter().enumerate().map(place);
    places.filter(|place| place.home || !place.roles.is_empty()).collect()
}

/// One request for the roles in all of these.
fn question(tenants: &[(String, String)]) -> (String, Value) {
    let (mut head, mut body, mut variables) = (String::new(), String::new(), Map::new());
    for (nth, (id, _)) in tenants.iter().enumerate() {
        head.push_str(&format!("$i{nth}: ID! "));
        body.push_str(&format!(
            "t{nth}: myTenantRoles(tenantId: $i{nth}) {{ roleName actions assignmentPaths }} "
        ));
        variables.insert(format!("i{nth}"), json!(id));
    }
    (format!("query({head}) {{ {body} }}"), Value::Object(variables))
}

fn role(one: &Value, words: Words) -> Role {
    let joined = |all: &Value| list(all).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    let direct = list(&one["assignmentPaths"]).iter().any(|path| path == "direct");
    Role {
        name: text(&one["roleName"]),
        actions: joined(&one["actions"]),
        through: words.say(if direct { "access-direct" } else { "access-by-group" }),
    }
}

fn asked(one: &Value, names: &Names, words: Words) -> Asked {
    let named = |noun: &'static str, id: String| names.get(noun, &id).map(str::to_owned).unwrap_or(id);
    let status = text(&one["status"]);
    Asked {
        id: text(&one["id"]),
        role: named("roles", text(&one["roleId"])),
        tenant: named("tenants", text(&one["tenantId"])),
        reason: text(&one["reason"]),
        badge: match status.as_str() {
            "approved" => "badge-ok",
            "denied" => "badge-bad",
            "pending" => "badge-info",
            _ => "badge-quiet",
        },
        waits: status == "pending",
        status: words.say(&format!("access-status-{status}")),
        answer: text(&one["answer"]),
        since: Moment::read(&one["createdAt"]),
        until: Moment::read(&one["expiresAt"]),
    }
}

async fn ask_to_withdraw(person: Person, Path(id): Path<String>) -> Response {
    confirm::ask(&person, "access-withdraw", "", &format!("{PATH}/{id}/withdraw"), PATH)
}

async fn withdraw(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, WITHDRAW, json!({ "id": id })).await {
        Ok(_) => page::go(PATH, Some("access-withdrawn")),
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}
