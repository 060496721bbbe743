//! Hashes of passwords that another house made, in the forms that are stored here. The one place that knows them.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use serde_json::Value;

use crate::passwords::Hash;

/// The password credential of a Keycloak export; an error names the algorithm that is not known.
pub(super) fn of_keycloak(credential: &Value) -> Result<Hash, String> {
    let part = |name: &str| -> Value {
        let text = credential[name].as_str().unwrap_or("{}");
        serde_json::from_str(text).unwrap_or_default()
    };
    let (data, secret) = (part("credentialData"), part("secretData"));
    let algorithm = data["algorithm"].as_str().or(credential["algorithm"].as_str()).unwrap_or_default();
    let unreadable =
        || format!("password hash ({})", if algorithm.is_empty() { "unreadable" } else { algorithm });
    let value =
        secret["value"].as_str().or(credential["hashedSaltedValue"].as_str()).ok_or_else(unreadable)?;
    let salt = secret["salt"].as_str().or(credential["salt"].as_str()).unwrap_or_default();
    let rounds =
        data["hashIterations"].as_u64().or(credential["hashIterations"].as_u64()).unwrap_or_default();
    let bytes = |text: &str| BASE64_STANDARD.decode(text).map_err(|_| unreadable());
    let text = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
    let extra = |name: &str| data["additionalParameters"][name][0].as_str().unwrap_or_default().to_owned();
    match algorithm {
        "bcrypt" => known(value),
        "pbkdf2-sha256" | "pbkdf2-sha512" => {
            let hash = bytes(value)?;
            let length = hash.len();
            known(&format!("${algorithm}$i={rounds},l={length}${}${}", text(&bytes(salt)?), text(&hash)))
        }
        "argon2" => {
            let kind = match extra("type").as_str() {
                "i" => "argon2i",
                "d" => "argon2d",
                _ => "argon2id",
            };
            let version = if extra("version") == "1.0" { 16 } else { 19 };
            let number = |name: &str| extra(name).parse::<u32>().map_err(|_| unreadable());
            let (memory, lanes) = (number("memory")?, number("parallelism")?);
            let (salt, hash) = (text(&bytes(salt)?), text(&bytes(value)?));
            known(&format!("${kind}$v={version}$m={memory},t={rounds},p={lanes}${salt}${hash}"))
        }
        _ => Err(unreadable()),
    }
}

fn known(text: &str) -> Result<Hash, String> {
    Hash::parse(text).map_err(|why| format!("password hash ({why})"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(data: Value, secret: Value) -> Result<String, String> {
        let credential = json!({
            "type": "password", "credentialData": data.to_string(), "secretData": secret.to_string(),
        });
        of_keycloak(&credential).map(|hash| hash.text().to_owned())
    }

    #[test]
    fn every_kind_of_an_export_is_read() {
        let secret = json!({ "value": "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g=", "salt": "c2FsdHNhbHRzYWx0c2FsdA==" });
        let pbkdf2 =
            json!({ "hashIterations": 27500, "algorithm": "pbkdf2-sha256", "additionalParameters": {} });
        assert_eq!(
            read(pbkdf2, secret.clone()).unwrap(),
            "$pbkdf2-sha256$i=27500,l=32$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
        );
        let argon = json!({ "hashIterations": 5, "algorithm": "argon2", "additionalParameters": {
            "hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"] } });
        assert_eq!(
            read(argon, secret.clone()).unwrap(),
            "$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
        );
        let bcrypt = json!({ "hashIterations": 10, "algorithm": "bcrypt" });
        assert_eq!(
            read(bcrypt, json!({ "value": "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy" }))
                .unwrap(),
            "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
        );
        let other = json!({ "hashIterations": 10, "algorithm": "md5" });
        assert_eq!(read(other, secret), Err("password hash (md5)".into()));
        assert_eq!(of_keycloak(&json!({})).unwrap_err(), "password hash (unreadable)");
    }
}
