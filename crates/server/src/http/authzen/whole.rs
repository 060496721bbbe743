//! A request read from end to end, without anything being carried out.

use atoll_base::Fault;
use serde_json::Value;

use super::asked;
use super::request::{Evaluation, Page, present};

/// Reads a body as the evaluation, the evaluations and the search that it may be; the names that it found.
///
/// # Errors
/// The code of the first refusal.
pub fn authzen_request(content: &[u8]) -> Result<Vec<String>, String> {
    let body = asked::object(content).map_err(|why| why.code().to_owned())?;
    let shared = Evaluation::read(&body).map_err(|why| why.code().to_owned())?;
    Page::read(&body).map_err(|why| why.code().to_owned())?;
    let mut names = names_in(&shared)?;
    for item in present(&body, "evaluations").and_then(Value::as_array).into_iter().flatten() {
        let Some(item) = item.as_object() else { continue };
        let Ok(own) = Evaluation::read(item) else { continue };
        names.extend(names_in(&own.or(shared))?);
    }
    Ok(names)
}

fn names_in(evaluation: &Evaluation<'_>) -> Result<Vec<String>, String> {
    let Evaluation { subject, action, resource, .. } = evaluation;
    let texts = [
        subject.text("subject.type"),
        subject.text("subject.id"),
        action.text("action.name"),
        resource.text("resource.type"),
        resource.text("resource.id"),
    ];
    evaluation.claims().map_err(|why| why.code().to_owned())?;
    // Searches leave names out; those that are there have to be in order.
    Ok(texts.into_iter().flatten().map(str::to_owned).collect())
}
