//! Many requests in one (RFC 7644 §3.7): what a request is waiting for, and how a place among many is read.

use std::collections::HashMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::fault::ScimFault;
use super::matching::field;
use super::request::Verb;
use super::schema::Noun;

/// The most operations of a request.
pub const MOST_OPERATIONS: usize = 200;
/// How an operation refers to what another one makes.
const REFERENCE: &str = "bulkId:";

/// Many requests.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// After so many failures nothing more is done.
    pub fail_on_errors: Option<u64>,
    /// In the order in which they were given.
    pub operations: Vec<Operation>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Operation {
    /// As it was given, to be repeated in the answer.
    pub method: String,
    /// What others call what it makes.
    pub bulk_id: Option<String>,
    /// Where: `/Users`, `/Groups/{id}`.
    pub path: String,
    /// Only if it still has this version.
    pub version: Option<String>,
    /// What was sent.
    pub data: Map<String, Value>,
}

impl Bulk {
    /// Reads a request.
    pub fn read(fields: &Map<String, Value>) -> Result<Bulk, ScimFault> {
        let operations = field(fields, "Operations").and_then(Value::as_array);
        let operations = operations.ok_or_else(|| ScimFault::Syntax("Operations must be a list".into()))?;
        if operations.len() > MOST_OPERATIONS {
            return Err(ScimFault::TooLarge(format!("at most {MOST_OPERATIONS} operations in one request")));
        }
        let fail_on_errors = match field(fields, "failOnErrors") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let bad = || ScimFault::Value("failOnErrors must be a whole number".into());
                Some(value.as_u64().ok_or_else(bad)?)
            }
        };
        let operations = operations.iter().map(Operation::read).collect::<Result<_, _>>()?;
        Ok(Bulk { fail_on_errors, operations })
    }
}

impl Operation {
    fn read(value: &Value) -> Result<Operation, ScimFault> {
        let fields =
            value.as_object().ok_or_else(|| ScimFault::Syntax("an operation must be an object".into()))?;
        let text = |name: &str| field(fields, name).and_then(Value::as_str).map(str::to_owned);
        let data = match field(fields, "data") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(data)) => data.clone(),
            Some(_) => return Err(ScimFault::Syntax("data must be an object".into())),
        };
        Ok(Operation {
            method: text("method").ok_or_else(|| ScimFault::Syntax("an operation needs a method".into()))?,
            bulk_id: text("bulkId"),
            path: text("path").ok_or_else(|| ScimFault::Syntax("an operation needs a path".into()))?,
            version: text("version"),
            data,
        })
    }

    /// What is to be done, and with what.
    pub fn target(&self) -> Result<(Verb, Noun, Option<Uuid>), ScimFault> {
        let verb = match self.method.to_ascii_uppercase().as_str() {
            "POST" => Verb::Post,
            "PUT" => Verb::Put,
            "PATCH" => Verb::Patch,
            "DELETE" => Verb::Delete,
            _ => return Err(ScimFault::Syntax("method must be POST, PUT, PATCH or DELETE".into())),
        };
        let (endpoint, id) = match self.path.trim_start_matches('/').split_once('/') {
            Some((endpoint, id)) => (endpoint, Some(id)),
            None => (self.path.trim_start_matches('/'), None),
        };
        let noun = Noun::ALL.into_iter().find(|noun| noun.endpoint() == endpoint);
        let noun = noun.ok_or_else(|| ScimFault::Path("path must begin with /Users or /Groups".into()))?;
        if verb == Verb::Post && self.bulk_id.as_deref().is_none_or(str::is_empty) {
            return Err(ScimFault::Syntax("a POST needs a bulkId".into()));
        }
        if (verb == Verb::Post) == id.is_some() {
            return Err(ScimFault::Path(
                "a POST is for a kind of resource, everything else for one resource".into(),
            ));
        }
        let id = id.map(|id| id.parse().map_err(|_| ScimFault::NotFound)).transpose()?;
        Ok((verb, noun, id))
    }

    /// Whether everything that it refers to has been made.
    pub fn is_ready(&self, made: &HashMap<String, Uuid>) -> bool {
        let known = |text: &str| text.strip_prefix(REFERENCE).is_none_or(|id| made.contains_key(id));
        let in_path = self.path.rsplit('/').next().is_none_or(known);
        in_path && every_text(&self.data, &known)
    }

    /// The same with the ids of what it refers to.
    pub fn resolved(&self, made: &HashMap<String, Uuid>) -> Operation {
        let id_of = |text: &str| {
            let id = text.strip_prefix(REFERENCE).and_then(|id| made.get(id));
            id.map(Uuid::to_string)
        };
        let mut resolved = self.clone();
        if let Some((endpoint, last)) = self.path.rsplit_once('/')
            && let Some(id) = id_of(last)
        {
            resolved.path = format!("{endpoint}/{id}");
        }
        for value in resolved.data.values_mut() {
            put_ids(value, &id_of);
        }
        resolved
    }
}

fn every_text(data: &Map<String, Value>, holds: &impl Fn(&str) -> bool) -> bool {
    fn each(value: &Value, holds: &impl Fn(&str) -> bool) -> bool {
        match value {
            Value::String(text) => holds(text),
            Value::Array(items) => items.iter().all(|item| each(item, holds)),
            Value::Object(fields) => fields.values().all(|value| each(value, holds)),
            _ => true,
        }
    }
    data.values().all(|value| each(value, holds))
}

fn put_ids(value: &mut Value, id_of: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(id) = id_of(text) {
                *text = id;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_ids(item, id_of)),
        Value::Object(fields) => fields.values_mut().for_each(|value| put_ids(value, id_of)),
        _ => {}
    }
}
