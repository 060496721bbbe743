//! A sign-in under way.

use std::time::Duration;

use atoll_base::ctx::CredentialKind;
use atoll_base::{Fault, Kind, Moment, Secret};
use serde_json::{Value, json};
use uuid::Uuid;

/// How long the second factor may take.
pub(super) const LIFE: Duration = Duration::from_secs(300);
/// Wrong second factors until the password must be given again.
pub(super) const MOST_FAILURES: i32 = 5;
/// Most sign-ins of one entity that wait at a time; the oldest make room.
pub(super) const MOST: u64 = 10;
/// Bytes of secret in a token.
pub(super) const SECRET: usize = 32;

/// A sign-in that waits for a second factor.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) id: Uuid,
    pub(crate) entity: Uuid,
    /// The password that was right, or the identity at a provider.
    pub(crate) credential: Uuid,
    /// Which of both.
    pub(crate) kind: CredentialKind,
    pub(super) verifier: Vec<u8>,
    pub(super) failures: i32,
    /// Whether only a passkey will do.
    pub(crate) passkey_only: bool,
    pub(crate) expires_at: Moment,
}

/// The password was right, and is not enough. Whoever sees this has proved to know it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("second factor required")]
pub struct SecondFactorRequired {
    /// To be given with the second factor; good for one sign-in and five minutes.
    pub token: Secret<String>,
    /// What will do: `totp`, `recovery_code`, `passkey`.
    pub methods: Vec<&'static str>,
    /// Until when.
    pub expires_at: Moment,
}

impl Fault for SecondFactorRequired {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        "auth.second_factor_required"
    }

    fn details(&self) -> Option<Value> {
        Some(json!({
            "pending_token": self.token.reveal(),
            "methods": self.methods,
            "expires_at": self.expires_at.rfc3339(),
        }))
    }
}

/// The text of a token: the id and the secret.
pub(super) fn text(id: Uuid, secret: &[u8; SECRET]) -> Secret<String> {
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    Secret::new(format!("{}_{digits}", id.simple()))
}

/// The id in a token, and what is compared with the verifier.
pub(super) fn parse(token: &str) -> Option<(Uuid, Vec<u8>)> {
    let (id, digits) = token.split_once('_')?;
    let hex = digits.len() == 2 * SECRET && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (id.len() == 32 && hex).then_some(())?;
    Some((id.parse().ok()?, material(digits)))
}

/// What the verifier of a token is made from.
pub(super) fn material(digits: &str) -> Vec<u8> {
    format!("pending sign-in {digits}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let id = Uuid::from_u128(7);
        let token = text(id, &[0xab; SECRET]);
        let (read, material) = parse(token.reveal()).unwrap();
        assert_eq!(read, id);
        assert_eq!(material, super::material(&"ab".repeat(SECRET)));
        for bad in ["", "_", "x_y", &token.reveal()[1..], &format!("{}0", token.reveal())] {
            assert!(parse(bad).is_none(), "{bad}");
        }
        assert!(!format!("{token:?}").contains("abab"));
    }
}
