//! Compiling schemas, and what is wrong with a value by one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use jsonschema::{PatternOptions, Validator};
use parking_lot::Mutex;
use serde_json::Value;

use super::bounds::{BadSchema, bounded};

/// The largest compiled pattern, in bytes.
const MAX_PATTERN_SIZE: usize = 256 * 1024;
/// Most faults that are told.
const MAX_FAULTS: usize = 10;
/// Longest text of a fault, in characters.
const MAX_FAULT: usize = 200;
/// Compiled schemas of a generation; two generations are kept.
const GENERATION: usize = 128;

/// Schemas compiled lately. What is asked for moves into the young generation; when that is full, the old one goes.
#[derive(Default)]
struct Compiled {
    young: HashMap<String, Arc<Validator>>,
    old: HashMap<String, Arc<Validator>>,
}

static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);

impl Compiled {
    fn find(&mut self, text: &str) -> Option<Arc<Validator>> {
        if let Some(found) = self.young.get(text) {
            return Some(found.clone());
        }
        let found = self.old.remove(text)?;
        self.keep(text.to_owned(), found.clone());
        Some(found)
    }

    fn keep(&mut self, text: String, validator: Arc<Validator>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(text, validator);
    }
}

/// Whether something can be checked by this schema.
pub fn check(schema: &Value) -> Result<(), BadSchema> {
    compiled(schema).map(drop)
}

/// What is wrong with a value by a schema: the first few faults in words; `None` when it is as it should be. `{}` lets
/// everything pass.
pub fn faults(schema: &Value, value: &Value) -> Result<Option<String>, BadSchema> {
    if schema.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(None);
    }
    let validator = compiled(schema)?;
    if validator.is_valid(value) {
        return Ok(None);
    }
    let faults = validator.iter_errors(value).take(MAX_FAULTS).map(|fault| short(&fault.to_string()));
    Ok(Some(faults.collect::<Vec<_>>().join("; ")))
}

fn compiled(schema: &Value) -> Result<Arc<Validator>, BadSchema> {
    let text = schema.to_string();
    if let Some(known) = COMPILED.lock().find(&text) {
        return Ok(known);
    }
    bounded(schema)?;
    let patterns = PatternOptions::regex().size_limit(MAX_PATTERN_SIZE).dfa_size_limit(MAX_PATTERN_SIZE);
    let built = jsonschema::options().offline().with_pattern_options(patterns).build(schema);
    let validator = Arc::new(built.map_err(|why| BadSchema::Broken(short(&why.to_string())))?);
    COMPILED.lock().keep(text, validator.clone());
    Ok(validator)
}

/// A text that does not repeat all of what it is about.
fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_FAULT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_checked() {
        let schema = json!({
            "type": "object", "required": ["serial"], "additionalProperties": false,
            "properties": { "serial": { "type": "string", "pattern": "^[0-9]+$" } },
        });
        assert_eq!(faults(&schema, &json!({ "serial": "42" })), Ok(None));
        let wrong = faults(&schema, &json!({ "serial": "x", "y": 1 })).unwrap().unwrap();
        assert!(wrong.contains("; ") && wrong.contains("'y'"), "{wrong}");
        assert_eq!(faults(&json!({}), &json!([1])), Ok(None));
        assert!(faults(&json!(false), &json!({})).unwrap().is_some());
    }

    #[test]
    fn broken_schemas_are_refused() {
        for schema in [
            json!({ "type": "nonsense" }),
            json!({ "pattern": "(" }),
            json!({ "pattern": "(?=a)b" }),
            json!({ "pattern": "(a{1000}){1000}" }),
            json!({ "minLength": -1 }),
            json!({ "$schema": "https://example.com/meta" }),
        ] {
            assert!(matches!(check(&schema), Err(BadSchema::Broken(_))), "{schema}");
        }
    }

    #[test]
    fn a_pattern_takes_no_more_than_linear_time() {
        let schema = json!({ "additionalProperties": { "pattern": "^(a+)+$" } });
        let value = json!({ "x": format!("{}!", "a".repeat(60_000)) });
        let begun = std::time::Instant::now();
        assert!(faults(&schema, &value).unwrap().is_some());
        assert!(begun.elapsed().as_secs() < 5);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        for n in 0..3 * GENERATION {
            check(&json!({ "minLength": n })).unwrap();
        }
        let kept = COMPILED.lock();
        assert!(kept.young.len() <= GENERATION && kept.old.len() <= GENERATION);
    }
}
