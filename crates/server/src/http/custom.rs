//! `ANY /api/custom/…`: what operators have defined, in this order: the route, the caller, whether they may, the body, its
//! schema, the variables, as whom, carrying it out, the answer. Whatever goes wrong after the route is written down.

use std::time::Duration;

use async_graphql::{Request as GraphQl, Variables};
use atoll_base::ctx::{Allowed, Caller, Ctx, Origin};
use atoll_base::{Common, Error, Kind, Result};
use atoll_identity::endpoints::executions::{self, Summary};
use atoll_identity::endpoints::mapping::{self, Given};
use atoll_identity::endpoints::{
    self, Document, EXECUTE, Endpoint, EndpointFault, Sensitive, acting, redact,
};
use atoll_identity::schemas;
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::body::{self, Unread};
use super::caller;
use crate::app::App;
use crate::fresh;
use crate::graphql;
use crate::status::Failure;

/// The longest that checking and carrying out a call may take.
const LONGEST: Duration = Duration::from_secs(5);
/// What custom endpoints are below.
const PREFIX: &str = "/api/custom/";

/// Carries out a custom endpoint.
pub(crate) async fn answer(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let path = match path {
        Ok(Path(rest)) => format!("{PREFIX}{rest}"),
        // Not UTF-8: no endpoint is called so.
        Err(_) => PREFIX.to_owned(),
    };
    let nobody = Ctx::new(app.ground.clone(), Caller::Nobody, origin);
    let mut body = Some(body);
    let outcome = serve(&app, nobody, &parts, &mut body, path).await;
    if let Some(unread) = body {
        // Its sender is there to hear the refusal.
        body::drain(unread).await;
    }
    outcome.unwrap_or_else(|error| Failure(error).into_response())
}

async fn serve(
    app: &App,
    nobody: Ctx,
    parts: &Parts,
    body: &mut Option<Body>,
    path: String,
) -> Result<Response> {
    let endpoint = endpoints::active(&nobody, parts.method.as_str(), &path).await?;
    let mut summary = Summary { method: parts.method.to_string(), path: path.clone(), ..Summary::default() };
    let ctx = match authenticate(app, &nobody, parts).await {
        Ok(ctx) => ctx,
        Err(error) => return denied(&nobody, &endpoint, summary, error).await,
    };
    let permitted = ctx.require(&EXECUTE, &endpoint);
    let allowed = match permitted.and_then(|allowed| acting::open(&ctx, &endpoint).map(|()| allowed)) {
        Ok(allowed) => allowed,
        Err(error) => return denied(&ctx, &endpoint, summary, error).await,
    };
    let call = Call { app, ctx: &ctx, endpoint: &endpoint };
    let given = call.given(parts, body.take().unwrap_or_default(), path).await;
    let outcome = match given {
        Ok(given) => call.carry_out(given, &mut summary).await,
        Err(error) => Err(error),
    };
    finish(&call, &allowed, summary, outcome).await
}

/// Bearer tokens only: a browser's cookie does not count here, except when a page of the house asks, which has held the form
/// against its token.
async fn authenticate(app: &App, nobody: &Ctx, parts: &Parts) -> Result<Ctx> {
    let headers = &parts.headers;
    let of_page = parts.extensions.get::<atoll_console::Inside>().and_then(|_| caller::cookie(headers));
    let token = of_page.map_or_else(|| bearer(headers), Ok)?;
    let wish = headers.get(fresh::AT_LEAST).and_then(|value| value.to_str().ok());
    fresh::wait(app, wish).await?;
    let signed_in = app.identity.authenticate(nobody, &token).await?;
    Ok(nobody.as_caller(Caller::Entity(signed_in)))
}

fn bearer(headers: &HeaderMap) -> Result<String, EndpointFault> {
    let given = headers.get(header::AUTHORIZATION).ok_or(EndpointFault::NoHeader)?;
    let given = given.to_str().map_err(|_| EndpointFault::NoBearer)?;
    let token = given.strip_prefix("Bearer ").map(str::trim).filter(|token| !token.is_empty());
    Ok(token.ok_or(EndpointFault::NoBearer)?.to_owned())
}

async fn denied(ctx: &Ctx, endpoint: &Endpoint, mut summary: Summary, error: Error) -> Result<Response> {
    if matches!(error.kind(), Kind::Unauthenticated | Kind::Denied) {
        summary.error = Some(error.to_string());
        executions::denied(ctx, endpoint, &summary).await?;
    }
    Err(error)
}

async fn finish(
    call: &Call<'_>,
    allowed: &Allowed<'_, Endpoint>,
    mut summary: Summary,
    outcome: Result<Value>,
) -> Result<Response> {
    let outcome = match outcome {
        // The service is not in use.
        Err(error) if error.kind() == Kind::Denied => {
            return denied(call.ctx, call.endpoint, summary, error).await;
        }
        outcome => outcome,
    };
    if let (Err(error), None) = (&outcome, &summary.error) {
        summary.error = Some(error.to_string());
    }
    executions::ended(call.ctx, allowed, call.endpoint, &summary).await?;
    let mut response = Json(outcome?).into_response();
    if let Some(written) = call.ctx.written().and_then(|token| token.to_string().parse().ok()) {
        response.headers_mut().insert(HeaderName::from_static(fresh::REVISION), written);
    }
    Ok(response)
}

/// One call that is permitted.
struct Call<'c> {
    app: &'c App,
    ctx: &'c Ctx,
    endpoint: &'c Endpoint,
}

impl Call<'_> {
    /// What the request holds, its body read and parsed.
    async fn given(&self, parts: &Parts, body: Body, path: String) -> Result<Given> {
        let limit = self.app.ground.settings().custom_endpoint_body_limit_bytes;
        let bytes = body::whole(body, limit).await.map_err(|why| match why {
            Unread::TooLarge => EndpointFault::BodyTooLarge,
            Unread::Broken => EndpointFault::BodyUnread,
        })?;
        let body = match bytes.is_empty() {
            true => json!({}),
            false => {
                serde_json::from_slice(&bytes).map_err(|why| EndpointFault::BodyNotJson(why.to_string()))?
            }
        };
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Given {
            body,
            query: query.map(|(name, value)| (name.into_owned(), json!(value))).collect(),
            headers: texts(&parts.headers),
            path,
            auth: Given::auth_of(self.ctx.signed_in()?),
        })
    }

    /// The answer, within the time there is for it.
    async fn carry_out(&self, given: Given, summary: &mut Summary) -> Result<Value> {
        let settings = self.app.ground.settings();
        let limits = (settings.graphql_max_depth as usize, settings.graphql_max_complexity as usize);
        let document = Document::read(&self.endpoint.definition.graphql, limits);
        let sensitive = document.as_ref().map(Document::sensitive).unwrap_or_default();
        summary.variables_or_body = redact(&given.redacted().body, &sensitive.variables);
        match tokio::time::timeout(LONGEST, self.run(given, document, &sensitive, summary)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(EndpointFault::TimedOut.into()),
        }
    }

    async fn run(
        &self,
        given: Given,
        document: Result<Document, EndpointFault>,
        sensitive: &Sensitive,
        summary: &mut Summary,
    ) -> Result<Value> {
        let definition = &self.endpoint.definition;
        let given = self.checked(given).await?;
        let document = document.map_err(|why| match why {
            EndpointFault::Introspection => EndpointFault::IntrospectionNow,
            other => {
                summary.error = Some(other.to_string());
                EndpointFault::Failed
            }
        })?;
        let variables = mapping::variables(&definition.variables_mapping, &given)?;
        let shown = mapping::variables(&definition.variables_mapping, &given.redacted())?;
        summary.variables_or_body = redact(&shown, &sensitive.variables);
        let acting = acting::context(self.ctx, self.endpoint)?;
        let mut request = GraphQl::new(definition.graphql.clone()).variables(Variables::from_json(variables));
        request.set_parsed_query(document.into_parsed());
        let answer = graphql::run(self.app, acting, request).await;
        if !answer.errors.is_empty() {
            let messages: Vec<&str> = answer.errors.iter().map(|error| error.message.as_str()).collect();
            summary.error = Some(messages.join("; "));
            return Err(EndpointFault::Failed.into());
        }
        let data = answer.data.into_json().map_err(Common::bug)?;
        let kept = redact(&data, &sensitive.keys);
        summary.response = mapping::response_kept(&definition.response_mapping, &kept);
        Ok(mapping::response(&definition.response_mapping, &data))
    }

    /// The request, if its body is what the endpoint asks for. Checking may take a while: others go on meanwhile.
    async fn checked(&self, given: Given) -> Result<Given> {
        let schema = &self.endpoint.definition.request_schema;
        if schema.as_object().is_none_or(Map::is_empty) {
            return Ok(given);
        }
        let schema = schema.clone();
        let (given, faults) = tokio::task::spawn_blocking(move || {
            let faults = schemas::faults(&schema, &given.body);
            (given, faults)
        })
        .await
        .map_err(Common::bug)?;
        match faults {
            Ok(None) => Ok(given),
            Ok(Some(faults)) => Err(EndpointFault::Body(faults).into()),
            Err(why) => Err(EndpointFault::Schema(why.to_string()).into()),
        }
    }
}

/// The headers that are text, by name.
fn texts(headers: &HeaderMap) -> Map<String, Value> {
    let text = |(name, value): (&HeaderName, &axum::http::HeaderValue)| {
        Some((name.as_str().to_owned(), json!(value.to_str().ok()?)))
    };
    headers.iter().filter_map(text).collect()
}
