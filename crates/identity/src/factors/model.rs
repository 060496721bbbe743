//! What proves a second factor.

use atoll_base::ctx::Rule;
use atoll_base::{Fault, Kind, Secret};
use serde_json::Value;
use uuid::Uuid;

use crate::entities::Entity;

/// Everybody minds their own second factors, and nobody those of others; never with a scoped token.
pub(crate) const MANAGE: Rule = Rule::any(&[]).or_self().unscoped();

/// What somebody shows besides a password.
#[derive(Clone, Debug)]
pub enum FactorProof {
    /// A code of their authenticator app.
    Totp(Secret<String>),
    /// One of their recovery codes.
    RecoveryCode(Secret<String>),
    /// The answer of a passkey.
    Passkey {
        /// The challenge it answers.
        challenge: Uuid,
        /// The credential, as its `toJSON()` writes it.
        credential: Value,
    },
}

/// That is not it: wrong, used before, or not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the second factor is wrong or was used before")]
pub struct WrongFactor;

impl Fault for WrongFactor {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        "auth.wrong_factor"
    }
}

/// What apps and devices call the account of an entity: its e-mail address, else its name.
pub(crate) fn named(entity: &Entity) -> &str {
    let email = entity.attributes.get("email").and_then(|email| email.as_str());
    email.unwrap_or(&entity.name)
}
