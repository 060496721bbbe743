//! `POST /access/v1/evaluations`: several decisions at once.

use serde::Serialize;
use serde_json::Value;

use atoll_base::Result;
use atoll_base::decisions::RevisionToken;

use super::asked::Asker;
use super::evaluate::{self, Decision};
use super::request::{BadRequest, Evaluation, Fields, object, present};

/// Most questions in one request.
const MAX_EVALUATIONS: usize = 200;

/// Decisions in the order of their questions; one decision when the request asks one question.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Outcome {
    One(Decision),
    Many { evaluations: Vec<Decision> },
}

impl Outcome {
    /// What it was decided on.
    pub(super) fn revision(&self) -> RevisionToken {
        match self {
            Outcome::One(decision) => decision.revision.clone(),
            Outcome::Many { evaluations } => {
                let all = evaluations.iter().map(|decision| &decision.revision);
                all.fold(RevisionToken::default(), |all, one| all.and(one))
            }
        }
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

impl Semantic {
    fn read(body: &Fields) -> Result<Semantic, BadRequest> {
        let options = object(body, "options", "options")?;
        match options.and_then(|options| present(options, "evaluations_semantic")) {
            None => Ok(Semantic::ExecuteAll),
            Some(text) => match text.as_str() {
                Some("execute_all") => Ok(Semantic::ExecuteAll),
                Some("deny_on_first_deny") => Ok(Semantic::DenyOnFirstDeny),
                Some("permit_on_first_permit") => Ok(Semantic::PermitOnFirstPermit),
                _ => Err(BadRequest::Semantic),
            },
        }
    }

    fn stops_after(self, decision: bool) -> bool {
        match self {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !decision,
            Semantic::PermitOnFirstPermit => decision,
        }
    }
}

/// Decides each question in turn. What is wrong with one is its refusal; the others are decided.
pub(super) async fn decide(asker: &Asker, body: &Fields) -> Result<Outcome> {
    let shared = Evaluation::read(body)?;
    let semantic = Semantic::read(body)?;
    let items = match present(body, "evaluations") {
        None => &[][..],
        Some(list) => list.as_array().ok_or(BadRequest::NotAList("evaluations"))?,
    };
    if items.is_empty() {
        return Ok(Outcome::One(evaluate::decide(asker, &shared).await?));
    }
    if items.len() > MAX_EVALUATIONS {
        return Err(BadRequest::TooMany(MAX_EVALUATIONS).into());
    }
    let mut evaluations = Vec::with_capacity(items.len());
    for item in items {
        let decision = match one(asker, item, shared).await {
            Ok(decision) => decision,
            Err(error) => Decision::failed(&error),
        };
        let last = semantic.stops_after(decision.decision);
        evaluations.push(decision);
        if last {
            break;
        }
    }
    Ok(Outcome::Many { evaluations })
}

async fn one(asker: &Asker, item: &Value, shared: Evaluation<'_>) -> Result<Decision> {
    let item = item.as_object().ok_or(BadRequest::NotAnObject("an evaluation"))?;
    evaluate::decide(asker, &Evaluation::read(item)?.or(shared)).await
}
