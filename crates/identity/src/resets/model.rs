//! A token that lets somebody choose a new password.

use atoll_base::ctx::Ctx;
use atoll_base::{Fault, Kind, Moment};
use uuid::Uuid;

use crate::emails::Email;
use crate::one_time::{OneTime, Purpose};

/// Tokens `atomr_…`.
pub(crate) struct Purposed;

impl Purpose for Purposed {
    const PREFIX: &'static str = "atomr";
}

/// A token that was sent out. What proves it is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetToken {
    /// Id.
    pub id: Uuid,
    /// Whose account it is for.
    pub entity: Uuid,
    /// The address it was sent to.
    pub email: Uuid,
    /// Keyed hash of it.
    pub verifier: Vec<u8>,
    /// From when on it is no good.
    pub expires_at: Moment,
    /// When it was used.
    pub consumed_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
}

impl ResetToken {
    /// A new token for an address, and its text.
    pub(crate) fn new(ctx: &Ctx, email: &Email, expires_at: Moment) -> (ResetToken, OneTime<Purposed>) {
        let text = OneTime::new(ctx, ctx.new_id());
        let token = ResetToken {
            id: text.id,
            entity: email.entity,
            email: email.id,
            verifier: text.verifier(ctx.ground()).to_vec(),
            expires_at,
            consumed_at: None,
            created_at: ctx.now(),
        };
        (token, text)
    }
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
