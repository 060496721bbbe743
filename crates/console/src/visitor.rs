//! Whoever looks at a page.

use std::net::SocketAddr;

use atoll_base::ctx::Origin;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::Console;
use crate::address;
use crate::filled::FormToken;
use crate::may::{May, Need};
use crate::words::{Language, Words};

/// What the door needs to see of a request that came to a page.
static FORWARDED: [HeaderName; 4] = [
    header::COOKIE,
    header::USER_AGENT,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
];
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Anybody's request for a page.
#[derive(Clone)]
pub(crate) struct Visitor {
    forwarded: Vec<(HeaderName, HeaderValue)>,
    peer: Option<ConnectInfo<SocketAddr>>,
    /// Where they are.
    pub(crate) uri: Uri,
    /// In which language they read.
    pub(crate) words: Words,
    /// What their forms prove themselves with.
    pub(crate) form: FormToken,
}

impl Visitor {
    /// Headers that the door sees as they came.
    pub(crate) fn forwarded(&self) -> &[(HeaderName, HeaderValue)] {
        &self.forwarded
    }

    /// Where the request came from.
    pub(crate) fn peer(&self) -> Option<ConnectInfo<SocketAddr>> {
        self.peer
    }

    /// A value of the query of the page.
    pub(crate) fn query(&self, wanted: &str) -> Option<String> {
        let pairs = url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        let mut found = pairs.filter(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
        found.next().filter(|value| !value.trim().is_empty())
    }
}

impl FromRequestParts<Console> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Self::Rejection> {
        let origin = parts.extensions.get::<Origin>().and_then(|origin| origin.request_id.clone());
        let id = origin.and_then(|id| Some((REQUEST_ID, HeaderValue::from_str(&id).ok()?)));
        let forwarded = FORWARDED
            .iter()
            .flat_map(|name| parts.headers.get_all(name).iter().map(|value| (name.clone(), value.clone())));
        Ok(Visitor {
            // All that a page asks is logged and remembered under the id of the page.
            forwarded: forwarded.chain(id).collect(),
            peer: parts.extensions.get().copied(),
            uri: parts.uri.clone(),
            words: Words::of(language(&parts.headers)),
            form: FormToken::of(&parts.headers, &console.ground),
        })
    }
}

/// The language somebody chose, else the first of those they read that there is.
fn language(headers: &HeaderMap) -> Language {
    let text =
        |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let chosen = text(header::COOKIE).split(';').filter_map(|part| part.trim().split_once('='));
    let chosen =
        chosen.filter(|(name, _)| *name == "atoll_language").find_map(|(_, tag)| Language::named(tag));
    let read = || text(header::ACCEPT_LANGUAGE).split(',').find_map(|part| Language::named(part.trim()));
    chosen.or_else(read).unwrap_or_default()
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Person {
    /// Their request.
    pub(crate) visitor: Visitor,
    /// Their entity.
    pub(crate) id: String,
    /// What they are called.
    pub(crate) name: String,
    /// Their home; none for people of the platform.
    pub(crate) tenant: Option<String>,
    /// What they may do on the platform, and at home.
    pub(crate) may: May,
}

const NAME: &str = "query($me: ID!) { entity(id: $me) { name } }";

impl Person {
    /// The first letters of their name.
    pub(crate) fn initials(&self) -> String {
        let words = self.name.split([' ', '.', '-', '_', '@']).filter_map(|word| word.chars().next());
        words.take(2).flat_map(char::to_uppercase).collect()
    }

    /// Whether they manage the platform.
    pub(crate) fn manages_platform(&self) -> bool {
        self.may.any(&[Need::Platform("manage")])
    }

    /// The tenant that lists are about unless another is chosen: their home, where they administer no more than that.
    pub(crate) fn working_in(&self) -> Option<&str> {
        self.tenant.as_deref().filter(|_| !self.manages_platform())
    }

    /// What they may do in a tenant; on the platform alone, when there is none.
    pub(crate) async fn may_in(&self, console: &Console, tenant: Option<&str>) -> May {
        match tenant {
            Some(tenant) if self.tenant.as_deref() != Some(tenant) => {
                May::here(console, &self.visitor, Some(tenant)).await
            }
            _ => self.may.clone(),
        }
    }

    /// The visitor, when they are signed in.
    pub(crate) async fn of(console: &Console, visitor: Visitor) -> Option<Person> {
        let session = console.api.send(&visitor, Method::GET, "/auth/introspect", None).await;
        let text = |name: &str| session.body[name].as_str().map(str::to_owned);
        let id = text("entity_id")?;
        let tenant = text("tenant_id");
        let (may, named) = tokio::join!(
            May::here(console, &visitor, tenant.as_deref()),
            console.api.ask(&visitor, NAME, json!({ "me": id })),
        );
        let name = named.ok().and_then(|named| named["entity"]["name"].as_str().map(str::to_owned));
        Some(Person { tenant, name: name.unwrap_or_else(|| id.clone()), may, visitor, id })
    }
}

impl FromRequestParts<Console> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, console).await;
        let here = parts.uri.path_and_query().map_or("/", |here| here.as_str());
        let to = address::sign_in(if parts.method == Method::GET { here } else { "/" });
        Person::of(console, visitor).await.ok_or_else(|| Redirect::to(&to).into_response())
    }
}
