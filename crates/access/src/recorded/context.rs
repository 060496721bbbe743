//! What is kept of what somebody claimed with a question.

use serde_json::{Map, Value};

/// The most bytes of JSON that are kept.
const MOST: usize = 4096;

/// Parts of names below which secrets may lie.
const SECRET: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "authorization",
    "cookie",
    "apikey",
    "api_key",
    "api-key",
    "private",
    "otp",
];

/// The context without what looks secret, and whether that is all of it. One that is too large is not kept.
pub(crate) fn kept(context: &Value) -> (Value, bool) {
    let mut whole = true;
    let shown = without_secrets(context, &mut whole);
    if shown.to_string().len() > MOST { (Value::Object(Map::new()), false) } else { (shown, whole) }
}

fn without_secrets(value: &Value, whole: &mut bool) -> Value {
    match value {
        Value::Object(fields) => {
            let mut shown = Map::new();
            for (name, field) in fields {
                let lower = name.to_lowercase();
                if SECRET.iter().any(|part| lower.contains(part)) {
                    *whole = false;
                } else {
                    shown.insert(name.clone(), without_secrets(field, whole));
                }
            }
            Value::Object(shown)
        }
        Value::Array(items) => items.iter().map(|item| without_secrets(item, whole)).collect(),
        // PostgreSQL keeps no NUL in text.
        Value::String(text) => Value::String(text.replace('\0', "\u{fffd}")),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_left_out_however_deep_they_lie() {
        let context = json!({ "site": "north", "Password": "x", "login": [{ "api_key": "y", "at": 3 }] });
        assert_eq!(kept(&context), (json!({ "site": "north", "login": [{ "at": 3 }] }), false));
        assert_eq!(kept(&json!({ "site": "north" })), (json!({ "site": "north" }), true));
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        assert_eq!(kept(&json!({ "note": "x".repeat(MOST) })), (json!({}), false));
    }
}
