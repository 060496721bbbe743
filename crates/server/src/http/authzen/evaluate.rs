//! `POST /access/v1/evaluation`: one decision.

use atoll_access::check::{CheckRequest, check};
use atoll_access::search::{may_ask, require_asking};
use atoll_base::decisions::RevisionToken;
use atoll_base::{Error, Event, Result};
use atoll_policy::ObjectKind;
use serde::Serialize;
use uuid::Uuid;

use super::asked::Asker;
use super::names::{self, Named};
use super::request::Evaluation;
use crate::status;

/// This door, as the ledger calls it.
const TRANSPORT: &str = "authzen";

/// The answer to one question.
#[derive(Debug, Serialize)]
pub(super) struct Decision {
    pub(super) decision: bool,
    context: Why,
    /// What it was decided on.
    #[serde(skip)]
    pub(super) revision: RevisionToken,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Reason(String),
    Error { status: u16, code: &'static str, message: String },
}

impl Decision {
    fn new(decision: bool, reason: String) -> Decision {
        Decision { decision, context: Why::Reason(reason), revision: RevisionToken::default() }
    }

    /// What a question among others comes to when it cannot be answered.
    pub(super) fn failed(error: &Error) -> Decision {
        status::log(error);
        let (status, code) = (status::http(error.kind()).as_u16(), error.code());
        let context = Why::Error { status, code, message: error.to_string() };
        Decision { decision: false, context, revision: RevisionToken::default() }
    }
}

/// Decides. A name that stands for nothing is a refusal, for those who might ask if it did.
pub(super) async fn decide(asker: &Asker, evaluation: &Evaluation<'_>) -> Result<Decision> {
    let [subject_type, subject_id] =
        [evaluation.subject.text("subject.type")?, evaluation.subject.text("subject.id")?];
    let action = evaluation.action.text("action.name")?;
    let [resource_type, resource_id] =
        [evaluation.resource.text("resource.type")?, evaluation.resource.text("resource.id")?];
    // Before anything is looked up, so that a refusal of them does not tell what is there.
    let claims = evaluation.claims()?;
    let subject = names::subject(asker, subject_type, subject_id).await?;
    let named = names::object(asker, resource_type, resource_id).await?;
    let (Some(subject), Some(object)) = (subject, named.object) else {
        return unknown(
            asker,
            subject,
            &named,
            [subject_type, subject_id],
            action,
            [resource_type, resource_id],
        );
    };
    let request = CheckRequest {
        subject,
        action: action.to_owned(),
        resource_id: None,
        object_kind: Some(object.kind.as_str().to_owned()),
        object_id: Some(object.id),
        context: claims,
        as_of: None,
        transport: Some(TRANSPORT),
    };
    let answer = check(&asker.ctx, &request).await?;
    // Aliases can be guessed: why something is refused, and where it belongs, tells that it is there.
    if !answer.allowed && named.by_alias && !may_ask(&asker.ctx, named.asked_at)? {
        return Ok(Decision::new(false, missing(named.kind)));
    }
    Ok(Decision { revision: answer.revision, ..Decision::new(answer.allowed, answer.reason) })
}

fn unknown(
    asker: &Asker,
    subject: Option<Uuid>,
    named: &Named,
    who: [&str; 2],
    action: &str,
    what: [&str; 2],
) -> Result<Decision> {
    if !asker.is(subject) {
        require_asking(&asker.ctx, named.asked_at)?;
    }
    let reason = if subject.is_none() { "subject not found".to_owned() } else { missing(named.kind) };
    let event = Event::new("authz.check")
        .of(named.asked_at)
        .detail("subject", who.join(" "))
        .detail("action", action.to_owned())
        .detail("object", what.join(" "))
        .detail("reason", reason.clone())
        .detail("transport", TRANSPORT)
        .ended(atoll_base::Outcome::Deny, reason.clone());
    asker.ctx.note(event);
    Ok(Decision::new(false, reason))
}

fn missing(kind: ObjectKind) -> String {
    format!("{kind} not found")
}
