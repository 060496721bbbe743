//! Filling in: making a thing, and changing one.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::act;
use super::cell;
use super::model::{Field, Fill, Form, From, Noun};
use super::show;
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::names;
use crate::page;
use crate::sign_in::step_up;
use crate::visitor::Person;

/// A field as it stands.
struct Control {
    name: &'static str,
    label: String,
    hint: Option<String>,
    kind: &'static str,
    value: String,
    /// What is chosen already, with what it is called.
    chosen: Vec<(String, String)>,
    options: Vec<(&'static str, String)>,
    pick: &'static str,
    required: bool,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "nouns/form.html")]
struct Page<'p> {
    frame: Frame<'p>,
    noun: &'static Noun,
    nouns: String,
    named: Option<(String, String)>,
    title: String,
    about: String,
    action: String,
    back: String,
    controls: Vec<Control>,
    refusal: Option<String>,
    why: Option<String>,
}

/// A form, and the thing it is about.
pub(super) struct Wanted {
    pub(super) noun: &'static Noun,
    pub(super) form: &'static Form,
    pub(super) id: Option<String>,
}

/// Shows it, with what is there now.
pub(super) async fn ask(console: &Console, person: Person, wanted: Wanted) -> Response {
    let thing = match about(console, &person, &wanted).await {
        Ok(thing) => thing,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let values = |field: &Field| match thing.pointer(field.from) {
        Some(value) if !field.from.is_empty() => texts(value, matches!(field.kind, Fill::Json)),
        _ => person.visitor.query(field.name).or_else(|| usual(&person, field, &thing)).into_iter().collect(),
    };
    show_form(console, &person, &wanted, &thing, values, None).await
}

/// What is most likely meant: the tenant of the thing, else the one that somebody works in, and that as the scope.
fn usual(person: &Person, field: &Field, thing: &Value) -> Option<String> {
    match field.kind {
        Fill::Pick("tenants") => thing["tenantId"].as_str().or(person.working_in()).map(str::to_owned),
        Fill::One(scopes) if scopes.contains(&"platform") && scopes.contains(&"tenant") => {
            person.working_in().map(|_| "tenant".to_owned())
        }
        _ => None,
    }
}

async fn about(console: &Console, person: &Person, wanted: &Wanted) -> Result<Value, Refusal> {
    match (&wanted.id, &wanted.noun.one) {
        (Some(id), Some(one)) => show::load(console, person, one, id).await,
        _ => Ok(Value::Null),
    }
}

/// A value of a thing as the texts that stand in a form.
fn texts(value: &Value, is_json: bool) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Object(thing) if thing.contains_key("id") => {
            thing["id"].as_str().unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    };
    match value {
        Value::Null => Vec::new(),
        Value::Array(all) if is_json => vec![serde_json::to_string_pretty(all).unwrap_or_default()],
        Value::Array(all) => all.iter().map(text).collect(),
        Value::Object(_) => vec![serde_json::to_string_pretty(value).unwrap_or_default()],
        one => vec![text(one)],
    }
}

async fn show_form(
    console: &Console,
    person: &Person,
    wanted: &Wanted,
    thing: &Value,
    values: impl Fn(&Field) -> Vec<String>,
    refusal: Option<&Refusal>,
) -> Response {
    let (noun, form, words) = (wanted.noun, wanted.form, person.visitor.words);
    let picked = form.fields.iter().flat_map(|field| match field.kind {
        Fill::Pick(noun) | Fill::Many(noun) => values(field).into_iter().map(|id| (noun, id)).collect(),
        _ => Vec::new(),
    });
    let names = names::of(console, &person.visitor, picked.collect::<Vec<_>>()).await;
    let controls = form.fields.iter().map(|field| {
        let shown = |id: &String, noun: &str| names.get(noun, id).map_or_else(|| id.clone(), str::to_owned);
        control(person, noun, field, values(field), shown, refusal)
    });
    let controls: Vec<Control> = controls.collect();
    let said_at_a_field = controls.iter().any(|control| control.error.is_some());
    let title = words.say(&format!("form-{}-{}", noun.name, form.name));
    let page = Page {
        frame: Frame::of(person, &title),
        nouns: words.say(&format!("noun-{}", noun.name)),
        about: words.may_say(&format!("form-{}-{}-about", noun.name, form.name)).unwrap_or_default(),
        named: noun
            .one
            .as_ref()
            .zip(wanted.id.as_ref())
            .map(|(one, id)| (show::title(one, thing), format!("/{}/{id}", noun.name))),
        action: address(wanted),
        back: back(wanted),
        why: refusal.filter(|one| one.kind == "denied").map(|one| crate::why::of_refusal(person, one)),
        refusal: refusal.filter(|_| !said_at_a_field).map(|refusal| refusal.message.clone()),
        noun,
        title,
        controls,
    };
    let status = refusal.map_or(StatusCode::OK, Refusal::status);
    page::show_as(&person.visitor, status, &page)
}

fn address(wanted: &Wanted) -> String {
    match &wanted.id {
        Some(id) => format!("/{}/{id}/{}", wanted.noun.name, wanted.form.name),
        None => format!("/{}/new/{}", wanted.noun.name, wanted.form.name),
    }
}

fn back(wanted: &Wanted) -> String {
    match &wanted.id {
        Some(id) if wanted.noun.one.is_some() => format!("/{}/{id}", wanted.noun.name),
        _ => wanted.noun.path(),
    }
}

fn control(
    person: &Person,
    noun: &Noun,
    field: &'static Field,
    values: Vec<String>,
    shown: impl Fn(&String, &str) -> String,
    refusal: Option<&Refusal>,
) -> Control {
    let words = person.visitor.words;
    let all = |all: &[&'static str]| -> Vec<(&'static str, String)> {
        all.iter().map(|one| (*one, cell::value_word(one, words))).collect()
    };
    let (kind, options, pick) = match field.kind {
        Fill::Text => ("text", Vec::new(), ""),
        Fill::Email => ("email", Vec::new(), ""),
        Fill::Long => ("long", Vec::new(), ""),
        Fill::Secret => ("secret", Vec::new(), ""),
        Fill::Number => ("number", Vec::new(), ""),
        Fill::One(these) => ("one", all(these), ""),
        Fill::Maybe(these) => ("maybe", all(these), ""),
        Fill::YesNo => ("yes", Vec::new(), ""),
        Fill::Pick(noun) => ("pick", Vec::new(), noun),
        Fill::Many(noun) => ("many", Vec::new(), noun),
        Fill::Tags => ("text", Vec::new(), ""),
        Fill::Json => ("json", Vec::new(), ""),
        Fill::Time => ("time", Vec::new(), ""),
    };
    let own_hint = words.may_say(&format!("field-{}-{}-hint", noun.name, field.name));
    let called = field.to.rsplit('.').next().unwrap_or(field.to);
    Control {
        name: field.name,
        label: words.say(&format!("field-{}", field.name)),
        hint: own_hint.or_else(|| words.may_say(&format!("field-{}-hint", field.name))),
        kind,
        chosen: match field.kind {
            Fill::Pick(noun) | Fill::Many(noun) => {
                values.iter().map(|id| (id.clone(), shown(id, noun))).collect()
            }
            _ => Vec::new(),
        },
        value: match field.kind {
            Fill::Secret => String::new(),
            Fill::Tags => values.join(", "),
            _ => values.into_iter().next().unwrap_or_default(),
        },
        options,
        pick,
        required: field.required,
        error: refusal.filter(|refusal| is_about(refusal, called)).map(|refusal| refusal.message.clone()),
    }
}

/// Refusals of a value begin with the name of its field.
fn is_about(refusal: &Refusal, called: &str) -> bool {
    refusal.kind == "invalid" && refusal.message.split([' ', ':']).next() == Some(called)
}

/// Does what was filled in.
pub(super) async fn carry_out(
    console: &Console,
    person: Person,
    filled: &Filled,
    wanted: Wanted,
) -> Response {
    let thing = about(console, &person, &wanted).await.unwrap_or_default();
    let variables = match variables(&wanted, filled, &thing) {
        Ok(variables) => variables,
        Err(field) => {
            let message = person.visitor.words.tell("form-bad-value", &[("field", field)]);
            let refusal =
                Refusal { code: String::new(), kind: "invalid".into(), message, details: Value::Null };
            return again(console, &person, &wanted, &thing, filled, &refusal).await;
        }
    };
    let answer = console.api.ask_all(&person.visitor, wanted.form.document, variables).await;
    if let Some(refusal) = answer.refusals.first() {
        if step_up::wants_step_up(refusal) {
            return page::go(&step_up::to_step_up(&address(&wanted)), None);
        }
        return again(console, &person, &wanted, &thing, filled, refusal).await;
    }
    let made = wanted.form.made.and_then(|at| answer.data.pointer(at)?.as_str());
    let to = match made {
        Some(id) if wanted.noun.one.is_some() => format!("/{}/{id}", wanted.noun.name),
        _ => back(&wanted),
    };
    if let Some(secret) = wanted.form.secret.and_then(|at| answer.data.pointer(at)?.as_str()) {
        return act::secret_page(&person, &to, secret);
    }
    let done = page::go(&to, Some(&format!("{}-{}", wanted.noun.name, wanted.form.name)));
    page::with_cookies(done, &answer.cookies)
}

async fn again(
    console: &Console,
    person: &Person,
    wanted: &Wanted,
    thing: &Value,
    filled: &Filled,
    refusal: &Refusal,
) -> Response {
    let values = |field: &Field| match field.kind {
        Fill::YesNo => vec![filled.has(field.name).to_string()],
        Fill::Many(_) => filled.all(field.name).map(str::to_owned).collect(),
        _ => vec![filled.raw(field.name).to_owned()],
    };
    show_form(console, person, wanted, thing, values, Some(refusal)).await
}

/// The variables of the change; the field whose value cannot be read otherwise.
fn variables<'w>(wanted: &'w Wanted, filled: &Filled, thing: &Value) -> Result<Value, &'w str> {
    let mut variables = Value::Object(Map::new());
    for (name, from) in wanted.form.variables {
        let value = match from {
            From::Id => Value::String(wanted.id.clone().unwrap_or_default()),
            From::Row(at) => thing.pointer(at).cloned().unwrap_or_default(),
            From::True => Value::Bool(true),
            From::False => Value::Bool(false),
        };
        put(&mut variables, name, value);
    }
    for field in wanted.form.fields {
        let now = thing.pointer(field.from).filter(|_| !field.from.is_empty());
        let value = read(field, filled).map_err(|()| field.name)?;
        // What stays as it is is not sent: two who change different fields do not undo each other.
        let same = now.is_some_and(|now| match field.kind {
            Fill::Many(_) => texts(now, false) == texts(&value, false),
            _ => *now == value,
        });
        let empty = value.is_null() && now.is_none_or(Value::is_null);
        // A variable of its own is wanted whether it has changed or not; a part of an input may be left out.
        let may_be_left_out = field.to.contains('.') || !field.required;
        if empty || (wanted.form.of_one && same && may_be_left_out) {
            continue;
        }
        // A blank takes a text away; nothing would leave it as it is.
        let taken = value.is_null() && wanted.form.of_one && now.is_some_and(Value::is_string);
        put(&mut variables, field.to, if taken { Value::String(String::new()) } else { value });
    }
    Ok(variables)
}

/// The value of a field; null when it is empty.
fn read(field: &Field, filled: &Filled) -> Result<Value, ()> {
    let text = filled.text(field.name);
    match field.kind {
        Fill::YesNo => Ok(Value::Bool(filled.has(field.name))),
        Fill::Many(_) => Ok(filled.all(field.name).map(str::to_owned).collect()),
        Fill::Tags => {
            let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
            Ok(tags.map(str::to_owned).collect())
        }
        _ if filled.raw(field.name).is_empty()
            || (text.is_empty() && !matches!(field.kind, Fill::Secret)) =>
        {
            Ok(Value::Null)
        }
        Fill::Secret => Ok(Value::String(filled.raw(field.name).to_owned())),
        Fill::Number => text.parse::<i64>().map(Value::from).map_err(|_| ()),
        Fill::Json => serde_json::from_str(text).map_err(|_| ()),
        // Browsers leave seconds and zone out: the zone of such fields is said beside them.
        Fill::Time if text.len() == "2026-01-01T00:00".len() => Ok(Value::String(format!("{text}:00Z"))),
        _ => Ok(Value::String(text.to_owned())),
    }
}

/// Puts a value where names with dots between lead.
fn put(into: &mut Value, to: &str, value: Value) {
    let (first, rest) = to.split_once('.').map_or((to, None), |(first, rest)| (first, Some(rest)));
    let Value::Object(fields) = into else { return };
    match rest {
        None => {
            fields.insert(first.to_owned(), value);
        }
        Some(rest) => put(fields.entry(first).or_insert_with(|| Value::Object(Map::new())), rest, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_go_where_names_lead() {
        let mut into = json!({});
        put(&mut into, "input.name", json!("a"));
        put(&mut into, "input.term.reason", json!("b"));
        put(&mut into, "id", json!(1));
        assert_eq!(into, json!({ "input": { "name": "a", "term": { "reason": "b" } }, "id": 1 }));
    }

    #[test]
    fn values_stand_in_forms_as_people_write_them() {
        assert_eq!(texts(&json!(["a", { "id": "b", "name": "c" }]), false), ["a", "b"]);
        assert_eq!(texts(&json!(null), false), Vec::<String>::new());
        assert_eq!(texts(&json!({ "a": 1 }), false), ["{\n  \"a\": 1\n}"]);
        assert_eq!(texts(&json!(true), false), ["true"]);
    }
}
