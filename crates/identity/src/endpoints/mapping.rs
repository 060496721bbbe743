//! From a request to variables, and from data to an answer.

use atoll_base::ctx::SignedIn;
use serde_json::{Map, Value, json};

use super::fault::EndpointFault;
use super::redact::{REDACTED, is_sensitive, redact};

/// Most entries of a mapping.
const MAX_ENTRIES: usize = 200;
/// Most levels of a target or a source.
const MAX_LEVELS: usize = 32;
/// Headers that prove who somebody is: no operation gets to see them.
const PROOFS: [&str; 5] =
    ["authorization", "cookie", "set-cookie", "proxy-authorization", "proxy-authenticate"];

/// What a request holds.
#[derive(Clone, Default)]
pub struct Given {
    /// The body, `{}` when it is empty.
    pub body: Value,
    /// Query parameters by name; of several with one name the last.
    pub query: Map<String, Value>,
    /// Headers by name, in lower case, as text.
    pub headers: Map<String, Value>,
    /// The whole path.
    pub path: String,
    /// Who calls: `entity_id`, `tenant_id`, `session_id`.
    pub auth: Map<String, Value>,
}

impl Given {
    /// Who calls, as mappings see it.
    pub fn auth_of(who: &SignedIn) -> Map<String, Value> {
        Map::from_iter([
            ("entity_id".to_owned(), json!(who.entity)),
            ("tenant_id".to_owned(), json!(who.tenant)),
            ("session_id".to_owned(), json!(who.session)),
        ])
    }

    /// The same without secrets, for what is kept of a call: mapped the same way, none of them gets under another name.
    pub fn redacted(&self) -> Given {
        let none = Default::default();
        let hidden = |fields: &Map<String, Value>| match redact(&Value::Object(fields.clone()), &none) {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Given {
            body: redact(&self.body, &none),
            query: hidden(&self.query),
            headers: hidden(&self.headers),
            path: self.path.clone(),
            auth: self.auth.clone(),
        }
    }
}

/// Where a variable comes from.
enum Source<'m> {
    Literal(&'m Value),
    Body(&'m str),
    Query(&'m str),
    Header(&'m str),
    Auth(&'static str),
    Path,
}

fn source(from: &Value) -> Result<Source<'_>, EndpointFault> {
    let Some(text) = from.as_str().filter(|text| text.starts_with('$')) else {
        return Ok(Source::Literal(from));
    };
    let unknown = || EndpointFault::Source(text.chars().take(100).collect());
    let (root, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.split('.').count() > MAX_LEVELS {
        return Err(unknown());
    }
    match (root, rest) {
        ("$body", rest) => Ok(Source::Body(rest)),
        ("$query", name) if !name.is_empty() => Ok(Source::Query(name)),
        ("$headers", name) if !name.is_empty() && !is_proof(name) => Ok(Source::Header(name)),
        ("$auth", "entityId" | "entity_id") => Ok(Source::Auth("entity_id")),
        ("$auth", "tenantId" | "tenant_id") => Ok(Source::Auth("tenant_id")),
        ("$auth", "sessionId" | "session_id") => Ok(Source::Auth("session_id")),
        ("$path", "" | "path") => Ok(Source::Path),
        _ => Err(unknown()),
    }
}

fn is_proof(header: &str) -> bool {
    PROOFS.contains(&header.to_lowercase().as_str())
}

/// Whether both mappings can be followed.
pub(super) fn check(variables: &Value, response: &Value) -> Result<(), EndpointFault> {
    let mapping = |text: String| Err(EndpointFault::Mapping(text));
    let entries = |mapping: &Value| mapping.as_object().map_or(0, Map::len);
    if entries(variables) > MAX_ENTRIES || entries(response) > MAX_ENTRIES {
        return mapping(format!("a mapping has at most {MAX_ENTRIES} entries"));
    }
    let targets: Vec<&String> = variables.as_object().into_iter().flat_map(Map::keys).collect();
    for target in &targets {
        if target.split('.').count() > MAX_LEVELS || target.split('.').any(str::is_empty) {
            return mapping(format!("variablesMapping target '{target}' is not a path"));
        }
        let below = format!("{target}.");
        if let Some(other) = targets.iter().find(|other| other.starts_with(&below)) {
            return mapping(format!("variablesMapping targets '{target}' and '{other}' exclude each other"));
        }
    }
    for from in variables.as_object().into_iter().flat_map(Map::values) {
        source(from)?;
    }
    Ok(())
}

/// The variables that a mapping makes of a request: without a mapping, the body.
pub fn variables(mapping: &Value, given: &Given) -> Result<Value, EndpointFault> {
    let Some(mapping) = mapping.as_object().filter(|mapping| !mapping.is_empty()) else {
        return Ok(given.body.clone());
    };
    let mut all = Map::new();
    for (target, from) in mapping {
        let value = match source(from)? {
            Source::Literal(value) => Some(value.clone()),
            Source::Body(path) => at(&given.body, path).cloned(),
            Source::Query(name) => given.query.get(name).cloned(),
            Source::Header(name) => given.headers.get(&name.to_lowercase()).cloned(),
            Source::Auth(name) => given.auth.get(name).cloned(),
            Source::Path => Some(json!(given.path)),
        };
        if let Some(value) = value {
            put(&mut all, target, value);
        }
    }
    Ok(Value::Object(all))
}

/// The answer that a mapping makes of the data: without a mapping, the data.
pub fn response(mapping: &Value, data: &Value) -> Value {
    let Some(mapping) = mapping.as_object().filter(|mapping| !mapping.is_empty()) else {
        return data.clone();
    };
    let picked = |from: &Value| match from.as_str().and_then(|text| text.strip_prefix("$.")) {
        Some(path) => at(data, path).cloned().unwrap_or(Value::Null),
        None => from.clone(),
    };
    Value::Object(mapping.iter().map(|(name, from)| (name.clone(), picked(from))).collect())
}

/// The same answer without secrets, for what is kept of a call: also not under names that only the mapping gives.
pub fn response_kept(mapping: &Value, redacted: &Value) -> Value {
    let mut kept = response(mapping, redacted);
    if let (Some(mapping), Some(kept)) = (mapping.as_object(), kept.as_object_mut()) {
        for (name, from) in mapping {
            let from_secret = from.as_str().is_some_and(|path| path.starts_with("$.") && is_sensitive(path));
            if from_secret || is_sensitive(name) {
                kept.insert(name.clone(), json!(REDACTED));
            }
        }
    }
    kept
}

/// What lies at a path: objects by name, arrays by number.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let steps = path.split('.').filter(|step| !step.is_empty()).take(MAX_LEVELS + 1);
    steps.enumerate().try_fold(value, |value, (nth, step)| match value {
        _ if nth >= MAX_LEVELS => None,
        Value::Object(fields) => fields.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts a value at a dotted target; what is on the way and no object gives way.
fn put(into: &mut Map<String, Value>, target: &str, value: Value) {
    match target.split_once('.') {
        None => drop(into.insert(target.to_owned(), value)),
        Some((first, rest)) => {
            let inner = into.entry(first).or_insert_with(|| json!({}));
            if !inner.is_object() {
                *inner = json!({});
            }
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        let named = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
        };
        Given {
            body: json!({ "a": { "b": [10, { "c": "deep" }] }, "password": "hunter2", "__proto__": { "x": 1 } }),
            query: named(&[("page", "2"), ("access_token", "t")]),
            headers: named(&[("x-plant", "north"), ("x-api-key", "k"), ("authorization", "Bearer x")]),
            path: "/api/custom/x".into(),
            auth: named(&[("entity_id", "e")]),
        }
    }

    #[test]
    fn every_source_is_followed_and_what_is_missing_is_left_out() {
        let mapping = json!({
            "number": 7, "text": "plain", "flag": null, "whole": "$body.a", "first": "$body.a.b.0",
            "input.deep.er": "$body.a.b.1.c", "input.page": "$query.page", "plant": "$headers.X-Plant",
            "who": "$auth.entityId", "where": "$path", "again": "$path.path", "proto": "$body.__proto__.x",
            "gone": "$body.a.b.9", "odd": "$body.a.b.-1", "huge": "$body.a.b.99999999999999999999999",
            "none": "$query.none", "tenant": "$auth.tenant_id", "past": "$body.password.x",
        });
        assert_eq!(check(&mapping, &json!({})), Ok(()));
        assert_eq!(
            variables(&mapping, &given()),
            Ok(json!({
                "number": 7, "text": "plain", "flag": null, "whole": { "b": [10, { "c": "deep" }] }, "first": 10,
                "input": { "deep": { "er": "deep" }, "page": "2" }, "plant": "north", "who": "e",
                "where": "/api/custom/x", "again": "/api/custom/x", "proto": 1,
            }))
        );
        assert_eq!(variables(&json!({}), &given()).unwrap(), given().body);
    }

    #[test]
    fn no_proof_of_anybody_is_a_source() {
        for from in [
            "$headers.authorization",
            "$headers.Authorization",
            "$headers.COOKIE",
            "$headers.proxy-authorization",
            "$headers",
            "$query",
            "$secret",
            "$auth.password",
            "$auth",
            "$path.else",
            "$",
        ] {
            let refused = Err(EndpointFault::Source(from.to_owned()));
            assert_eq!(check(&json!({ "x": from }), &json!({})), refused, "{from}");
            assert!(variables(&json!({ "x": from }), &given()).is_err(), "{from}");
        }
        let refused = source(&json!("$nonsense")).err().unwrap();
        assert_eq!(refused.to_string(), "unsupported variablesMapping source $nonsense");
    }

    #[test]
    fn mappings_are_bounded_and_say_one_thing() {
        let bad = |mapping: Value| check(&mapping, &json!({})).is_err();
        let many: Map<String, Value> = (0..201).map(|n| (format!("a{n}"), json!(1))).collect();
        assert!(bad(Value::Object(many.clone())));
        assert!(check(&json!({}), &Value::Object(many)).is_err());
        assert!(bad(json!({ "a": 1, "a.b": 2 })) && bad(json!({ "a..b": 1 })) && bad(json!({ "": 1 })));
        assert!(bad(json!({ format!("a{}", ".a".repeat(32)): 1 })));
        assert!(bad(json!({ "a": format!("$body{}", ".a".repeat(40)) })));
        assert_eq!(check(&json!({ "__proto__.x": 1, "constructor": "$body.__proto__" }), &json!({})), Ok(()));
    }

    #[test]
    fn answers_are_picked_from_the_data() {
        let data = json!({ "entity": { "id": 1, "tags": ["a", "b"] } });
        let mapping = json!({ "id": "$.entity.id", "tag": "$.entity.tags.1", "none": "$.x.y", "ok": true, "text": "$x" });
        assert_eq!(
            response(&mapping, &data),
            json!({ "id": 1, "tag": "b", "none": null, "ok": true, "text": "$x" })
        );
        assert_eq!(response(&json!({}), &data), data);
    }

    #[test]
    fn a_secret_under_another_name_is_still_one() {
        let mapping = json!({ "p": "$body.password", "q": "$query.access_token", "k": "$headers.x-api-key", "n": "$body.a.b.0" });
        assert_eq!(
            variables(&mapping, &given().redacted()).unwrap(),
            json!({ "p": REDACTED, "q": REDACTED, "k": REDACTED, "n": 10 })
        );
        let shown = redact(&json!({ "login": { "token": "x" }, "id": 1 }), &Default::default());
        let kept = response_kept(&json!({ "t": "$.login.token", "id": "$.id", "secret": "$.id" }), &shown);
        assert_eq!(kept, json!({ "t": REDACTED, "id": 1, "secret": REDACTED }));
    }
}
