//! Where the e-mail addresses of a user are kept: the one place that knows.

use serde_json::{Map, Value, json};

/// Among the attributes of an entity: what only this door keeps.
pub(super) const KEPT: &str = "scim";
/// The address that people can sign in with.
const SIGN_IN: &str = "email";

/// The addresses of an entity with these attributes.
pub(super) fn of(attributes: &Value) -> Vec<Value> {
    match (&attributes[KEPT]["emails"], &attributes[SIGN_IN]) {
        (Value::Array(emails), _) => emails.clone(),
        (_, Value::String(email)) => vec![json!({ "value": email, "primary": true })],
        _ => Vec::new(),
    }
}

/// Keeps these addresses; the primary one, else the first, is for signing in.
pub(super) fn keep(attributes: &mut Map<String, Value>, emails: Vec<Value>) {
    let primary = emails.iter().find(|email| email["primary"] == true).or_else(|| emails.first());
    match primary.and_then(|email| email["value"].as_str()) {
        Some(email) => attributes.insert(SIGN_IN.into(), email.into()),
        None => attributes.remove(SIGN_IN),
    };
    if let Some(Value::Object(kept)) = attributes.get_mut(KEPT) {
        match emails.is_empty() {
            true => kept.remove("emails"),
            false => kept.insert("emails".into(), emails.into()),
        };
    }
}
