//! The page of one thing.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::cell::{self, Cell};
use super::find;
use super::model::{Act, Noun, One, Section, When};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::frame::Frame;
use crate::may::May;
use crate::names::{self, Names};
use crate::page;
use crate::visitor::Person;

/// A fact about the thing.
pub(super) struct Fact {
    label: String,
    cell: Cell,
}

/// Something to press.
pub(super) struct Button {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) danger: bool,
}

/// What belongs to it, as far as it may be read.
struct Shown {
    name: &'static str,
    title: String,
    empty: String,
    headings: Vec<String>,
    rows: Vec<(Vec<Cell>, Vec<Button>)>,
    forms: Vec<Button>,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "nouns/show.html")]
struct Page<'p> {
    frame: Frame<'p>,
    noun: &'static Noun,
    nouns: String,
    one: String,
    title: String,
    id: String,
    facts: Vec<Fact>,
    json: Option<String>,
    pem: Option<String>,
    buttons: Vec<Button>,
    acts: Vec<Button>,
    sections: Vec<Shown>,
    why: Option<String>,
}

/// `GET /{noun}/{id}`.
pub(super) async fn page(
    State(console): State<Console>,
    Path((name, id)): Path<(String, String)>,
    person: Person,
) -> Response {
    let Some((noun, one)) = find(&name).and_then(|noun| Some((noun, noun.one.as_ref()?))) else {
        return page::nothing_here(person.visitor).await;
    };
    let thing = match load(&console, &person, one, &id).await {
        Ok(thing) => thing,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let words = person.visitor.words;
    let may = May::with(&console, &person, one.why, &thing).await;
    let (names, sections) = tokio::join!(
        names::of(&console, &person.visitor, cell::wanted(one.facts, &thing).collect::<Vec<_>>()),
        sections(&console, &person, noun, one, &thing, &may),
    );
    let facts = one.facts.iter().map(|column| Fact {
        label: words.say(&format!("field-{}", column.key)),
        cell: cell::cell(column, &thing, noun.name, &names, words),
    });
    let title = title(one, &thing);
    let page = Page {
        frame: Frame::of(&person, &title),
        nouns: words.say(&format!("noun-{}", noun.name)),
        one: words.say(&format!("noun-{}-one", noun.name)),
        facts: facts.collect(),
        json: attributes(&thing),
        pem: thing["certificatePem"].as_str().map(str::to_owned),
        buttons: links(&person, noun, one, &id, &may)
            .into_iter()
            .chain(forms(&person, noun, &thing, &id, &may))
            .collect(),
        acts: acts(&person, noun, noun.acts, &thing, &id, &may),
        why: one.why.map(|kind| crate::why::about(kind, &id, &person)),
        sections,
        noun,
        title: title.clone(),
        id,
    };
    page::show(&person.visitor, &page)
}

/// The thing itself.
pub(super) async fn load(console: &Console, person: &Person, one: &One, id: &str) -> Result<Value, Refusal> {
    let variables = json!({ "id": id, "tenantId": person.working_in() });
    let mut data = console.api.ask(&person.visitor, one.document, variables).await?;
    match data.pointer_mut(one.at).map(Value::take) {
        Some(thing) if !thing.is_null() => Ok(thing),
        _ => Err(Refusal {
            code: "not_found".into(),
            kind: "missing".into(),
            message: person.visitor.words.say("nothing-here"),
            details: Value::Null,
        }),
    }
}

/// The thing with this id; null where none is meant, or things of this noun have no page of their own.
pub(super) async fn about(
    console: &Console,
    person: &Person,
    noun: &Noun,
    id: Option<&str>,
) -> Result<Value, Refusal> {
    match (&noun.one, id) {
        (Some(one), Some(id)) => load(console, person, one, id).await,
        _ => Ok(Value::Null),
    }
}

/// What a thing is called: its name, else what its id ends with.
pub(super) fn title(one: &One, thing: &Value) -> String {
    let named = thing.pointer(one.name).and_then(Value::as_str).filter(|name| !name.is_empty());
    named.map_or_else(|| cell::short_id(thing["id"].as_str().unwrap_or_default()), str::to_owned)
}

fn attributes(thing: &Value) -> Option<String> {
    let attributes = thing
        .get("attributes")
        .filter(|attributes| attributes.as_object().is_some_and(|all| !all.is_empty()));
    attributes.and_then(|attributes| serde_json::to_string_pretty(attributes).ok())
}

/// Whether a part of a thing is as wanted. What is not there counts as `none`.
pub(super) fn holds(when: Option<&When>, thing: &Value) -> bool {
    let Some((at, is)) = when else { return true };
    match thing.pointer(at) {
        None | Some(Value::Null) => is.contains(&"none"),
        Some(Value::String(text)) => is.contains(&text.as_str()) || is.contains(&"some"),
        Some(Value::Bool(yes)) => is.contains(if *yes { &"true" } else { &"false" }),
        Some(_) => is.contains(&"some"),
    }
}

fn forms(person: &Person, noun: &'static Noun, thing: &Value, id: &str, may: &May) -> Vec<Button> {
    let one = noun.one.as_ref().map(|one| one.sections).unwrap_or_default();
    let elsewhere = |name: &str| one.iter().any(|section| section.forms.contains(&name));
    let forms = noun.forms.iter().filter(|form| form.of_one && !elsewhere(form.name));
    let forms = forms.filter(|form| holds(form.when.as_ref(), thing) && may.any(form.needs));
    let button = |form: &super::model::Form| Button {
        href: page_of(noun, id, form.name, thing),
        label: person.visitor.words.say(&format!("form-{}-{}", noun.name, form.name)),
        danger: false,
    };
    forms.map(button).collect()
}

/// Where something is done with a thing. What has no page of its own is not looked up there: its tenant is said.
fn page_of(noun: &Noun, id: &str, name: &str, thing: &Value) -> String {
    let tenant = thing["tenantId"].as_str().filter(|_| noun.one.is_none());
    address::of(&format!("/{}/{id}/{name}", noun.name), tenant.map(|tenant| ("tenantId", tenant)))
}

/// Pages about it that are none of a noun's.
fn links(person: &Person, noun: &Noun, one: &One, id: &str, may: &May) -> Vec<Button> {
    let links = one.links.iter().filter(|(_, needs)| may.any(needs));
    let button = |(name, _): &(&str, &[super::model::Need])| Button {
        href: format!("/{}/{id}/{name}", noun.name),
        label: person.visitor.words.say(&format!("link-{name}")),
        danger: false,
    };
    links.map(button).collect()
}

/// Everything to press about a thing that has no page of its own.
pub(super) fn buttons(person: &Person, noun: &'static Noun, thing: &Value, may: &May) -> Vec<Button> {
    let id = thing["id"].as_str().unwrap_or_default();
    let mut all = forms(person, noun, thing, id, may);
    all.extend(acts(person, noun, noun.acts, thing, id, may));
    all
}

fn acts(
    person: &Person,
    noun: &Noun,
    acts: &'static [Act],
    thing: &Value,
    id: &str,
    may: &May,
) -> Vec<Button> {
    let acts = acts.iter().filter(|act| !act.variables.is_empty());
    let acts = acts.filter(|act| holds(act.when.as_ref(), thing) && may.any(act.needs));
    let button = |act: &Act| Button {
        href: page_of(noun, id, act.name, thing),
        label: person.visitor.words.say(&format!("act-{}-{}", noun.name, act.name)),
        danger: act.danger,
    };
    acts.map(button).collect()
}

async fn sections(
    console: &Console,
    person: &Person,
    noun: &'static Noun,
    one: &'static One,
    thing: &Value,
    may: &May,
) -> Vec<Shown> {
    let mut shown = Vec::new();
    for section in one.sections.iter().filter(|section| holds(section.when.as_ref(), thing)) {
        shown.extend(show(console, person, noun, section, thing, may).await);
    }
    shown
}

async fn show(
    console: &Console,
    person: &Person,
    noun: &'static Noun,
    section: &'static Section,
    thing: &Value,
    may: &May,
) -> Option<Shown> {
    let words = person.visitor.words;
    let id = thing["id"].as_str().unwrap_or_default();
    let variables = json!({ "id": id, "tenantId": person.working_in() });
    let asked = console.api.ask(&person.visitor, section.document, variables).await;
    let (found, refusal) = match asked {
        Ok(found) => (found.pointer(section.at).cloned().unwrap_or_default(), None),
        // Nobody misses what this house does not have.
        Err(refusal) if refusal.code == "certificate.disabled" => return None,
        Err(refusal) => (Value::Null, Some(refusal.message)),
    };
    let rows: Vec<Value> = match found {
        Value::Array(rows) => rows.into_iter().map(as_object).collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    };
    let wanted: Vec<_> = rows.iter().flat_map(|row| cell::wanted(section.columns, row)).collect();
    let names = names::of(console, &person.visitor, wanted).await;
    let forms = section.forms.iter().filter_map(|name| noun.form(name));
    let forms =
        forms.filter(|form| holds(form.when.as_ref(), thing) && may.any(form.needs)).map(|form| Button {
            href: format!("/{}/{id}/{}", noun.name, form.name),
            label: words.say(&format!("form-{}-{}", noun.name, form.name)),
            danger: false,
        });
    Some(Shown {
        name: section.name,
        title: words.say(&format!("section-{}", section.name)),
        empty: words.say(&format!("section-{}-empty", section.name)),
        headings: section.columns.iter().map(|column| words.say(&format!("field-{}", column.key))).collect(),
        forms: forms.collect(),
        rows: rows.iter().map(|row| row_of(person, noun, section, row, id, may, &names)).collect(),
        refusal,
    })
}

/// A row that is no object is one with only an id.
fn as_object(row: Value) -> Value {
    match row {
        Value::String(id) => json!({ "id": id }),
        row => row,
    }
}

fn row_of(
    person: &Person,
    noun: &Noun,
    section: &'static Section,
    row: &Value,
    id: &str,
    may: &May,
    names: &Names,
) -> (Vec<Cell>, Vec<Button>) {
    let words = person.visitor.words;
    let cells = section.columns.iter().map(|column| cell::cell(column, row, noun.name, names, words));
    let acts = section.acts.iter().filter(|act| holds(act.when.as_ref(), row) && may.any(act.needs));
    let button = |act: &Act| {
        let parts = act.variables.iter().filter_map(|(_, from)| match from {
            super::model::From::Row(at) => {
                Some((*at, row.pointer(at).and_then(Value::as_str).unwrap_or_default()))
            }
            _ => None,
        });
        let page = format!("/{}/{id}/{}", noun.name, act.name);
        Button {
            href: address::of(&page, parts),
            label: words.say(&format!("act-{}-{}", noun.name, act.name)),
            danger: act.danger,
        }
    };
    (cells.collect(), acts.map(button).collect())
}
