//! Public files of the certificate authority, and the status of certificates.

use std::borrow::Cow;

use atoll_base::Error;
use atoll_pki::{crl, ocsp};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use utoipa::OpenApi;

use super::body;
use crate::app::App;
use crate::status::{self, Failure};

/// The largest question about certificates, in bytes of DER: one about 32 of them is smaller.
pub(super) const MOST_BYTES: usize = 16 * 1024;

/// `internalError`, which is not signed (RFC 6960 §2.3).
const FAILED: [u8; 5] = [0x30, 0x03, 0x0a, 0x01, 0x02];

/// What these routes say of themselves.
#[derive(OpenApi)]
#[openapi(paths(chain, list, ask, ask_by_path))]
pub(super) struct Described;

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/certs/ca-chain", get(chain))
        .route("/certs/crl", get(list))
        .route("/certs/ocsp", post(ask))
        .route("/certs/ocsp/{*question}", get(ask_by_path))
}

/// The certificate that signs and the root above it.
#[utoipa::path(get, path = "/certs/ca-chain", operation_id = "ca_chain", tag = "certificates", security(()),
    responses((status = 200, description = "PEM", content_type = "application/x-pem-file", body = String)))]
pub(super) async fn chain(State(app): State<App>) -> Result<Response, Failure> {
    let chain = app.pki.authority()?.chain_pem().to_owned();
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], chain).into_response())
}

/// The list of revoked certificates (RFC 5280).
#[utoipa::path(get, path = "/certs/crl", operation_id = "crl", tag = "certificates", security(()),
    responses((status = 200, description = "DER", content_type = "application/pkix-crl", body = Vec<u8>)))]
pub(super) async fn list(State(app): State<App>) -> Result<Response, Failure> {
    let list = crl::current(&app.ground, app.pki.authority()?).await?;
    Ok(der("application/pkix-crl", list))
}

/// Whether certificates were revoked (RFC 6960).
#[utoipa::path(post, path = "/certs/ocsp", operation_id = "ocsp", tag = "certificates", security(()),
    request_body(content = Vec<u8>, content_type = "application/ocsp-request", description = "DER"),
    responses((status = 200, description = "DER", content_type = "application/ocsp-response", body = Vec<u8>)))]
pub(super) async fn ask(
    State(app): State<App>,
    question: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    match question {
        Ok(question) => answer(&app, &question).await,
        Err(rejection) => Ok(body::unread(&rejection)),
    }
}

/// The same, with the question in the path: Base64 of the DER, as a part of an address (RFC 6960 appendix A.1).
#[utoipa::path(get, path = "/certs/ocsp/{question}", operation_id = "ocsp_by_path", tag = "certificates", security(()),
    params(("question" = String, Path, description = "Base64 of the DER")),
    responses((status = 200, description = "DER", content_type = "application/ocsp-response", body = Vec<u8>)))]
pub(super) async fn ask_by_path(
    State(app): State<App>,
    Path(question): Path<String>,
) -> Result<Response, Failure> {
    // Some clients leave the padding out, or write the other alphabet.
    let text = question.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let padded = format!("{text}{}", &"==="[..(4 - text.len() % 4) % 4]);
    let question = match padded.len() <= MOST_BYTES {
        true => BASE64_STANDARD.decode(padded).unwrap_or_default(),
        false => Vec::new(),
    };
    answer(&app, &question).await
}

async fn answer(app: &App, question: &[u8]) -> Result<Response, Failure> {
    let answer = match ocsp::answer(&app.ground, app.pki.authority()?, question).await {
        Ok(answer) => Cow::from(answer),
        Err(error) => failed(&error),
    };
    Ok(der("application/ocsp-response", answer.into_owned()))
}

/// Clients of this protocol read its own word for it only.
fn failed(error: &Error) -> Cow<'static, [u8]> {
    status::log(error);
    Cow::from(FAILED.as_slice())
}

/// What is revoked now counts now: nothing on the way may keep an answer.
fn der(kind: &'static str, content: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], content).into_response()
}
