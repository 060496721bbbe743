//! `/oauth/*`: tokens for other programs, in the standard ways (RFC 7662, RFC 7009, RFC 8693), and where they are
//! (RFC 8414).

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_base::{Error, Kind};
use atoll_identity::tokens::{
    self, ClientSecret, Introspected, IssuedBody, Metadata, OAuthFault, Parameters,
};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use utoipa::{OpenApi, ToSchema};

use super::body;
use crate::app::App;
use crate::status;

/// Where the standard wants the metadata.
pub(super) const METADATA: &str = "/.well-known/oauth-authorization-server";

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(introspect, revoke, exchange, metadata))]
pub(super) struct Described;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/oauth/introspect", post(introspect))
        .route("/oauth/revoke", post(revoke))
        .route("/oauth/token", post(exchange))
}

/// The form of introspection and revocation.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the form is read by its names")]
struct TokenForm {
    /// The token.
    token: String,
    /// What sort it may be; not needed.
    token_type_hint: Option<String>,
    /// The client, when it does not prove who it is in the header.
    client_id: Option<String>,
    /// Its shared key or access token.
    client_secret: Option<String>,
}

/// The form of an exchange.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the form is read by its names")]
struct ExchangeForm {
    /// `urn:ietf:params:oauth:grant-type:token-exchange`.
    grant_type: String,
    /// The token to exchange.
    subject_token: String,
    /// `urn:ietf:params:oauth:token-type:access_token` or `…:jwt`.
    subject_token_type: String,
    /// The client's own token, if that bounds it too.
    actor_token: Option<String>,
    /// Its sort.
    actor_token_type: Option<String>,
    /// What sort is wanted.
    requested_token_type: Option<String>,
    /// The actions that the new token is for, separated by blanks.
    scope: Option<String>,
    /// The client, when it does not prove who it is in the header.
    client_id: Option<String>,
    /// Its shared key or access token.
    client_secret: Option<String>,
}

/// A refusal in the standard's form (RFC 6749 §5.2).
struct Refused(Error);

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Refused(error) = self;
        status::log(&error);
        let word = match error.kind() {
            _ if error.fault::<OAuthFault>().is_some() => error.code(),
            Kind::Unauthenticated => "invalid_client",
            Kind::Denied => "access_denied",
            Kind::Limited | Kind::Unavailable => "temporarily_unavailable",
            Kind::Bug => "server_error",
            _ => "invalid_request",
        };
        let body = Json(json!({ "error": word, "error_description": error.to_string() }));
        let mut response = (status::http(error.kind()), NO_STORE, body).into_response();
        let headers = response.headers_mut();
        if let Some(after) = error.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        if error.kind() == Kind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"oauth\""));
        }
        response
    }
}

type NoStore = [(HeaderName, HeaderValue); 2];

type Answer<T> = (NoStore, Json<T>);

/// Nothing of this is to be kept on the way.
const NO_STORE: NoStore = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
];

/// A form from a client that proved who it is: with its secret, or with a token of its own.
struct Asked {
    ctx: Ctx,
    parameters: Parameters,
}

impl FromRequest<App> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let origin = request.extensions().get::<Origin>().cloned().unwrap_or_default();
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, app).await.map_err(|why| body::unread(&why))?;
        let parameters = form(&headers, &body).map_err(|why| Refused(why.into()).into_response())?;
        let ctx = Ctx::new(app.ground.clone(), Caller::Nobody, origin);
        let ctx =
            client(app, ctx, &headers, &parameters).await.map_err(|why| Refused(why).into_response())?;
        Ok(Asked { ctx, parameters })
    }
}

fn form(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, OAuthFault> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let why = "the body must be application/x-www-form-urlencoded";
        return Err(OAuthFault::InvalidRequest(why.into()));
    }
    Parameters::read(body)
}

/// The request with its client as caller. A cookie proves nothing here.
async fn client(app: &App, ctx: Ctx, headers: &HeaderMap, form: &Parameters) -> Result<Ctx, Error> {
    let given = match headers.get(header::AUTHORIZATION) {
        None => None,
        Some(value) => Some(value.to_str().map_err(|_| OAuthFault::InvalidClient)?),
    };
    if given.is_some() && form.optional("client_secret").is_some() {
        let why = "a client proves who it is in one way only";
        return Err(OAuthFault::InvalidRequest(why.into()).into());
    }
    let Some(given) = given else {
        let client = ClientSecret::post(form).ok_or(OAuthFault::InvalidClient)?;
        return tokens::authenticate_client(&ctx, &app.identity, client).await;
    };
    let (scheme, rest) = given.split_once(' ').ok_or(OAuthFault::InvalidClient)?;
    if scheme.eq_ignore_ascii_case("basic") {
        let client = ClientSecret::basic(rest).ok_or(OAuthFault::InvalidClient)?;
        return tokens::authenticate_client(&ctx, &app.identity, client).await;
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(OAuthFault::InvalidClient.into());
    }
    let who = app.identity.authenticate(&ctx, rest.trim()).await?;
    Ok(ctx.as_caller(Caller::Entity(who)))
}

/// Says whether a token is good, and whose (RFC 7662).
#[utoipa::path(post, path = "/oauth/introspect", operation_id = "oauth_introspect", tag = "oauth", security(("client" = []), ("bearer" = [])), request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"), responses((status = 200, description = "Whether it is good, and whose", body = Introspected)))]
async fn introspect(State(app): State<App>, asked: Asked) -> Result<Answer<Introspected>, Refused> {
    let token = asked.parameters.required("token")?;
    Ok((NO_STORE, Json(tokens::introspect(&asked.ctx, &app.identity, token).await?)))
}

/// Ends a token (RFC 7009).
#[utoipa::path(post, path = "/oauth/revoke", operation_id = "oauth_revoke", tag = "oauth", security(("client" = []), ("bearer" = [])), request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"), responses((status = 200, description = "It is not good any more")))]
async fn revoke(State(app): State<App>, asked: Asked) -> Result<(StatusCode, NoStore), Refused> {
    let token = asked.parameters.required("token")?;
    tokens::revoke(&asked.ctx, &app.identity, token).await?;
    Ok((StatusCode::OK, NO_STORE))
}

/// Exchanges a token for one that may be used for less, by somebody else, for a while (RFC 8693).
#[utoipa::path(post, path = "/oauth/token", operation_id = "oauth_token", tag = "oauth", security(("client" = []), ("bearer" = [])), request_body(content = ExchangeForm, content_type = "application/x-www-form-urlencoded"), responses((status = 200, description = "The new token", body = IssuedBody)))]
async fn exchange(State(app): State<App>, asked: Asked) -> Result<Answer<IssuedBody>, Refused> {
    let issued = tokens::exchange(&asked.ctx, &app.identity, &asked.parameters).await?;
    Ok((NO_STORE, Json(issued.body())))
}

/// Where everything is.
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", operation_id = "oauth_metadata", tag = "oauth", security(()), responses((status = 200, description = "The addresses", body = Metadata)))]
pub(super) async fn metadata(State(app): State<App>) -> Response {
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    let metadata: Metadata = tokens::metadata(app.ground.settings());
    (cache, Json(metadata)).into_response()
}
