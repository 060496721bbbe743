//! The plant to try things with: a tenant with people, devices, channels and what they may do, made and removed by one click.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::may::Need;
use crate::page;
use crate::visitor::Person;

const MAKE: &str = include_str!("plant.graphql");
const ACTIONS: &str = "{ actions(limit: 100) { items { id name } } }";
const FIND: &str = "{ tenants(alias: \"try-it\", limit: 1) { items { id name attributes } } }";
const INSIDE: &str = "query($id: ID) { entities(tenantId: $id, limit: 20) { items { id name } }
    resources(tenantId: $id, limit: 20) { items { id name } } }";
const REMOVE: &str = "mutation($id: ID!) { deleteTenant(id: $id) purgeTenant(id: $id) }";

/// The attribute that says of a tenant that it was made here. One that somebody called alike is theirs.
const MARK: &str = "example_plant";

/// Things of the plant, whose ids are made here.
const THINGS: [&str; 17] = [
    "tenant",
    "anna",
    "ben",
    "collector",
    "pump1",
    "pump2",
    "operators",
    "technicians",
    "hall",
    "temperature",
    "pressure",
    "look",
    "steer",
    "sealed",
    "send",
    "operator",
    "technician",
];
/// Actions that are granted in it.
const GRANTED: [&str; 4] = ["read", "write", "publish", "subscribe"];
/// What to ask about it: who, does what, to what, and the words for it.
const QUESTIONS: [(&str, &str, &str, &str); 4] = [
    ("anna", "write", "temperature", "plant-anna-temperature"),
    ("anna", "write", "pressure", "plant-anna-pressure"),
    ("ben", "write", "temperature", "plant-ben-temperature"),
    ("pump-1", "publish", "temperature", "plant-pump"),
];

/// How long the collector may look, in days.
const DAYS: u64 = 7;

/// Who may make one and remove it: any of these.
const NEEDS: &[Need] = &[Need::Platform("manage")];

/// What the first page says of it.
pub(super) struct Plant {
    /// Its tenant, while there is one.
    pub(super) tenant: Option<(String, String)>,
    /// Questions about it: the page that answers, and the words.
    pub(super) questions: Vec<(String, String)>,
}

/// What there is of it, for those who may make one.
pub(super) async fn of(console: &Console, person: &Person) -> Option<Plant> {
    if !person.may.any(NEEDS) {
        return None;
    }
    let Some((id, name)) = find(console, person).await else {
        return Some(Plant { tenant: None, questions: Vec::new() });
    };
    let inside = console.api.ask(&person.visitor, INSIDE, json!({ "id": id })).await.unwrap_or_default();
    let id_of = |noun: &str, name: &str| {
        let items = inside[noun]["items"].as_array()?;
        items.iter().find(|one| one["name"] == name)?["id"].as_str()
    };
    let question = |(who, action, what, key): (&str, &str, &str, &str)| {
        let asked = [
            ("subject", id_of("entities", who)?),
            ("action", action),
            ("kind", "resource"),
            ("object", id_of("resources", what)?),
        ];
        Some((address::of("/why", asked), person.visitor.words.say(key)))
    };
    let questions = QUESTIONS.into_iter().filter_map(question).collect();
    Some(Plant { tenant: Some((format!("/tenants/{id}"), name)), questions })
}

async fn find(console: &Console, person: &Person) -> Option<(String, String)> {
    let found = console.api.ask(&person.visitor, FIND, json!({})).await.ok()?;
    let tenant = Some(&found["tenants"]["items"][0]).filter(|tenant| tenant["attributes"][MARK] == true)?;
    Some((tenant["id"].as_str()?.to_owned(), tenant["name"].as_str()?.to_owned()))
}

/// `POST /try-it`.
pub(super) async fn make(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let refused = |refusal: Refusal| page::refused(&person, &refusal);
    let variables = variables(&console, &person).await.map_err(refused)?;
    let tenant = variables["tenant"].clone();
    if let Err(refusal) = console.api.ask(&person.visitor, MAKE, variables).await {
        // Half a plant is none. Where not even its tenant was made there is nothing to remove.
        let _ = console.api.ask(&person.visitor, REMOVE, json!({ "id": tenant })).await;
        return Err(refused(refusal));
    }
    Ok(page::go("/", Some("plant-made")))
}

async fn variables(console: &Console, person: &Person) -> Result<Value, Refusal> {
    let actions = console.api.ask(&person.visitor, ACTIONS, json!({})).await?;
    let actions = actions["actions"]["items"].as_array().cloned().unwrap_or_default();
    let (now, words) = (console.ground.clock().now(), person.visitor.words);
    let new_id = || atoll_base::chance::new_id(now, console.ground.chance());
    let mut variables: Map<String, Value> =
        THINGS.into_iter().map(|name| (name.to_owned(), json!(new_id()))).collect();
    for name in GRANTED {
        let action = actions.iter().find(|action| action["name"] == name);
        variables.insert(name.to_owned(), action.map(|action| action["id"].clone()).unwrap_or_default());
    }
    let soon = now.plus(std::time::Duration::from_secs(DAYS * 86_400));
    variables.insert("name".to_owned(), json!(words.say("plant-name")));
    variables.insert("why".to_owned(), json!(words.say("plant-reason")));
    variables.insert("soon".to_owned(), json!(soon.rfc3339()));
    variables.insert("mark".to_owned(), json!({ MARK: true }));
    Ok(variables.into())
}

/// `POST /try-it/remove`.
pub(super) async fn remove(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let Some((id, _)) = find(&console, &person).await else {
        return Ok(page::go("/", None));
    };
    let removed = console.api.ask(&person.visitor, REMOVE, json!({ "id": id })).await;
    removed.map(|_| page::go("/", Some("plant-removed"))).map_err(|refusal| page::refused(&person, &refusal))
}
