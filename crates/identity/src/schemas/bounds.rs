//! What a schema may hold: known before anything of it is carried out.

use std::collections::HashMap;

use serde_json::Value;

/// Most bytes of a schema, written as JSON.
const MAX_BYTES: usize = 64 * 1024;
/// Most levels of a schema.
const MAX_DEPTH: usize = 32;
/// Most parts that a schema stands for when every reference is spelt out.
const MAX_COST: usize = 2_000;
/// Most references of which each leads to the next.
const MAX_CHAIN: usize = 32;
/// Most regular expressions.
const MAX_PATTERNS: usize = 64;
/// Longest regular expression, in bytes.
const MAX_PATTERN: usize = 512;

/// Keywords below which there is data.
const DATA: [&str; 5] = ["const", "enum", "default", "examples", "example"];
/// Keywords below which names lead to schemas.
const NAMED: [&str; 6] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];
/// Keywords that go beyond the schema, or around in it.
const ELSEWHERE: [&str; 5] =
    ["$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor", "$anchor"];
/// Keywords that look at everything beside them once more.
const TWICE: [&str; 2] = ["unevaluatedProperties", "unevaluatedItems"];

/// Why a schema is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSchema {
    /// Neither an object nor true or false.
    #[error("a schema is a JSON object")]
    Shape,
    /// Too many bytes.
    #[error("at most {MAX_BYTES} bytes of JSON")]
    TooLarge,
    /// Too many levels.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// It stands for too much checking.
    #[error("it stands for more than {MAX_COST} checks")]
    TooCostly,
    /// References without an end.
    #[error("a reference leads back to itself")]
    Cycle,
    /// A reference to another document.
    #[error("'{0}' refers to something outside; only references within the schema (#/...) are followed")]
    Outside(String),
    /// A reference to nothing.
    #[error("'{0}' refers to nothing")]
    Dangling(String),
    /// A keyword that makes references depend on where they are read from.
    #[error("the keyword '{0}' is not supported")]
    Keyword(String),
    /// Too many or too long.
    #[error("at most {MAX_PATTERNS} patterns, each of at most {MAX_PATTERN} bytes")]
    Patterns,
    /// What the compiler of schemas says.
    #[error("{0}")]
    Broken(String),
}

/// Whether a schema is within bounds.
pub(super) fn bounded(schema: &Value) -> Result<(), BadSchema> {
    if !schema.is_object() && !schema.is_boolean() {
        return Err(BadSchema::Shape);
    }
    if !shallow(schema, MAX_DEPTH) {
        return Err(BadSchema::TooDeep);
    }
    if schema.to_string().len() > MAX_BYTES {
        return Err(BadSchema::TooLarge);
    }
    let mut walk = Walk { root: schema, known: HashMap::new(), open: Vec::new(), patterns: 0 };
    match walk.schema(schema, true)? {
        cost if cost > MAX_COST => Err(BadSchema::TooCostly),
        _ => Ok(()),
    }
}

fn shallow(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| shallow(item, levels - 1)),
        Value::Object(fields) => levels > 0 && fields.values().all(|field| shallow(field, levels - 1)),
        _ => true,
    }
}

struct Walk<'s> {
    root: &'s Value,
    /// What the targets of references cost.
    known: HashMap<&'s str, usize>,
    open: Vec<&'s str>,
    patterns: usize,
}

impl<'s> Walk<'s> {
    fn schema(&mut self, schema: &'s Value, top: bool) -> Result<usize, BadSchema> {
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Array(items) => {
                return items
                    .iter()
                    .try_fold(1, |sum: usize, item| Ok(sum.saturating_add(self.schema(item, false)?)));
            }
            _ => return Ok(1),
        };
        let mut cost = 1_usize;
        for (key, value) in fields {
            let part = match key.as_str() {
                data if DATA.contains(&data) => 1,
                "$ref" if value.is_string() => self.reference(value.as_str().unwrap_or_default())?,
                "$id" | "id" if value.is_string() && !top => return Err(BadSchema::Keyword(key.clone())),
                elsewhere if ELSEWHERE.contains(&elsewhere) => return Err(BadSchema::Keyword(key.clone())),
                "pattern" => self.pattern(value.as_str().unwrap_or_default())?,
                named if NAMED.contains(&named) && value.is_object() => {
                    self.named(value, named == "patternProperties")?
                }
                _ => self.schema(value, false)?,
            };
            cost = cost.saturating_add(part);
        }
        let times = if fields.keys().any(|key| TWICE.contains(&key.as_str())) { 2 } else { 1 };
        Ok(cost.saturating_mul(times))
    }

    /// Names that lead to schemas: a property may be called like a keyword.
    fn named(&mut self, names: &'s Value, patterns: bool) -> Result<usize, BadSchema> {
        let mut cost = 1_usize;
        for (name, schema) in names.as_object().into_iter().flatten() {
            if patterns {
                self.pattern(name)?;
            }
            cost = cost.saturating_add(self.schema(schema, false)?);
        }
        Ok(cost)
    }

    fn pattern(&mut self, pattern: &str) -> Result<usize, BadSchema> {
        self.patterns += 1;
        if self.patterns > MAX_PATTERNS || pattern.len() > MAX_PATTERN {
            return Err(BadSchema::Patterns);
        }
        Ok(1)
    }

    fn reference(&mut self, reference: &'s str) -> Result<usize, BadSchema> {
        let pointer = match reference.strip_prefix('#') {
            Some("") => return Err(BadSchema::Cycle),
            Some(pointer) if pointer.starts_with('/') && !pointer.contains('%') => pointer,
            _ => return Err(BadSchema::Outside(shown(reference))),
        };
        if let Some(cost) = self.known.get(reference) {
            return Ok(*cost);
        }
        if self.open.contains(&reference) {
            return Err(BadSchema::Cycle);
        }
        if self.open.len() >= MAX_CHAIN {
            return Err(BadSchema::TooCostly);
        }
        let target = self.root.pointer(pointer).ok_or_else(|| BadSchema::Dangling(shown(reference)))?;
        self.open.push(reference);
        let cost = self.schema(target, false)?;
        self.open.pop();
        self.known.insert(reference, cost);
        Ok(cost)
    }
}

/// A reference as an error shows it.
fn shown(reference: &str) -> String {
    reference.chars().filter(|letter| !letter.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ordinary_schemas_are_within_bounds() {
        for schema in [
            json!({}),
            json!(true),
            json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$id": "https://atoll.example/meter",
                "type": "object",
                "properties": {
                    "serial": { "type": "string", "pattern": "^[A-Z]{2}[0-9]+$" },
                    "enum": { "enum": ["a", { "$ref": "https://not.a.reference/" }] },
                    "$ref": { "type": "string" },
                    "place": { "$ref": "#/$defs/place" },
                },
                "required": ["serial"],
                "$defs": { "place": { "type": "object", "properties": { "id": { "type": "string" } } } },
            }),
        ] {
            assert_eq!(bounded(&schema), Ok(()), "{schema}");
        }
    }

    #[test]
    fn nothing_outside_is_referred_to() {
        for reference in [
            "https://example.com/schema.json",
            "http://169.254.169.254/",
            "file:///etc/passwd",
            "other.json",
            "#anchor",
            "#/%24defs/a",
            "",
        ] {
            let schema = json!({ "$defs": { "a": {} }, "properties": { "x": { "$ref": reference } } });
            assert_eq!(bounded(&schema), Err(BadSchema::Outside(reference.into())), "{reference}");
        }
        assert_eq!(bounded(&json!({ "$ref": "#/$defs/x" })), Err(BadSchema::Dangling("#/$defs/x".into())));
        let inner = json!({ "properties": { "x": { "$id": "http://a/", "$ref": "#/b" } } });
        assert_eq!(bounded(&inner), Err(BadSchema::Keyword("$id".into())));
        assert_eq!(bounded(&json!({ "$dynamicRef": "#a" })), Err(BadSchema::Keyword("$dynamicRef".into())));
    }

    #[test]
    fn references_that_multiply_or_never_end_are_refused() {
        let mut defs = serde_json::Map::new();
        for n in 0..20 {
            let next = json!({ "$ref": format!("#/$defs/a{}", n + 1) });
            defs.insert(format!("a{n}"), json!({ "allOf": [next, next] }));
        }
        defs.insert("a20".into(), json!({ "type": "string" }));
        let bomb = json!({ "$defs": defs, "$ref": "#/$defs/a0" });
        assert_eq!(bounded(&bomb), Err(BadSchema::TooCostly));
        let tree = json!({ "$defs": { "t": { "items": { "$ref": "#/$defs/t" } } }, "$ref": "#/$defs/t" });
        assert_eq!(bounded(&tree), Err(BadSchema::Cycle));
        assert_eq!(bounded(&json!({ "items": { "$ref": "#" } })), Err(BadSchema::Cycle));
        let mut nested = json!({});
        for _ in 0..14 {
            nested = json!({ "unevaluatedProperties": false, "allOf": [nested] });
        }
        assert_eq!(bounded(&nested), Err(BadSchema::TooCostly));
    }

    #[test]
    fn size_depth_and_patterns_are_bounded() {
        assert_eq!(bounded(&json!({ "title": "x".repeat(MAX_BYTES) })), Err(BadSchema::TooLarge));
        let mut deep = json!({});
        for _ in 0..MAX_DEPTH {
            deep = json!({ "items": deep });
        }
        assert_eq!(bounded(&deep), Err(BadSchema::TooDeep));
        assert_eq!(bounded(&json!([])), Err(BadSchema::Shape));
        assert_eq!(bounded(&json!({ "pattern": "a".repeat(513) })), Err(BadSchema::Patterns));
        let many: serde_json::Map<String, Value> = (0..65).map(|n| (format!("a{n}"), json!({}))).collect();
        assert_eq!(bounded(&json!({ "patternProperties": many })), Err(BadSchema::Patterns));
        let wide: Vec<Value> = (0..2_000).map(|_| json!({})).collect();
        assert_eq!(bounded(&json!({ "anyOf": wide })), Err(BadSchema::TooCostly));
    }
}
