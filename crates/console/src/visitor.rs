//! Whoever looks at a page.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::Console;
use crate::filled::FormToken;
use crate::words::{Language, Words};

/// What the door needs to see of a request that came to a page.
static FORWARDED: [HeaderName; 5] = [
    header::COOKIE,
    header::USER_AGENT,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-request-id"),
];

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
        let forwarded = FORWARDED
            .iter()
            .flat_map(|name| parts.headers.get_all(name).iter().map(|value| (name.clone(), value.clone())));
        Ok(Visitor {
            forwarded: forwarded.collect(),
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
    /// Whether they manage the platform.
    pub(crate) manages_platform: bool,
}

/// Who may manage the seeded administrator, who is nobody's but the platform's, manages the platform. The platform itself cannot
/// be asked about: no action applies to it.
const ABOUT: &str = "mutation($me: ID!) {
  manages: authzCheck(input: { subjectId: $me, action: \"manage\", objectKind: \"entity\",
    objectId: \"00000000-0000-0000-0000-000000000001\" }) { allowed }
}";
const NAME: &str = "query($me: ID!) { entity(id: $me) { name } }";

impl Person {
    /// The first letters of their name.
    pub(crate) fn initials(&self) -> String {
        let words = self.name.split([' ', '.', '-', '_', '@']).filter_map(|word| word.chars().next());
        words.take(2).flat_map(char::to_uppercase).collect()
    }

    /// The visitor, when they are signed in.
    pub(crate) async fn of(console: &Console, visitor: Visitor) -> Option<Person> {
        let session = console.api.send(&visitor, Method::GET, "/auth/introspect", None).await;
        let text = |name: &str| session.body[name].as_str().map(str::to_owned);
        let id = text("entity_id")?;
        let (about, named) = tokio::join!(
            console.api.ask(&visitor, ABOUT, json!({ "me": id })),
            console.api.ask(&visitor, NAME, json!({ "me": id })),
        );
        let name = named.ok().and_then(|named| named["entity"]["name"].as_str().map(str::to_owned));
        Some(Person {
            tenant: text("tenant_id"),
            name: name.unwrap_or_else(|| id.clone()),
            manages_platform: about.is_ok_and(|about| about["manages"]["allowed"] == true),
            visitor,
            id,
        })
    }
}

impl FromRequestParts<Console> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, console).await;
        let to = to_sign_in(&visitor.uri, &parts.method);
        Person::of(console, visitor).await.ok_or_else(|| Redirect::to(&to).into_response())
    }
}

/// The page to sign in at, from where one comes back.
fn to_sign_in(uri: &Uri, method: &Method) -> String {
    let here = uri.path_and_query().map_or("/", |here| here.as_str());
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    match method == Method::GET && here != "/" {
        true => format!("/login?{}", query.append_pair("next", here).finish()),
        false => "/login".to_owned(),
    }
}
