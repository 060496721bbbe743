//! The nouns that people administer: for each a list, a page, forms, and what can be done.

mod act;
mod actions;
mod all;
mod applicability;
mod assignments;
mod blocks;
mod call;
pub(crate) mod cell;
mod certificates;
mod decisions;
#[cfg(test)]
mod described;
mod drafts;
mod endpoints;
mod entities;
mod expiring;
mod export;
mod form;
mod groups;
mod guardrails;
mod hygiene;
mod jobs;
mod keys;
mod list;
pub(crate) mod model;
mod offered;
mod overrides;
mod policies;
mod profiles;
mod requests;
mod resources;
mod roles;
mod show;
mod tenants;
mod tests;
mod tree;
mod unprotected;
mod webhooks;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::Console;
use crate::filled::Filled;
use crate::page;
use crate::visitor::Person;
use model::{Act, Form, Noun};

/// The pages of every noun.
pub(crate) fn routes() -> Router<Console> {
    let of = |noun: &'static Noun| {
        Router::new()
            .route(
                &noun.path(),
                get(move |console, person| list::page(console, Path(noun.name.to_owned()), person)),
            )
            .route(
                &format!("{}/{{id}}", noun.path()),
                get(move |console, Path(id): Path<String>, person| {
                    show::page(console, Path((noun.name.to_owned(), id)), person)
                }),
            )
            .route(
                &format!("{}/{{id}}/{{verb}}", noun.path()),
                get(move |console, path, person| ask(noun, console, path, person))
                    .post(move |console, path, filled| carry_out(noun, console, path, filled)),
            )
    };
    let own = Router::new()
        .route("/group-tree", get(tree::page))
        .route("/endpoints/{id}/call", get(call::ask).post(call::carry_out));
    all().iter().fold(own, |routes, noun| routes.merge(of(noun)))
}

/// Every noun.
pub(crate) fn all() -> &'static [&'static Noun] {
    all::ALL
}

/// The noun of this name.
pub(crate) fn find(name: &str) -> Option<&'static Noun> {
    all().iter().copied().find(|noun| noun.name == name)
}

/// Where the pages of every noun are: `{id}` stands for one of it; `new` and `all` for none in particular.
pub fn addresses() -> Vec<String> {
    let of = |noun: &'static Noun| {
        let page = noun.one.iter().map(|_| "{id}".to_owned());
        let form = |form: &Form| format!("{}/{}", if form.of_one { "{id}" } else { "new" }, form.name);
        let act =
            |act: &Act| format!("{}/{}", if act.variables.is_empty() { "all" } else { "{id}" }, act.name);
        let rows = noun.one.iter().flat_map(|one| one.sections).flat_map(|section| section.acts);
        let verbs = noun.forms.iter().map(form).chain(noun.acts.iter().chain(rows).map(act));
        let below = page.chain(verbs).map(|rest| format!("{}/{rest}", noun.path()));
        std::iter::once(noun.path()).chain(below).collect::<Vec<_>>()
    };
    all().iter().flat_map(|noun| of(noun)).collect()
}

/// What the last part of an address is about.
enum Verb {
    Form(&'static Form),
    Act(&'static Act),
}

/// `new` and `all` stand where an id would, for what is about none in particular.
fn verb(noun: &'static Noun, id: &str, name: &str) -> Option<Verb> {
    let form = noun.form(name).filter(|form| form.of_one != (id == "new")).map(Verb::Form);
    form.or_else(|| noun.act(name).map(|(act, _)| Verb::Act(act)))
}

async fn ask(
    noun: &'static Noun,
    State(console): State<Console>,
    Path((id, name)): Path<(String, String)>,
    person: Person,
) -> Response {
    match verb(noun, &id, &name) {
        Some(Verb::Form(form)) => {
            let id = (id != "new").then_some(id);
            form::ask(&console, person, form::Wanted { noun, form, id }).await
        }
        Some(Verb::Act(act)) => {
            let ids = match id.as_str() {
                "all" => picked(&person.visitor.uri),
                _ => vec![id],
            };
            if ids.is_empty() && !act.variables.is_empty() {
                // Nothing was picked: where one picks.
                return Redirect::to(&noun.path()).into_response();
            }
            act::ask(&console, person, act::Wanted { noun, act, ids }).await
        }
        None => page::nothing_here(person.visitor).await,
    }
}

/// Ids of rows that were picked.
fn picked(uri: &axum::http::Uri) -> Vec<String> {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.filter(|(name, _)| name == "id").map(|(_, id)| id.into_owned()).collect()
}

async fn carry_out(
    noun: &'static Noun,
    State(console): State<Console>,
    Path((id, name)): Path<(String, String)>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match verb(noun, &id, &name) {
        Some(Verb::Form(form)) => {
            let id = (id != "new").then_some(id);
            form::carry_out(&console, person, &filled, form::Wanted { noun, form, id }).await
        }
        Some(Verb::Act(act)) => {
            let ids = match id.as_str() {
                "all" => filled.all("id").map(str::to_owned).collect(),
                _ => vec![id],
            };
            act::carry_out(&console, person, &filled, act::Wanted { noun, act, ids }).await
        }
        None => page::nothing_here(person.visitor).await,
    })
}
