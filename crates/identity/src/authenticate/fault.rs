//! Why a token is refused.

use atoll_base::{Fault, Kind};

/// A token proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Not a session token, or not one of ours.
    #[error("invalid token: {0}")]
    Invalid(&'static str),
    /// A session token that does not say which key signed it.
    #[error("token missing kid claim")]
    NoKid,
    /// A session token whose claim is none of ours.
    #[error("invalid {0} id in token")]
    BadClaim(&'static str),
    /// A session that never was, or was forgotten.
    #[error("session not found")]
    SessionUnknown,
    /// A session that was ended.
    #[error("session revoked")]
    SessionRevoked,
    /// A session that ended by itself.
    #[error("session expired")]
    SessionExpired,
    /// An entity that is switched off.
    #[error("entity is not active")]
    EntityNotActive,
    /// An entity that moved since.
    #[error("token tenant does not match entity")]
    OtherTenant,
    /// A tenant that is switched off.
    #[error("tenant is not active")]
    TenantNotActive,
    /// Not an access token.
    #[error("malformed api key")]
    Malformed,
    /// An access token that never was.
    #[error("api key not found")]
    TokenUnknown,
    /// An access token with another secret.
    #[error("invalid api key")]
    TokenWrong,
    /// An access token that was revoked.
    #[error("api key revoked")]
    TokenRevoked,
    /// An access token that ended by itself.
    #[error("api key expired")]
    TokenExpired,
}

impl Fault for BadToken {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        match self {
            BadToken::SessionExpired | BadToken::TokenExpired | BadToken::Invalid("ExpiredSignature") => {
                "token.expired"
            }
            BadToken::SessionRevoked | BadToken::TokenRevoked => "token.revoked",
            BadToken::EntityNotActive => "token.entity_not_active",
            BadToken::TenantNotActive => "token.tenant_not_active",
            BadToken::OtherTenant => "token.other_tenant",
            _ => "token.invalid",
        }
    }
}
