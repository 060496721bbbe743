//! Asking once more before something is taken away.

use askama::Template;
use axum::response::Response;

use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;

#[derive(Template)]
#[template(path = "account/confirm.html")]
struct Page<'p> {
    frame: Frame<'p>,
    title: String,
    what: String,
    action: &'p str,
    back: &'p str,
}

/// The page that asks. The words are `key` and `key-what`; the form is sent to `action`.
pub(super) fn ask(person: &Person, key: &str, name: &str, action: &str, back: &str) -> Response {
    let words = person.visitor.words;
    let title = words.say(key);
    let page = Page {
        frame: Frame::of(person, &title),
        what: words.tell(&format!("{key}-what"), &[("name", name)]),
        title: title.clone(),
        action,
        back,
    };
    page::show(&person.visitor, &page)
}
