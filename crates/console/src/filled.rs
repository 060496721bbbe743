//! Forms that were sent: each proves that it stood on a page of this house.

use atoll_base::{Ground, chance};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Limited};
use subtle::ConstantTimeEq as _;

use crate::Console;
use crate::address;
use crate::page;
use crate::visitor::{Person, Visitor};
use axum::extract::FromRequestParts as _;

/// The largest form.
const MOST_BYTES: usize = 1 << 20;
/// The most fields of one.
const MOST_FIELDS: usize = 2_000;
const BYTES: usize = 32;

/// The field that carries the token.
pub(crate) const FIELD: &str = "form_token";

/// A random value that a browser has in a cookie and sends again in each form; another site can read neither.
#[derive(Clone)]
pub(crate) struct FormToken {
    value: String,
    cookie: Option<String>,
}

impl FormToken {
    /// The browser's, else a new one.
    pub(crate) fn of(headers: &HeaderMap, ground: &Ground) -> FormToken {
        let secure = ground.settings().cookie_secure();
        let wanted = name(secure);
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            pairs.flat_map(|value| value.split(';')).filter_map(|part| part.trim().split_once('='));
        let known = pairs.find(|(name, value)| *name == wanted && is_token(value));
        if let Some((_, value)) = known {
            return FormToken { value: value.to_owned(), cookie: None };
        }
        let value = chance::hex::<BYTES>(ground.chance()).reveal().clone();
        let safe = if secure { "; Secure" } else { "" };
        let cookie = format!("{wanted}={value}; Path=/; HttpOnly; SameSite=Strict{safe}");
        FormToken { value, cookie: Some(cookie) }
    }

    /// For the field.
    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    /// The cookie, where the browser has none.
    pub(crate) fn cookie(&self) -> Option<HeaderValue> {
        self.cookie.as_deref().and_then(|cookie| HeaderValue::from_str(cookie).ok())
    }

    fn is(&self, sent: &str) -> bool {
        self.cookie.is_none() && bool::from(self.value.as_bytes().ct_eq(sent.as_bytes()))
    }
}

/// A `__Host-` cookie can be set by this very host only.
fn name(secure: bool) -> &'static str {
    if secure { "__Host-atoll_form" } else { "atoll_form" }
}

fn is_token(value: &str) -> bool {
    value.len() == 2 * BYTES && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The fields of a form, in their order, of a visitor who was on one of our pages.
pub(crate) struct Filled {
    /// Who sent it.
    pub(crate) visitor: Visitor,
    fields: Vec<(String, String)>,
}

impl Filled {
    /// Whoever sent it; else the way to the page to sign in at.
    pub(crate) async fn sender(&self, console: &Console) -> Result<Person, Response> {
        let person = Person::of(console, self.visitor.clone()).await;
        person.ok_or_else(|| page::go(&address::sign_in("/"), None))
    }

    /// The first value of a field, without blanks around it; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value of a field as it was sent: secrets may begin with a blank.
    pub(crate) fn raw(&self, wanted: &str) -> &str {
        self.fields.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value)
    }

    /// Every value of a field that is not empty.
    pub(crate) fn all<'f>(&'f self, wanted: &'f str) -> impl Iterator<Item = &'f str> {
        let fields = self.fields.iter().filter(move |(name, _)| name == wanted);
        fields.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether a field was sent at all.
    pub(crate) fn has(&self, wanted: &str) -> bool {
        self.fields.iter().any(|(name, _)| name == wanted)
    }
}

impl FromRequest<Console> for Filled {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(visitor) = Visitor::from_request_parts(&mut parts, console).await;
        let refuse = |status: StatusCode, key: &str| page::plain(&visitor, status, key).into_response();
        if !is_ours(&parts.headers) {
            return Err(refuse(StatusCode::FORBIDDEN, "form-foreign"));
        }
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body = body.map_err(|_| refuse(StatusCode::PAYLOAD_TOO_LARGE, "form-too-large"))?.to_bytes();
        let fields =
            url::form_urlencoded::parse(&body).into_owned().take(MOST_FIELDS + 1).collect::<Vec<_>>();
        if fields.len() > MOST_FIELDS {
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "form-too-large"));
        }
        let filled = Filled { fields, visitor: visitor.clone() };
        match visitor.form.is(filled.raw(FIELD)) {
            true => Ok(filled),
            false => Err(refuse(StatusCode::FORBIDDEN, "form-foreign")),
        }
    }
}

/// Browsers say where a form stands; those that do not are held to the token alone.
fn is_ours(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => true,
    }
}
