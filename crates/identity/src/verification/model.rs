//! The token that proves that an address is somebody's.

use atoll_base::{Fault, Kind};

use crate::one_time::Purpose;

/// Tokens `atomv_…`.
pub(crate) struct Purposed;

impl Purpose for Purposed {
    const PREFIX: &'static str = "atomv";
}

/// A token that is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVerification {
    /// Nobody was sent it.
    #[error("invalid verification token")]
    Invalid,
    /// It was used, or is too old.
    #[error("verification token expired")]
    Expired,
}

impl Fault for BadVerification {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadVerification::Invalid => "verification_token.invalid",
            BadVerification::Expired => "verification_token.expired",
        }
    }
}
