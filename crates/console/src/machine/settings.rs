//! What is set, and where that was said. It is changed where the house is started, not here.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::Console;
use crate::frame::Frame;
use crate::nouns::cell::{self, Cell};
use crate::page;
use crate::visitor::Person;

const DOCUMENT: &str =
    "{ systemSettings { key group description value default allowed source name environment secret } }";

/// One setting.
struct Setting {
    key: String,
    about: String,
    value: String,
    allowed: String,
    source: Cell,
    name: String,
    default: Option<String>,
}

#[derive(Template)]
#[template(path = "machine/settings.html")]
struct Page<'p> {
    frame: Frame<'p>,
    wanted: String,
    only_said: bool,
    groups: Vec<(String, Vec<Setting>)>,
}

/// `GET /settings`.
pub(super) async fn page(State(console): State<Console>, person: Person) -> Response {
    let all = match console.api.ask(&person.visitor, DOCUMENT, json!({})).await {
        Ok(mut data) => data["systemSettings"].take(),
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let wanted = person.visitor.query("q").unwrap_or_default();
    let sought = wanted.to_lowercase();
    let only_said = person.visitor.query("said").is_some();
    let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
    let fits = |one: &&Value| {
        let told = ["key", "description", "name", "environment"].map(|name| one[name].to_string());
        let has = told.iter().any(|told| told.to_lowercase().contains(&sought));
        has && (!only_said || one["source"] != "default")
    };
    let mut groups: Vec<(String, Vec<Setting>)> = Vec::new();
    for one in all.iter().filter(fits) {
        let group = one["group"].as_str().unwrap_or_default();
        let setting = setting(one, &person);
        match groups.last_mut() {
            Some((last, settings)) if last == group => settings.push(setting),
            _ => groups.push((group.to_owned(), vec![setting])),
        }
    }
    let frame = Frame::of(&person, &person.visitor.words.say("nav-settings"));
    page::show(&person.visitor, &Page { frame, wanted, only_said, groups })
}

fn setting(one: &Value, person: &Person) -> Setting {
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let first = one["environment"][0].as_str().unwrap_or_default().to_owned();
    Setting {
        key: text("key"),
        about: text("description").replace('`', ""),
        value: text("value"),
        allowed: text("allowed").replace('`', ""),
        source: cell::badge(&text("source"), person.visitor.words),
        name: one["name"].as_str().map_or(first, str::to_owned),
        default: one["default"].as_str().map(str::to_owned),
    }
}
