//! Filling in: making a thing, and changing one.

mod control;
mod properties;
mod read;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::act;
use super::model::{Field, Fill, Form, From, Noun};
use super::offered::offered;
use super::show;
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::names;
use crate::page;
use crate::sign_in::step_up;
use crate::visitor::Person;
use control::{Control, control, texts};
use properties::Property;

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
    /// The button that shows the fields of a profile, where one can be chosen.
    describe: Option<String>,
    refusal: Option<String>,
    why: Option<String>,
}

/// A form, and the thing it is about.
pub(super) struct Wanted {
    pub(super) noun: &'static Noun,
    pub(super) form: &'static Form,
    pub(super) id: Option<String>,
}

/// What stands in a form: what was filled in, else what the thing has, else what the address says.
struct Standing<'f> {
    thing: &'f Value,
    filled: Option<&'f Filled>,
    person: &'f Person,
}

impl Standing<'_> {
    fn values(&self, field: &Field) -> Vec<String> {
        match (self.filled, self.thing.pointer(field.from)) {
            (Some(filled), _) => match field.kind {
                Fill::YesNo => vec![filled.has(field.name).to_string()],
                Fill::Many(_) => filled.all(field.name).map(str::to_owned).collect(),
                _ => vec![filled.raw(field.name).to_owned()],
            },
            (None, Some(value)) if !field.from.is_empty() => {
                texts(value, matches!(field.kind, Fill::Json | Fill::Attributes))
            }
            _ => self.person.visitor.query(field.name).or_else(|| self.usual(field)).into_iter().collect(),
        }
    }

    /// What is most likely meant: the tenant of the thing, else the one that somebody works in, and that as the scope.
    fn usual(&self, field: &Field) -> Option<String> {
        let here = self.person.working_in();
        match field.kind {
            Fill::Pick("tenants") => self.thing["tenantId"].as_str().or(here).map(str::to_owned),
            Fill::One(scopes) if scopes.contains(&"platform") && scopes.contains(&"tenant") => {
                here.map(|_| "tenant".to_owned())
            }
            _ => None,
        }
    }

    /// What the profile that is chosen describes, where the form has attributes.
    async fn described(&self, console: &Console, form: &Form) -> Vec<Property> {
        let has_attributes = form.fields.iter().any(|field| matches!(field.kind, Fill::Attributes));
        let profile = form.fields.iter().find(|field| matches!(field.kind, Fill::Pick("profiles")));
        let profile = profile.and_then(|field| self.values(field).into_iter().next());
        match profile.filter(|profile| has_attributes && !profile.is_empty()) {
            Some(profile) => properties::of(console, self.person, &profile).await,
            None => Vec::new(),
        }
    }
}

/// Shows it, with what is there now.
pub(super) async fn ask(console: &Console, person: Person, wanted: Wanted) -> Response {
    let thing = offered(console, &person, wanted.noun, wanted.form.needs, wanted.id.as_deref()).await;
    let thing = match thing {
        Ok(thing) => thing,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let standing = Standing { thing: &thing, filled: None, person: &person };
    show_form(console, &wanted, &standing, None).await
}

async fn show_form(
    console: &Console,
    wanted: &Wanted,
    standing: &Standing<'_>,
    refusal: Option<&Refusal>,
) -> Response {
    let (noun, form, person) = (wanted.noun, wanted.form, standing.person);
    let words = person.visitor.words;
    let described = standing.described(console, form).await;
    let picked = form.fields.iter().flat_map(|field| match field.kind {
        Fill::Pick(noun) | Fill::Many(noun) => {
            standing.values(field).into_iter().map(|id| (noun, id)).collect()
        }
        _ => Vec::new(),
    });
    let names = names::of(console, &person.visitor, picked.collect::<Vec<_>>()).await;
    let mut controls = Vec::new();
    for field in form.fields {
        let shown = |id: &String, noun: &str| names.get(noun, id).map_or_else(|| id.clone(), str::to_owned);
        let mut values = standing.values(field);
        if matches!(field.kind, Fill::Attributes) && !described.is_empty() {
            let attributes = standing.thing.pointer(field.from).filter(|_| !field.from.is_empty());
            let attributes = attributes.cloned().unwrap_or_default();
            let part = |one: &Property| one.control(one.stands(standing.filled, &attributes), person);
            controls.extend(described.iter().map(part));
            if standing.filled.is_none() {
                values = texts(&properties::others(&described, &attributes), true);
            }
        }
        controls.push(control(person, noun, field, values, shown, refusal));
    }
    let said_at_a_field = controls.iter().any(|control| control.error.is_some());
    let title = words.say(&format!("form-{}-{}", noun.name, form.name));
    let page = Page {
        frame: Frame::of(person, &title),
        describe: form
            .fields
            .iter()
            .any(|field| matches!(field.kind, Fill::Attributes))
            .then(|| words.say("form-describe")),
        nouns: words.say(&format!("noun-{}", noun.name)),
        about: words.may_say(&format!("form-{}-{}-about", noun.name, form.name)).unwrap_or_default(),
        named: noun
            .one
            .as_ref()
            .zip(wanted.id.as_ref())
            .map(|(one, id)| (show::title(one, standing.thing), format!("/{}/{id}", noun.name))),
        action: address(wanted),
        back: noun.page_of(wanted.id.as_deref()),
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

/// Does what was filled in.
pub(super) async fn carry_out(
    console: &Console,
    person: Person,
    filled: &Filled,
    wanted: Wanted,
) -> Response {
    let of_thing = |from: &From| matches!(from, From::Row(_));
    let thing = match show::about(console, &person, wanted.noun, wanted.id.as_deref()).await {
        Ok(thing) => thing,
        // What is sent says which thing is meant by a part of it that cannot be read.
        Err(refusal) if wanted.form.variables.iter().any(|(_, from)| of_thing(from)) => {
            return page::refused(&person, &refusal);
        }
        Err(_) => Value::Null,
    };
    let standing = Standing { thing: &thing, filled: Some(filled), person: &person };
    if filled.has("describe") {
        return show_form(console, &wanted, &standing, None).await;
    }
    let described = standing.described(console, wanted.form).await;
    let variables = match read::variables(&wanted, filled, &thing, &described) {
        Ok(variables) => variables,
        Err(field) => {
            let message = person.visitor.words.tell("form-bad-value", &[("field", &field)]);
            let refusal =
                Refusal { code: String::new(), kind: "invalid".into(), message, details: Value::Null };
            return show_form(console, &wanted, &standing, Some(&refusal)).await;
        }
    };
    let answer = console.api.ask_all(&person.visitor, wanted.form.document, variables).await;
    if let Some(refusal) = answer.refusals.first() {
        if step_up::wants_step_up(refusal) {
            return page::go(&step_up::to_step_up(&address(&wanted)), None);
        }
        return show_form(console, &wanted, &standing, Some(refusal)).await;
    }
    let made = wanted.form.made.and_then(|at| answer.data.pointer(at)?.as_str());
    let to = wanted.noun.page_of(made.or(wanted.id.as_deref()));
    if let Some(secret) = wanted.form.secret.and_then(|at| answer.data.pointer(at)?.as_str()) {
        return act::secret_page(&person, &to, secret);
    }
    let done = page::go(&to, Some(&format!("{}-{}", wanted.noun.name, wanted.form.name)));
    page::with_cookies(done, &answer.cookies)
}
