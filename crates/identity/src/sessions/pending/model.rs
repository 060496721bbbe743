//! A sign-in under way.

use std::time::Duration;

use atoll_base::ctx::CredentialKind;
use atoll_base::{Fault, Kind, Moment, Secret};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::one_time::Purpose;

/// How long the second factor may take.
pub(super) const LIFE: Duration = Duration::from_secs(300);
/// Wrong second factors until the password must be given again.
pub(super) const MOST_FAILURES: i32 = 5;
/// Most sign-ins of one entity that wait at a time; the oldest make room.
pub(super) const MOST: u64 = 10;

/// Tokens `atomp_…`.
pub(super) struct Purposed;

impl Purpose for Purposed {
    const PREFIX: &'static str = "atomp";
}

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
