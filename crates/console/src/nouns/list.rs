//! The page with all things of a noun.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::cell::{self, Cell};
use super::export;
use super::find;
use super::model::{Choose, Filter, Form, Noun, Paging};
use super::show;
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::frame::Frame;
use crate::may::May;
use crate::names;
use crate::page;
use crate::visitor::Person;

/// Rows of a page.
const PER_PAGE: u64 = 50;

/// Rows of a file, to a page.
const MOST_OF_A_FILE: usize = 10_000;

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
    creates: Vec<(String, String)>,
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
    let may = person.may_in(&console, tenant_of(&chosen)).await;
    let reads = may.any(noun.list.reads);
    let missing = missing(noun, &chosen, reads);
    let (found, refused) = match (missing, reads) {
        (None, true) => match fetch(&console, &person, noun, &chosen, &may, Place::of(&person)).await {
            Ok(found) => (found, None),
            Err(refusal) => (Found::default(), Some(refusal)),
        },
        // Who could only be refused is not asked for: the refusal would be remembered as theirs.
        (None, false) => (Found::default(), Some(Refusal::denied(words.say("list-not-yours")))),
        (Some(_), _) => (Found::default(), None),
    };
    let headings: Vec<String> =
        noun.list.columns.iter().map(|column| words.say(&format!("field-{}", column.key))).collect();
    if refused.is_none() && person.visitor.query("as").as_deref() == Some("csv") {
        let rows = rest(&console, &person, noun, &chosen, &may, found).await;
        return file(noun, export::csv(&headings, rows.iter().map(|row| row.cells.as_slice())));
    }
    let title = words.say(&format!("noun-{}", noun.name));
    let page = Page {
        frame: Frame::of(&person, &title),
        about: words.say(&format!("noun-{}-about", noun.name)),
        empty: words.say(&format!("noun-{}-empty", noun.name)),
        csv: address::with(&person.visitor.uri, &[("as", "csv"), ("after", ""), ("offset", "")]),
        headings,
        has_buttons: found.rows.iter().any(|row| !row.buttons.is_empty()),
        shown: words.count("list-total", found.total.unwrap_or(found.rows.len())),
        rows: found.rows,
        next: found.next.map(|next| {
            let values = next.values();
            address::with(
                &person.visitor.uri,
                &values.each_ref().map(|(name, value)| (*name, value.as_str())),
            )
        }),
        first: (person.visitor.query("after").is_some() || person.visitor.query("offset").is_some())
            .then(|| address::with(&person.visitor.uri, &[("after", ""), ("offset", "")])),
        creates: creates(noun, &may, &person, tenant_of(&chosen)),
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

/// Where a page of a list begins.
#[derive(Clone)]
enum Place {
    After(String),
    From(u64),
}

impl Place {
    /// Where a person is.
    fn of(person: &Person) -> Option<Place> {
        let from = || person.visitor.query("offset").and_then(|offset| offset.parse().ok()).map(Place::From);
        person.visitor.query("after").map(Place::After).or_else(from)
    }

    /// As values of an address.
    fn values(&self) -> [(&'static str, String); 2] {
        match self {
            Place::After(cursor) => [("after", cursor.clone()), ("offset", String::new())],
            Place::From(offset) => [("after", String::new()), ("offset", offset.to_string())],
        }
    }
}

/// A page of a list.
#[derive(Default)]
struct Found {
    rows: Vec<Row>,
    total: Option<usize>,
    next: Option<Place>,
}

async fn fetch(
    console: &Console,
    person: &Person,
    noun: &'static Noun,
    chosen: &[Chosen],
    may: &May,
    place: Option<Place>,
) -> Result<Found, Refusal> {
    let words = person.visitor.words;
    let variables = variables(noun, chosen, place.as_ref());
    let found = console.api.ask(&person.visitor, noun.list.document, variables).await?;
    let listed = found.pointer(noun.list.at).cloned().unwrap_or_default();
    let items = listed["items"].as_array().or_else(|| listed.as_array()).cloned().unwrap_or_default();
    let wanted: Vec<_> = items.iter().flat_map(|item| cell::wanted(noun.list.columns, item)).collect();
    let names = names::of(console, &person.visitor, wanted).await;
    let cells = |item: &Value| {
        let columns = noun.list.columns.iter();
        columns.map(|column| cell::cell(column, item, noun.name, &names, words)).collect()
    };
    let rows = items.iter().map(|item| Row {
        id: item["id"].as_str().unwrap_or_default().to_owned(),
        cells: cells(item),
        buttons: match noun.one {
            Some(_) => Vec::new(),
            None => show::buttons(person, noun, item, may),
        },
    });
    Ok(Found {
        rows: rows.collect(),
        total: listed["total"].as_u64().and_then(|total| usize::try_from(total).ok()),
        next: next(noun, &listed, place, items.len() as u64),
    })
}

/// Everything from a page on, as far as a file goes.
async fn rest(
    console: &Console,
    person: &Person,
    noun: &'static Noun,
    chosen: &[Chosen],
    may: &May,
    first: Found,
) -> Vec<Row> {
    let (mut rows, mut next) = (first.rows, first.next);
    while let Some(place) = next.filter(|_| rows.len() < MOST_OF_A_FILE) {
        let found = fetch(console, person, noun, chosen, may, Some(place)).await.unwrap_or_default();
        rows.extend(found.rows);
        next = found.next;
    }
    rows
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
    let value = |filter: &Filter| {
        let asked = person.visitor.query(filter.name);
        let home = || Some(person.working_in().filter(|_| filter.name == "tenantId")?.to_owned());
        asked.or_else(home).unwrap_or_default()
    };
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

/// A filter that must be chosen first: because nothing is listed without, or because who may not read it everywhere may
/// read it there.
fn missing(noun: &Noun, chosen: &[Chosen], reads: bool) -> Option<&'static str> {
    let tenant =
        noun.list.filters.iter().map(|filter| filter.name).find(|name| *name == "tenantId" && !reads);
    let wanted = noun.list.wants.or(tenant);
    wanted.filter(|wanted| !chosen.iter().any(|one| one.name == *wanted && !one.value.is_empty()))
}

/// The tenant that a list is narrowed to.
fn tenant_of(chosen: &[Chosen]) -> Option<&str> {
    let chosen = chosen.iter().find(|one| one.name == "tenantId")?;
    Some(chosen.value.as_str()).filter(|value| !value.is_empty())
}

fn variables(noun: &Noun, chosen: &[Chosen], place: Option<&Place>) -> Value {
    let chosen = chosen.iter().filter(|one| !one.value.is_empty());
    let mut variables: Map<String, Value> =
        chosen.map(|one| (one.name.to_owned(), read(&one.value))).collect();
    if noun.list.paging != Paging::Whole {
        variables.insert("limit".into(), json!(PER_PAGE));
    }
    match (noun.list.paging, place) {
        (Paging::Cursor, Some(Place::After(cursor))) => {
            variables.insert("after".into(), json!(cursor));
        }
        (Paging::Offset, Some(Place::From(offset))) => {
            variables.insert("offset".into(), json!(offset));
        }
        _ => {}
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

fn next(noun: &Noun, listed: &Value, place: Option<Place>, shown: u64) -> Option<Place> {
    match noun.list.paging {
        Paging::Cursor => Some(Place::After(listed["nextCursor"].as_str()?.to_owned())),
        Paging::Offset => {
            let from = if let Some(Place::From(offset)) = place { offset } else { 0 };
            let next = from.saturating_add(shown);
            let more = listed["total"].as_u64().is_none_or(|total| next < total);
            (shown == PER_PAGE && more).then_some(Place::From(next))
        }
        Paging::Whole => None,
    }
}

/// Where to make one, in the tenant that the list is narrowed to.
fn creates(noun: &'static Noun, may: &May, person: &Person, tenant: Option<&str>) -> Vec<(String, String)> {
    let forms = noun.forms.iter().filter(|form| !form.of_one && may.any(form.needs));
    let link = |form: &Form| {
        let page = format!("/{}/new/{}", noun.name, form.name);
        let label = person.visitor.words.say(&format!("form-{}-{}", noun.name, form.name));
        (address::of(&page, tenant.map(|tenant| ("tenantId", tenant))), label)
    };
    forms.map(link).collect()
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
