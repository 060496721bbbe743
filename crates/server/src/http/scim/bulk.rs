//! `POST /Bulk`: many requests in one, each carried out by itself.

use std::collections::{BTreeMap, HashMap};

use atoll_identity::scim::bulk::{Bulk, Operation};
use atoll_identity::scim::{Request, ScimFault, Verb};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Meta, Refused};
use super::asked::Asked;
use crate::status;

pub(super) async fn answer(asked: Asked) -> Result<Response, Refused> {
    let fields = match asked.fields() {
        Ok(fields) => fields,
        Err(response) => return Ok(*response),
    };
    let bulk = Bulk::read(&fields)?;
    let outcomes = carried_out(&asked, &bulk).await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
        "Operations": outcomes,
    });
    Ok(asked.answered(answer::body(StatusCode::OK, &body)))
}

/// Carries out what is ready, again and again: whatever refers to something comes after it. What is left at the end waits
/// for something that nobody made.
async fn carried_out(asked: &Asked, bulk: &Bulk) -> Vec<Value> {
    let mut waiting: BTreeMap<usize, &Operation> = bulk.operations.iter().enumerate().collect();
    let mut made: HashMap<String, Uuid> = HashMap::new();
    let mut outcomes: BTreeMap<usize, Value> = BTreeMap::new();
    let mut failures = 0;
    let enough = |failures: u64| bulk.fail_on_errors.is_some_and(|most| most > 0 && failures >= most);
    while !enough(failures) {
        let Some((at, operation)) =
            waiting.iter().find(|(_, one)| one.is_ready(&made)).map(|(at, one)| (*at, *one))
        else {
            break;
        };
        waiting.remove(&at);
        let outcome = match one(asked, &operation.resolved(&made)).await {
            Ok((status, meta, id)) => {
                made.extend(operation.bulk_id.clone().zip(id));
                succeeded(operation, status, &meta)
            }
            Err(refused) => {
                failures += 1;
                failed(operation, &refused)
            }
        };
        outcomes.insert(at, outcome);
    }
    if !enough(failures) {
        for (at, operation) in waiting {
            let why = ScimFault::Value("it refers to a bulkId of which nothing was made".into());
            outcomes.insert(at, failed(operation, &why.into()));
        }
    }
    outcomes.into_values().collect()
}

async fn one(asked: &Asked, operation: &Operation) -> Result<(StatusCode, Meta, Option<Uuid>), Refused> {
    let (verb, noun, id) = operation.target()?;
    let if_match = operation.version.as_deref();
    let request = Request { verb, noun, id, data: &operation.data, if_match };
    match request.carry_out(&asked.ctx, &asked.site, asked.hasher()).await? {
        None => {
            let location = id.map(|id| asked.site.location(noun, id)).unwrap_or_default();
            Ok((StatusCode::NO_CONTENT, Meta { location, ..Meta::default() }, None))
        }
        Some(shown) => {
            let id = shown["id"].as_str().and_then(|id| id.parse().ok());
            let status = if verb == Verb::Post { StatusCode::CREATED } else { StatusCode::OK };
            Ok((status, Meta::of(&shown), id))
        }
    }
}

fn succeeded(operation: &Operation, status: StatusCode, meta: &Meta) -> Value {
    let mut outcome = repeated(operation, status);
    outcome["location"] = meta.location.as_str().into();
    if !meta.version.is_empty() {
        outcome["version"] = meta.version.as_str().into();
    }
    outcome
}

fn failed(operation: &Operation, refused: &Refused) -> Value {
    status::log(&refused.0);
    let mut outcome = repeated(operation, refused.status());
    outcome["response"] = refused.body();
    outcome
}

fn repeated(operation: &Operation, status: StatusCode) -> Value {
    let mut outcome = json!({ "method": operation.method, "status": status.as_str() });
    if let Some(id) = &operation.bulk_id {
        outcome["bulkId"] = id.as_str().into();
    }
    outcome
}
