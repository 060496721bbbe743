//! The token that lets somebody choose a new password.

use atoll_base::{Fault, Kind};

use crate::one_time::Purpose;

/// Tokens `atomr_…`.
pub(crate) struct Purposed;

impl Purpose for Purposed {
    const PREFIX: &'static str = "atomr";
}

/// A token that is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReset {
    /// Nobody was sent it.
    #[error("invalid password reset token")]
    Invalid,
    /// It was used, or is too old.
    #[error("password reset token expired")]
    Expired,
}

impl Fault for BadReset {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadReset::Invalid => "password_reset_token.invalid",
            BadReset::Expired => "password_reset_token.expired",
        }
    }
}

/// The two passwords that were given differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password confirmation does not match")]
pub struct NotConfirmed;

impl Fault for NotConfirmed {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "password.confirmation"
    }
}
