//! What can be wrong with a request for tokens, in the standard's words.

use atoll_base::{Fault, Kind};

/// A request that is refused; [`Fault::code`] is the standard's word (RFC 6749 §5.2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OAuthFault {
    /// Something is missing, there twice, or not readable.
    #[error("{0}")]
    InvalidRequest(String),
    /// The client did not prove who it is.
    #[error("client authentication failed")]
    InvalidClient,
    /// The client may not do this.
    #[error("{0}")]
    UnauthorizedClient(&'static str),
    /// Another grant than there is.
    #[error("grant_type must be urn:ietf:params:oauth:grant-type:token-exchange")]
    UnsupportedGrantType,
    /// Unknown actions, or nothing left of them.
    #[error("{0}")]
    InvalidScope(String),
    /// A target that no tokens are made for.
    #[error("tokens are made for no such target")]
    InvalidTarget,
}

impl OAuthFault {
    pub(super) fn request(why: impl Into<String>) -> OAuthFault {
        OAuthFault::InvalidRequest(why.into())
    }
}

impl Fault for OAuthFault {
    fn kind(&self) -> Kind {
        match self {
            OAuthFault::InvalidClient => Kind::Unauthenticated,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            OAuthFault::InvalidRequest(_) => "invalid_request",
            OAuthFault::InvalidClient => "invalid_client",
            OAuthFault::UnauthorizedClient(_) => "unauthorized_client",
            OAuthFault::UnsupportedGrantType => "unsupported_grant_type",
            OAuthFault::InvalidScope(_) => "invalid_scope",
            OAuthFault::InvalidTarget => "invalid_target",
        }
    }
}
