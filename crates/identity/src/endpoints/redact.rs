//! What is kept of a call: no secrets, and not more than is looked at.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What stands for a secret.
pub(super) const REDACTED: &str = "<redacted>";

/// Parts of names under which secrets go, in lower case.
const SECRET: [&str; 10] = [
    "password",
    "secret",
    "token",
    "authorization",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "cookie",
];
/// Most bytes of what is kept.
const MAX_KEPT: usize = 16 * 1024;

/// Whether secrets go under this name.
pub(super) fn is_sensitive(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// The value without what goes under sensitive names, or under one of `more`.
pub fn redact(value: &Value, more: &BTreeSet<String>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| redact(item, more)).collect(),
        Value::Object(fields) => {
            let shown = |(name, value): (&String, &Value)| {
                let hidden = is_sensitive(name) || more.contains(name);
                (name.clone(), if hidden { json!(REDACTED) } else { redact(value, more) })
            };
            Value::Object(fields.iter().map(shown).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// The value, or how large it was when it is too large to be kept.
pub(super) fn kept(value: Value) -> Value {
    match value.to_string().len() {
        bytes if bytes > MAX_KEPT => json!({ "truncated": true, "bytes": bytes }),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out_by_name_at_any_depth() {
        let value = json!({
            "Password": "x", "items": [{ "accessToken": { "a": 1 }, "X-API-Key": "k", "name": "n" }],
            "apiKey": 1, "authorization": null, "t": "alias", "privateKeyPem": "p",
        });
        let more = BTreeSet::from(["t".to_owned()]);
        assert_eq!(
            redact(&value, &more),
            json!({
                "Password": REDACTED,
                "items": [{ "accessToken": REDACTED, "X-API-Key": REDACTED, "name": "n" }],
                "apiKey": REDACTED, "authorization": REDACTED, "t": REDACTED, "privateKeyPem": REDACTED,
            })
        );
        assert_eq!(kept(json!("x".repeat(MAX_KEPT))), json!({ "truncated": true, "bytes": MAX_KEPT + 2 }));
    }
}
