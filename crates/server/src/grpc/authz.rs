//! `atom.v1.AuthzService`.

use atoll_access::check::{self, CheckRequest as Question};
use atoll_base::{Common, Error};
use serde_json::Value;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::atom::authz_service_server::AuthzService;
use super::atom::{CheckRequest, CheckResponse};
use super::caller;
use crate::app::App;
use crate::fresh;
use crate::status;

/// The service.
pub struct Authz(pub(super) App);

#[tonic::async_trait]
impl AuthzService for Authz {
    async fn check(&self, request: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        let Authz(app) = self;
        let answer = answer(app, request).await;
        answer.map(Response::new).map_err(|error| status::to_grpc(&error))
    }
}

async fn answer(app: &App, request: Request<CheckRequest>) -> Result<CheckResponse, Error> {
    let ctx = caller::of(app, &request).await?;
    let mut asked = request.into_inner();
    let at_least = std::mem::take(&mut asked.at_least);
    fresh::wait(app, Some(at_least.as_str()).filter(|token| !token.is_empty())).await?;
    let asked = question(asked)?;
    let decision = check::check(&ctx, &asked).await?;
    let revision = decision.revision.to_string();
    Ok(CheckResponse { allowed: decision.allowed, reason: decision.reason, revision })
}

/// Empty strings mean "not given".
fn question(asked: CheckRequest) -> Result<Question, Error> {
    let context = asked.context.into_iter().map(|(key, value)| (key, Value::String(value))).collect();
    Ok(Question {
        subject: id("subject_id", &asked.subject_id)?
            .ok_or_else(|| Common::Invalid("invalid subject_id: expected UUID".into()))?,
        action: asked.action,
        resource_id: id("resource_id", &asked.resource_id)?,
        object_kind: Some(asked.object_kind).filter(|kind| !kind.is_empty()),
        object_id: id("object_id", &asked.object_id)?,
        context: Value::Object(context),
        as_of: None,
        transport: Some("grpc"),
    })
}

fn id(field: &str, text: &str) -> Result<Option<Uuid>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let id = text.parse().map_err(|_| Common::Invalid(format!("invalid {field}: expected UUID")))?;
    Ok(Some(id))
}
