//! The page with all things of a noun.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::cell::{self, Cell};
use super::export;
use super::find;
use super::gate::{self, May};
use super::model::{Choose, Filter, Noun, Paging};
use super::show;
use crate::Console;
use crate::frame::Frame;
use crate::names;
use crate::page;
use crate::visitor::Person;

/// Rows of a page.
const PER_PAGE: u64 = 50;

/// A row.
pub(super) struct Row {
    /// What it is known by.
    pub(super) id: String,
    /// Its values.
    pub(super) cells: Vec<Cell>,
    /// What can be done with it, where it has no page of its own.
    pub(super) buttons: Vec<show::Button>,
}

/// A filter as it stands.
pub(super) struct Chosen {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) value: String,
    /// What a chosen thing is called.
    pub(super) shown: String,
    /// What can be chosen, with the words for it; none where one writes.
    pub(super) options: Vec<(&'static str, String)>,
    /// The noun to choose a thing of.
    pub(super) pick: &'static str,
}

#[derive(Template)]
#[template(path = "nouns/list.html")]
struct Page<'p> {
    frame: Frame<'p>,
    noun: &'static Noun,
    title: String,
    about: String,
    empty: String,
    filters: Vec<Chosen>,
    headings: Vec<String>,
    has_buttons: bool,
    rows: Vec<Row>,
    shown: String,
    next: Option<String>,
    first: Option<String>,
    creates: Vec<(&'static str, String)>,
    acts: Vec<(&'static str, String)>,
    bulk: Vec<(&'static str, String)>,
    wants: Option<String>,
    csv: String,
    is_filtered: bool,
    refusal: Option<String>,
    why: Option<String>,
}

/// `GET /{noun}`.
pub(super) async fn page(
    State(console): State<Console>,
    Path(name): Path<String>,
    person: Person,
) -> Response {
    let Some(noun) = find(&name) else { return page::nothing_here(person.visitor).await };
    let words = person.visitor.words;
    let chosen = chosen(&console, &person, noun).await;
    let missing = noun
        .list
        .wants
        .filter(|wanted| !chosen.iter().any(|one| one.name == *wanted && !one.value.is_empty()));
    let (asked, may) = match missing {
        Some(_) => (Ok(Value::Null), gate::of_noun(&console, &person, tenant_of(&chosen)).await),
        None => tokio::join!(
            console.api.ask(&person.visitor, noun.list.document, variables(&person, noun, &chosen)),
            gate::of_noun(&console, &person, tenant_of(&chosen)),
        ),
    };
    let (found, refused) = match asked {
        Ok(found) => (found, None),
        Err(refusal) => (Value::Null, Some(refusal)),
    };
    let listed = found.pointer(noun.list.at).cloned().unwrap_or_default();
    let items = listed["items"].as_array().or_else(|| listed.as_array()).cloned().unwrap_or_default();
    let wanted: Vec<_> = items.iter().flat_map(|item| cell::wanted(noun.list.columns, item)).collect();
    let names = names::of(&console, &person.visitor, wanted).await;
    let rows = items.iter().map(|item| Row {
        id: item["id"].as_str().unwrap_or_default().to_owned(),
        cells: noun
            .list
            .columns
            .iter()
            .map(|column| cell::cell(column, item, noun.name, &names, words))
            .collect(),
        buttons: match noun.one {
            Some(_) => Vec::new(),
            None => show::buttons(&person, noun, item, &may),
        },
    });
    let rows: Vec<Row> = rows.collect();
    let headings: Vec<String> =
        noun.list.columns.iter().map(|column| words.say(&format!("field-{}", column.key))).collect();
    if refused.is_none() && person.visitor.query("as").as_deref() == Some("csv") {
        let cells = rows.iter().map(|row| row.cells.as_slice());
        return file(noun, export::csv(&headings, cells));
    }
    let title = words.say(&format!("noun-{}", noun.name));
    let total = listed["total"].as_u64();
    let page = Page {
        frame: Frame::of(&person, &title),
        about: words.say(&format!("noun-{}-about", noun.name)),
        empty: words.say(&format!("noun-{}-empty", noun.name)),
        csv: with(&person, &[("as", "csv")]),
        headings,
        has_buttons: rows.iter().any(|row| !row.buttons.is_empty()),
        rows,
        shown: words
            .count("list-total", usize::try_from(total.unwrap_or(items.len() as u64)).unwrap_or(usize::MAX)),
        next: next(&person, noun, &listed, items.len() as u64),
        first: (person.visitor.query("after").is_some() || person.visitor.query("offset").is_some())
            .then(|| with(&person, &[("after", ""), ("offset", "")])),
        creates: creates(noun, &may, &person),
        acts: acts_of_all(noun, &may, &person),
        bulk: bulk(noun, &may, &person),
        wants: missing.map(|wanted| words.say(&format!("list-wants-{}", wanted.to_lowercase()))),
        is_filtered: chosen.iter().any(|one| !one.value.is_empty()),
        filters: chosen,
        why: refused
            .as_ref()
            .filter(|refusal| refusal.kind == "denied")
            .map(|one| crate::why::of_refusal(&person, one)),
        refusal: refused.map(|refusal| refusal.message),
        noun,
        title: title.clone(),
    };
    page::show(&person.visitor, &page)
}

/// The list as a file.
fn file(noun: &Noun, text: String) -> Response {
    let name = format!("attachment; filename=\"{}.csv\"", noun.name);
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, text).into_response()
}

async fn chosen(console: &Console, person: &Person, noun: &'static Noun) -> Vec<Chosen> {
    let words = person.visitor.words;
    let value = |filter: &Filter| person.visitor.query(filter.name).unwrap_or_default();
    let picked = noun.list.filters.iter().filter_map(|filter| match filter.kind {
        Choose::Pick(noun) if !value(filter).is_empty() => Some((noun, value(filter))),
        _ => None,
    });
    let names = names::of(console, &person.visitor, picked.collect::<Vec<_>>()).await;
    let one = |filter: &'static Filter| {
        let value = value(filter);
        let (options, pick) = match filter.kind {
            Choose::Text => (Vec::new(), ""),
            Choose::One(all) => (all.iter().map(|one| (*one, cell::value_word(one, words))).collect(), ""),
            Choose::Pick(noun) => (Vec::new(), noun),
        };
        let shown = names.get(pick, &value).unwrap_or(&value).to_owned();
        let label = words.say(&format!("filter-{}", filter.name.to_lowercase()));
        Chosen { name: filter.name, label, value, shown, options, pick }
    };
    noun.list.filters.iter().map(one).collect()
}

/// The tenant that a list is narrowed to.
fn tenant_of(chosen: &[Chosen]) -> Option<&str> {
    let chosen = chosen.iter().find(|one| one.name == "tenantId")?;
    Some(chosen.value.as_str()).filter(|value| !value.is_empty())
}

fn variables(person: &Person, noun: &Noun, chosen: &[Chosen]) -> Value {
    let mut variables: Map<String, Value> = chosen
        .iter()
        .filter(|one| !one.value.is_empty())
        .map(|one| (one.name.to_owned(), read(&one.value)))
        .collect();
    match noun.list.paging {
        Paging::Cursor => {
            variables.insert("limit".into(), json!(PER_PAGE));
            variables.insert("after".into(), json!(person.visitor.query("after")));
        }
        Paging::Offset => {
            variables.insert("limit".into(), json!(PER_PAGE));
            variables.insert("offset".into(), json!(offset(person)));
        }
        Paging::Whole => {}
    }
    Value::Object(variables)
}

/// Yes and no are not text to GraphQL.
fn read(value: &str) -> Value {
    match value {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => Value::String(text.to_owned()),
    }
}

fn offset(person: &Person) -> u64 {
    person.visitor.query("offset").and_then(|offset| offset.parse().ok()).unwrap_or_default()
}

fn next(person: &Person, noun: &Noun, listed: &Value, shown: u64) -> Option<String> {
    match noun.list.paging {
        Paging::Cursor => Some(with(person, &[("after", listed["nextCursor"].as_str()?)])),
        Paging::Offset => {
            let next = offset(person) + shown;
            (shown == PER_PAGE && listed["total"].as_u64().is_none_or(|total| next < total))
                .then(|| with(person, &[("offset", &next.to_string())]))
        }
        Paging::Whole => None,
    }
}

/// This page with other values in its query; empty ones are left out.
fn with(person: &Person, changed: &[(&str, &str)]) -> String {
    let uri = &person.visitor.uri;
    let kept = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let kept = kept.filter(|(name, _)| name != "done" && !changed.iter().any(|(one, _)| one == name));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept).extend_pairs(changed.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => uri.path().to_owned(),
        query => format!("{}?{query}", uri.path()),
    }
}

fn creates(noun: &'static Noun, may: &May, person: &Person) -> Vec<(&'static str, String)> {
    let forms = noun.forms.iter().filter(|form| !form.of_one && may.any(form.needs));
    forms
        .map(|form| (form.name, person.visitor.words.say(&format!("form-{}-{}", noun.name, form.name))))
        .collect()
}

/// Acts about none in particular.
fn acts_of_all(noun: &'static Noun, may: &May, person: &Person) -> Vec<(&'static str, String)> {
    let acts = noun.acts.iter().filter(|act| act.variables.is_empty() && may.any(act.needs));
    acts.map(|act| (act.name, person.visitor.words.say(&format!("act-{}-{}", noun.name, act.name)))).collect()
}

fn bulk(noun: &'static Noun, may: &May, person: &Person) -> Vec<(&'static str, String)> {
    let acts = noun.acts.iter().filter(|act| noun.list.bulk.contains(&act.name) && may.any(act.needs));
    acts.map(|act| (act.name, person.visitor.words.say(&format!("act-{}-{}", noun.name, act.name)))).collect()
}
