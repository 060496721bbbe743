//! OpenID Connect providers: a JSON array in the environment, an array of tables in the settings file.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::form::Form;
use super::web::BaseUrl;
use crate::secret::Secret;

/// A provider people may sign in with.
#[derive(Clone, Debug)]
pub struct OidcProvider {
    /// How it is called in `/auth/oauth/<name>/start`.
    pub name: String,
    /// Its issuer address, exactly as it names itself.
    pub issuer: String,
    /// Who Atoll is there.
    pub client_id: String,
    /// How Atoll proves it there.
    pub client_secret: Secret<String>,
    /// What is asked for; always with `openid` and `email`.
    pub scopes: Vec<String>,
}

const FIELDS: [&str; 5] = ["name", "issuer", "client_id", "client_secret", "scopes"];

/// The form of a list of [`OidcProvider`].
pub(super) struct Providers;

pub(super) const fn providers() -> Providers {
    Providers
}

impl Form for Providers {
    type Value = Vec<OidcProvider>;

    fn allowed(&self) -> String {
        "a JSON array of {\"name\", \"issuer\", \"client_id\", \"client_secret\", \"scopes\" (optional)}"
            .into()
    }

    fn read(&self, text: &str) -> Result<Vec<OidcProvider>, String> {
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let value: Value = serde_json::from_str(text)
            .map_err(|error| format!("is not JSON (line {}, column {})", error.line(), error.column()))?;
        let Value::Array(rows) = value else { return Err("is not an array".into()) };
        let mut names = BTreeSet::new();
        let mut providers = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let provider =
                provider(row).map_err(|wrong| format!("has an error in provider {}: {wrong}", index + 1))?;
            if !names.insert(provider.name.clone()) {
                return Err(format!("has two providers with the name {}", provider.name));
            }
            providers.push(provider);
        }
        Ok(providers)
    }

    fn show(&self, text: &str) -> String {
        match self.read(text) {
            Ok(providers) => providers.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
            Err(_) => "set".into(),
        }
    }

    fn secret(&self) -> bool {
        true
    }
}

fn provider(row: &Value) -> Result<OidcProvider, String> {
    let row = row.as_object().ok_or("it is not an object")?;
    if let Some(unknown) = row.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(format!("`{unknown}` is unknown"));
    }
    let name = text(row, "name")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.len() > 64 || !name.bytes().all(plain) {
        return Err("`name` may have up to 64 letters, digits, `-`, `_` and `.`".into());
    }
    let issuer = text(row, "issuer")?;
    BaseUrl::parse(&issuer).map_err(|wrong| format!("`issuer` {wrong}"))?;
    Ok(OidcProvider {
        name,
        issuer,
        client_id: text(row, "client_id")?,
        client_secret: Secret::new(text(row, "client_secret")?),
        scopes: scopes(row.get("scopes"))?,
    })
}

fn text(row: &Map<String, Value>, key: &str) -> Result<String, String> {
    match row.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.clone()),
        Some(Value::String(_)) => Err(format!("`{key}` is blank")),
        Some(_) => Err(format!("`{key}` is not text")),
        None => Err(format!("`{key}` is missing")),
    }
}

/// The scopes asked for; `openid` and `email` come first when they were left out.
fn scopes(value: Option<&Value>) -> Result<Vec<String>, String> {
    let wrong = || "`scopes` is not an array of texts".to_owned();
    let mut scopes = Vec::new();
    match value {
        None | Some(Value::Null) => scopes.extend(["openid", "email", "profile"].map(str::to_owned)),
        Some(value) => {
            for scope in value.as_array().ok_or_else(wrong)? {
                scopes.push(scope.as_str().ok_or_else(wrong)?.to_owned());
            }
        }
    }
    for needed in ["email", "openid"] {
        if !scopes.iter().any(|scope| scope == needed) {
            scopes.insert(0, needed.to_owned());
        }
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_read_and_its_secret_is_not_shown() {
        let json = r#"[{"name":"google","issuer":"https://accounts.google.com/","client_id":"c",
            "client_secret":"hush","scopes":["groups"]}]"#;
        let read = providers().read(json).unwrap();
        assert_eq!(read[0].issuer, "https://accounts.google.com/");
        assert_eq!(read[0].scopes, ["openid", "email", "groups"]);
        assert_eq!(providers().show(json), "google");
        assert!(!format!("{read:?}").contains("hush"));
    }

    #[test]
    fn each_mistake_is_named_without_repeating_values() {
        let wrong = |json: &str| providers().read(json).unwrap_err();
        assert_eq!(wrong(r#"[{"name":"hush",]"#), "is not JSON (line 1, column 17)");
        assert_eq!(wrong(r#"{}"#), "is not an array");
        assert_eq!(
            wrong(r#"[{"name":"a","issuer":"https://x","client_id":"c","client_secret":12345}]"#),
            "has an error in provider 1: `client_secret` is not text"
        );
        assert_eq!(wrong(r#"[{"nam":"a"}]"#), "has an error in provider 1: `nam` is unknown");
        let twice = r#"{"name":"a","issuer":"https://x","client_id":"c","client_secret":"s"}"#;
        assert_eq!(wrong(&format!("[{twice},{twice}]")), "has two providers with the name a");
    }
}
