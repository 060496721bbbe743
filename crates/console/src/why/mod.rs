//! Why something is allowed or not: the page that explains decisions.

mod ask;
mod drawing;
mod picture;
mod show;
mod turn;
mod way;

use axum::Router;
use axum::http::Uri;
use axum::routing::get;

use crate::Console;
use crate::api::Refusal;
use crate::nouns::cell;
use crate::visitor::Person;
use ask::Question;

/// Where it is.
const PATH: &str = "/why";

/// The page that explains decisions.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route(PATH, get(show::page))
}

/// The page with the question filled in that a refusal answered: as far as the refusal tells, else from where it was met.
pub(crate) fn of_refusal(person: &Person, refusal: &Refusal) -> String {
    let told = |name: &str| refusal.details[name].as_str().map(str::to_owned);
    let met = met_at(&person.visitor.uri);
    let question = Question {
        subject: "me".to_owned(),
        action: told("action").or_else(|| Some(met.as_ref()?.action.clone())).unwrap_or_default(),
        object_kind: told("objectKind")
            .or_else(|| Some(met.as_ref()?.object_kind.clone()))
            .unwrap_or_default(),
        object_id: told("objectId").or_else(|| Some(met.as_ref()?.object_id.clone())).unwrap_or_default(),
        ..Question::default()
    };
    question.address()
}

/// The page with a thing filled in: as the object, or as the subject where the kind says so.
pub(crate) fn about(kind: &str, id: &str, _person: &Person) -> String {
    let question = match kind {
        "subject" => Question { subject: id.to_owned(), ..Question::default() },
        kind => Question {
            subject: "me".to_owned(),
            object_kind: kind.to_owned(),
            object_id: id.to_owned(),
            ..Question::default()
        },
    };
    question.address()
}

/// What a page is about whose address is `/noun/id` or `/noun/id/verb`.
fn met_at(uri: &Uri) -> Option<Question> {
    let mut parts = uri.path().split('/').filter(|part| !part.is_empty());
    let (noun, id, verb) = (parts.next()?, parts.next()?, parts.next());
    let kinds = ["entity", "group", "resource", "tenant", "role"];
    let kind = kinds.into_iter().find(|kind| cell::noun_of(kind) == Some(noun))?;
    let action = match verb {
        None => "read",
        Some("delete" | "purge") => "delete",
        Some(_) => "write",
    };
    uuid::Uuid::try_parse(id).ok()?;
    Some(Question {
        action: action.to_owned(),
        object_kind: kind.to_owned(),
        object_id: id.to_owned(),
        ..Question::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01a225cd-7e4a-739c-81e0-8a3fa54d3e6d";

    #[test]
    fn addresses_of_pages_say_what_was_asked() {
        let of = |path: String| met_at(&path.parse().unwrap()).map(|met| (met.action, met.object_kind));
        let is = |action: &str, kind: &str| Some((action.to_owned(), kind.to_owned()));
        assert_eq!(of(format!("/entities/{ID}")), is("read", "entity"));
        assert_eq!(of(format!("/groups/{ID}/delete?x=1")), is("delete", "group"));
        assert_eq!(of(format!("/tenants/{ID}/update")), is("write", "tenant"));
        assert_eq!(of("/entities/new/create".to_owned()), None);
        assert_eq!(of("/keys".to_owned()), None);
    }
}
