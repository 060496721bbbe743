//! Finding pages, things and actions by writing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Console;
use crate::frame::GROUPS;
use crate::nouns;
use crate::nouns::cell;
use crate::visitor::{Person, Visitor};

const THINGS: &str = "query($q: String) {
  tenants(q: $q, limit: 4) { items { id name hint: alias } }
  entities(q: $q, limit: 6) { items { id name hint: kind } }
  groups(q: $q, limit: 4) { items { id name hint: groupType } }
  roles(q: $q, limit: 4) { items { id name hint: description } }
  resources(q: $q, limit: 6) { items { id name hint: kind } } }";
const NOUNS: [&str; 5] = ["tenants", "entities", "groups", "roles", "resources"];

/// Something that was found.
#[derive(Serialize)]
struct Found {
    title: String,
    hint: String,
    href: String,
    group: String,
}

/// Where it is asked.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/palette", get(answer))
}

async fn answer(State(console): State<Console>, visitor: Visitor) -> Response {
    let Some(person) = Person::of(&console, visitor).await else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let wanted = person.visitor.query("q").unwrap_or_default().to_lowercase();
    let mut found = pages(&person);
    found.extend(forms(&person));
    found.retain(|one| one.title.to_lowercase().contains(&wanted));
    if !wanted.is_empty() {
        found.extend(things(&console, &person, &wanted).await);
    }
    Json(found).into_response()
}

fn pages(person: &Person) -> Vec<Found> {
    let words = person.visitor.words;
    let places = GROUPS.iter().flat_map(|group| group.places.iter().map(move |place| (group, place)));
    let places = places.filter(|(_, place)| place.is_for(person));
    let found = |(group, place): (&crate::frame::Group, &crate::frame::Place)| Found {
        title: words.say(place.key),
        hint: String::new(),
        href: place.path.to_owned(),
        group: words.say(group.key),
    };
    places.map(found).collect()
}

fn forms(person: &Person) -> Vec<Found> {
    let words = person.visitor.words;
    let forms = nouns::all().iter().flat_map(|noun| {
        noun.forms.iter().filter(|form| !form.of_one && person.may.any(form.needs)).map(move |form| Found {
            title: words.say(&format!("form-{}-{}", noun.name, form.name)),
            hint: String::new(),
            href: format!("/{}/new/{}", noun.name, form.name),
            group: words.say("palette-do"),
        })
    });
    forms.collect()
}

async fn things(console: &Console, person: &Person, wanted: &str) -> Vec<Found> {
    let words = person.visitor.words;
    let data = console.api.ask_all(&person.visitor, THINGS, json!({ "q": wanted })).await.data;
    let of = |noun: &'static str| {
        let items = data[noun]["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().map(move |item: Value| Found {
            title: item["name"].as_str().unwrap_or_default().to_owned(),
            hint: item["hint"].as_str().map(|hint| cell::value_word(hint, words)).unwrap_or_default(),
            href: format!("/{noun}/{}", item["id"].as_str().unwrap_or_default()),
            group: words.say(&format!("noun-{noun}")),
        })
    };
    NOUNS.into_iter().flat_map(of).collect()
}
