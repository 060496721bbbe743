//! `GET /audit/v1/export`: the audit log as a file.

use atoll_access::audit::AuditFilter;
use atoll_access::audit::export::{Export, Format};
use atoll_base::ctx::Origin;
use atoll_base::door::graphql as door;
use atoll_base::{Common, Error, Outcome, Result, fields};
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use futures::stream::unfold;
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller;
use crate::app::App;
use crate::status::{Failure, log};

/// What is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// `csv` or `jsonl`.
    format: String,
    /// Not before this (RFC 3339).
    from: Option<String>,
    /// Before this (RFC 3339).
    to: Option<String>,
    tenant_id: Option<String>,
    actor_entity_id: Option<String>,
    target_kind: Option<String>,
    target_id: Option<String>,
    event: Option<String>,
    outcome: Option<String>,
    search: Option<String>,
    /// The cursor of the line to go on behind.
    after: Option<String>,
}

impl Asked {
    fn filter(self) -> Result<AuditFilter> {
        let id = |field, text: Option<String>| text.map(|text| fields::uuid(field, &text)).transpose();
        let outcome = |text: String| {
            let wrong = || Common::Invalid("outcome must be allow, deny or error".into());
            Outcome::named(&text).ok_or_else(wrong)
        };
        let filter = AuditFilter {
            actor: id("actorEntityId", self.actor_entity_id)?,
            tenant: id("tenantId", self.tenant_id)?,
            target_kind: self.target_kind,
            target: id("targetId", self.target_id)?,
            event: self.event,
            outcome: self.outcome.map(outcome).transpose()?,
            from: door::moment("from", self.from.as_deref())?,
            to: door::moment("to", self.to.as_deref())?,
            text: None,
        };
        filter.with_text(self.search)
    }
}

/// Streams the records. One that breaks off has no proper end, so that the client notices.
#[utoipa::path(get, path = "/audit/v1/export", operation_id = "audit_export", tag = "audit", params(Asked),
    responses((status = 200, description = "The records, one in each line", content(
        (String = "text/csv"), (String = "application/jsonl")))))]
pub(super) async fn export(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    method: Method,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(asked) = asked.map_err(|why| Common::Invalid(why.body_text()))?;
    let ctx = caller::of(&app, &origin, &method, &headers).await?;
    let format: Format = asked.format.parse()?;
    let after = asked.after.clone().filter(|after| !after.is_empty());
    let export = Export::begin(&ctx, asked.filter()?, format, after).await?;
    let lines = unfold(Some(export), |export| async move {
        let mut export = export?;
        match export.next().await {
            Ok(Some(lines)) => Some((Ok(lines), Some(export))),
            Ok(None) => None,
            Err(error) => {
                log(&error);
                Some((Err::<Vec<u8>, Error>(error), None))
            }
        }
    });
    let name = format!("attachment; filename=\"audit.{}\"", format.ending());
    let head = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, Body::from_stream(lines)).into_response())
}
