//! Reading a GraphQL request (GraphQL over HTTP, `application/json`).

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, Variables};
use atoll_access::simulate::Wish;
use atoll_base::door::cost;
use atoll_base::settings::Settings;
use serde::Deserialize;
use serde_json::Value;

use super::documents::Documents;
use super::proving;

/// A body that is not a GraphQL request.
#[derive(Debug, thiserror::Error)]
pub enum BadRequest {
    /// It is not JSON of the right shape; the request was not read at all.
    #[error("the body is not a GraphQL request: {0}")]
    Body(String),
    /// Several requests at once.
    #[error("batches are not supported; send one request at a time")]
    Batch,
    /// The query itself is not one that is carried out; answered in `errors`.
    #[error("{0}")]
    Query(String),
}

#[derive(Deserialize)]
struct Body {
    query: Option<String>,
    #[serde(default)]
    variables: Option<Value>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
    #[serde(default)]
    extensions: Option<Extensions>,
}

/// What a request wants besides its query.
#[derive(Default, Deserialize)]
struct Extensions {
    #[serde(default, rename = "dryRun")]
    dry_run: Value,
}

/// Whether a request is to be tried only, and what is then to be told: `true`, or an object of wishes.
fn dry_run(given: Value) -> Result<Option<Wish>, BadRequest> {
    match given {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some(Wish::default())),
        wishes => serde_json::from_value(wishes)
            .map(Some)
            .map_err(|why| BadRequest::Body(format!("extensions.dryRun: {why}"))),
    }
}

/// A request that was understood.
pub struct Asked {
    /// What to carry out.
    pub request: Request,
    /// Carry it out only to see what it would do.
    pub dry_run: Option<Wish>,
    document: Arc<ExecutableDocument>,
}

impl Asked {
    /// How many of its fields prove a secret.
    pub(crate) fn proofs(&self, signed_in: bool) -> u64 {
        proving::count(&self.document, self.request.operation_name.as_deref(), signed_in)
    }
}

/// The request in a body, parsed and within bounds.
pub fn read(body: &[u8], settings: &Settings, documents: &Documents) -> Result<Asked, BadRequest> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(several(body));
    }
    let body: Body = serde_json::from_slice(body).map_err(|why| BadRequest::Body(why.to_string()))?;
    let Some(query) = body.query else {
        return Err(BadRequest::Query("the request has no query".into()));
    };
    let document = understood(&query, settings, documents)?;
    let variables = match body.variables {
        None | Some(Value::Null) => Variables::default(),
        Some(object @ Value::Object(_)) => Variables::from_json(object),
        Some(_) => return Err(BadRequest::Body("variables must be an object".into())),
    };
    let mut request = Request::new(query).variables(variables);
    request.operation_name = body.operation_name.filter(|name| !name.is_empty());
    request.set_parsed_query(ExecutableDocument::clone(&document));
    Ok(Asked { request, dry_run: dry_run(body.extensions.unwrap_or_default().dry_run)?, document })
}

/// The document of a query, within bounds; read only once as long as it is remembered.
fn understood(
    query: &str,
    settings: &Settings,
    documents: &Documents,
) -> Result<Arc<ExecutableDocument>, BadRequest> {
    if let Some(known) = documents.find(query) {
        return Ok(known);
    }
    cost::brackets(query).map_err(|why| BadRequest::Body(why.to_string()))?;
    let document = Arc::new(parse_query(query).map_err(|why| BadRequest::Query(why.to_string()))?);
    let (depth, fields) = (settings.graphql_max_depth, settings.graphql_max_complexity);
    cost::check(&document, depth as usize, fields as usize)
        .map_err(|why| BadRequest::Query(why.to_string()))?;
    documents.keep(query, &document);
    Ok(document)
}

fn several(body: &[u8]) -> BadRequest {
    match serde_json::from_slice::<Vec<Value>>(body) {
        Ok(items) if items.is_empty() => BadRequest::Query("the request has no query".into()),
        Ok(_) => BadRequest::Batch,
        Err(why) => BadRequest::Body(why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(body: &str) -> &'static str {
        match read(body.as_bytes(), &Settings::for_tests(), &Documents::default()) {
            Ok(_) => "read",
            Err(BadRequest::Body(_)) => "body",
            Err(BadRequest::Batch) => "batch",
            Err(BadRequest::Query(_)) => "query",
        }
    }

    #[test]
    fn bodies_are_told_apart() {
        assert_eq!(outcome(r#"{"query":"{ health }"}"#), "read");
        assert_eq!(outcome(r#"{"query":"{ health }","variables":null,"operationName":null}"#), "read");
        assert_eq!(outcome("[]"), "query");
        assert_eq!(outcome("{}"), "query");
        assert_eq!(outcome(r#"{"query":"{ health"}"#), "query");
        assert_eq!(outcome(r#"[{"query":"{ health }"}]"#), "batch");
        assert_eq!(outcome("no json"), "body");
        assert_eq!(outcome(r#"{"query":"{ health }","variables":[1]}"#), "body");
        let wish =
            |wish: &str| outcome(&format!(r#"{{"query":"{{ health }}","extensions":{{"dryRun":{wish}}}}}"#));
        for given in ["true", "false", "null", r#"{"replay":{"last":5}}"#, r#"{"replay":{}}"#] {
            assert_eq!(wish(given), "read", "{given}");
        }
        for given in ["1", r#"{"repaly":{}}"#, r#"{"replay":{"last":-1}}"#] {
            assert_eq!(wish(given), "body", "{given}");
        }
        assert_eq!(outcome(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))), "body");
        let deep = format!("{{ health(x: {}1{}) }}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(outcome(&serde_json::json!({ "query": deep }).to_string()), "body");
    }
}
