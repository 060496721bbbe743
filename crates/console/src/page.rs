//! Showing a page.

use askama::Template;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::Refusal;
use crate::frame::Frame;
use crate::visitor::{Person, Visitor};

/// Pages load nothing from elsewhere, run no script but ours, and stand in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page, for the browser of a visitor.
pub(crate) fn show(visitor: &Visitor, template: &impl Template) -> Response {
    show_as(visitor, StatusCode::OK, template)
}

/// The same, with another status.
pub(crate) fn show_as(visitor: &Visitor, status: StatusCode, template: &impl Template) -> Response {
    let text = match template.render() {
        Ok(text) => text,
        Err(why) => {
            tracing::error!(%why, "a page could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let fixed: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::VARY, HeaderValue::from_static("accept-language, cookie")),
    ];
    let mut response = (status, fixed, text).into_response();
    if let Some(cookie) = visitor.form.cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Goes to another page of ours after something was done; what was done is said there.
pub(crate) fn go(to: &str, done: Option<&str>) -> Response {
    let Some(done) = done else { return Redirect::to(to).into_response() };
    let joint = if to.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{to}{joint}done={done}")).into_response()
}

/// Adds cookies of the house to what a browser gets.
pub(crate) fn with_cookies(mut response: Response, cookies: &[HeaderValue]) -> Response {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
}

/// Where to go after signing in: only to a page of this house.
pub(crate) fn safe_next(next: Option<&str>) -> &str {
    let inside = |next: &&str| {
        next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains('\\')
            && !next.contains(char::is_control)
    };
    next.filter(inside).unwrap_or("/")
}

#[derive(Template)]
#[template(path = "plain.html")]
struct Plain<'p> {
    frame: Frame<'p>,
    title: String,
    text: String,
}

/// A page that says one thing, to somebody who may not be signed in.
pub(crate) fn plain(visitor: &Visitor, status: StatusCode, key: &str) -> Response {
    let words = visitor.words;
    let (title, text) = (words.say(&format!("{key}-title")), words.say(key));
    show_as(visitor, status, &Plain { frame: Frame::bare(visitor, &title), title: title.clone(), text })
}

/// What becomes of addresses that there are none of: a page for browsers, nothing for programs.
pub(crate) async fn nowhere(visitor: Visitor, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match accepted.contains("text/html") {
        true => nothing_here(visitor).await,
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The page for what there is not.
pub(crate) async fn nothing_here(visitor: Visitor) -> Response {
    plain(&visitor, StatusCode::NOT_FOUND, "nothing-here")
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'p> {
    frame: Frame<'p>,
    title: String,
    message: String,
    why: Option<String>,
}

/// The page for what was refused: what the door said, and where to ask why.
pub(crate) fn refused(person: &Person, refusal: &Refusal) -> Response {
    let words = person.visitor.words;
    let key = match refusal.status() {
        StatusCode::FORBIDDEN => "refused-denied",
        StatusCode::NOT_FOUND => "refused-missing",
        StatusCode::TOO_MANY_REQUESTS => "refused-limited",
        StatusCode::SERVICE_UNAVAILABLE => "refused-unavailable",
        _ => "refused-invalid",
    };
    let title = words.say(key);
    let why = (refusal.kind == "denied").then(|| crate::why::of_refusal(person, refusal));
    let page = Refused { frame: Frame::of(person, &title), title, message: refusal.message.clone(), why };
    show_as(&person.visitor, refusal.status(), &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_out_of_the_house() {
        for outside in ["//evil.test", "https://evil.test", "/\\evil.test", "", "evil", "/a\r\nb"] {
            assert_eq!(safe_next(Some(outside)), "/", "{outside:?}");
        }
        assert_eq!(safe_next(Some("/roles?q=a")), "/roles?q=a");
        assert_eq!(safe_next(None), "/");
    }
}
