//! Asking the house's own HTTP door, without a network between.

use atoll_base::Ground;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::visitor::Visitor;

/// The largest answer that a page reads.
const MOST_BYTES: usize = 16 << 20;

/// Marks what a page asks: a request from outside never carries it.
#[derive(Clone, Copy, Debug)]
pub struct Inside;

/// The door, with its own address.
#[derive(Clone)]
pub(crate) struct Api {
    router: Router,
    origin: HeaderValue,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The stable code.
    pub(crate) code: String,
    /// `denied`, `missing`, …
    pub(crate) kind: String,
    /// What to tell whoever asked.
    pub(crate) message: String,
    /// More, for programs.
    pub(crate) details: Value,
}

/// What the GraphQL door said.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// The data, as far as there is some.
    pub(crate) data: Value,
    /// What was refused.
    pub(crate) refusals: Vec<Refusal>,
    /// What would have been, where a change was only tried.
    pub(crate) dry_run: Value,
    /// Cookies for the browser.
    pub(crate) cookies: Vec<HeaderValue>,
}

/// What a REST route said.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body, where it is JSON.
    pub(crate) body: Value,
    /// Cookies for the browser.
    pub(crate) cookies: Vec<HeaderValue>,
}

impl Api {
    pub(crate) fn new(router: Router, ground: &Ground) -> Api {
        let origin = ground.settings().allowed_origins().into_iter().next();
        let origin = origin.and_then(|origin| HeaderValue::from_str(origin.as_str()).ok());
        Api { router, origin: origin.unwrap_or_else(|| HeaderValue::from_static("null")) }
    }

    /// Asks GraphQL; the data when nothing at all was refused.
    pub(crate) async fn ask(
        &self,
        who: &Visitor,
        document: &str,
        variables: Value,
    ) -> Result<Value, Refusal> {
        let answer = self.ask_all(who, document, variables).await;
        match answer.refusals.into_iter().next() {
            None => Ok(answer.data),
            Some(refusal) => Err(refusal),
        }
    }

    /// Asks GraphQL; what there is, and what was refused.
    pub(crate) async fn ask_all(&self, who: &Visitor, document: &str, variables: Value) -> Answer {
        self.post(who, json!({ "query": document, "variables": variables })).await
    }

    /// Tries a change as if, and undoes it.
    pub(crate) async fn try_out(&self, who: &Visitor, document: &str, variables: Value) -> Answer {
        let tried = json!({ "query": document, "variables": variables, "extensions": { "dryRun": true } });
        self.post(who, tried).await
    }

    async fn post(&self, who: &Visitor, body: Value) -> Answer {
        let mut sent = self.send(who, Method::POST, "/graphql", Some(body)).await;
        if !sent.status.is_success() {
            return Answer { refusals: vec![sent.refusal()], ..Answer::default() };
        }
        let refusals = sent.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let refusals = refusals.iter().map(Refusal::read).collect();
        let dry_run = sent.body["extensions"]["dryRun"].take();
        Answer { data: sent.body["data"].take(), refusals, dry_run, cookies: sent.cookies }
    }

    /// Sends to a route, as the visitor. The visitor's form was checked before; to the door it comes from the house's own page.
    pub(crate) async fn send(&self, who: &Visitor, method: Method, path: &str, body: Option<Value>) -> Sent {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in who.forwarded() {
            request = request.header(name, value);
        }
        request = request.header(header::ORIGIN, &self.origin);
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let Ok(mut request) = request.body(body) else { return Sent::failed() };
        if let Some(peer) = who.peer() {
            request.extensions_mut().insert(peer);
        }
        request.extensions_mut().insert(Inside);
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = match Limited::new(body, MOST_BYTES).collect().await {
            Ok(body) => body.to_bytes(),
            Err(why) => {
                tracing::error!(%why, path, "an answer could not be read for a page");
                return Sent::failed();
            }
        };
        Sent {
            status: parts.status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
            cookies: parts.headers.get_all(header::SET_COOKIE).iter().cloned().collect(),
        }
    }
}

impl Sent {
    fn failed() -> Sent {
        Sent { status: StatusCode::INTERNAL_SERVER_ERROR, body: Value::Null, cookies: Vec::new() }
    }

    /// Why the route refused.
    pub(crate) fn refusal(&self) -> Refusal {
        let text = |name: &str| self.body[name].as_str().unwrap_or_default().to_owned();
        let kind = match self.status {
            StatusCode::UNAUTHORIZED => "unauthenticated",
            StatusCode::FORBIDDEN => "denied",
            StatusCode::NOT_FOUND => "missing",
            StatusCode::TOO_MANY_REQUESTS => "limited",
            status if status.is_server_error() => "unavailable",
            _ => "invalid",
        };
        let details = self.body["details"].clone();
        Refusal { code: text("code"), kind: kind.to_owned(), message: text("error"), details }
    }
}

impl Refusal {
    /// Of what this person may not do.
    pub(crate) fn denied(message: String) -> Refusal {
        Refusal { code: "forbidden".into(), kind: "denied".into(), message, details: Value::Null }
    }

    /// The status of a page that tells about it.
    pub(crate) fn status(&self) -> StatusCode {
        match self.kind.as_str() {
            "denied" | "unauthenticated" => StatusCode::FORBIDDEN,
            "missing" => StatusCode::NOT_FOUND,
            "conflict" => StatusCode::CONFLICT,
            "limited" => StatusCode::TOO_MANY_REQUESTS,
            "unavailable" | "bug" | "" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn read(error: &Value) -> Refusal {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let more = &error["extensions"];
        Refusal {
            code: text(&more["code"]),
            kind: text(&more["kind"]),
            message: text(&error["message"]),
            details: more["details"].clone(),
        }
    }
}
