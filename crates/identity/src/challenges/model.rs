//! A challenge, and what it is for.

use std::time::Duration;

use atoll_base::{Fault, Kind, Moment};
use uuid::Uuid;

/// How long an answer may take.
pub(crate) const LIFE: Duration = Duration::from_secs(300);
/// Most challenges that wait for answers of strangers.
pub(super) const MOST_OF_STRANGERS: u64 = 10_000;
/// The same, of strangers in one network.
pub(super) const MOST_OF_NETWORK: u64 = 100;
/// The same, of one entity.
pub(super) const MOST_OF_ENTITY: u64 = 20;

/// What a challenge is for: an answer is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A new passkey.
    Register,
    /// A new passkey with a statement of its maker.
    RegisterAttested,
    /// Signing in with nothing but a passkey.
    SignIn,
    /// Completing a sign-in, or proving oneself anew in a session.
    Prove,
}

impl Purpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Purpose::Register => "register",
            Purpose::RegisterAttested => "register_attested",
            Purpose::SignIn => "sign_in",
            Purpose::Prove => "prove",
        }
    }
}

/// Something to sign.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Id.
    pub id: Uuid,
    /// Of whom; nobody's before signing in.
    pub entity: Option<Uuid>,
    pub(super) purpose: String,
    /// Where a stranger asked from.
    pub(super) network: Option<String>,
    pub(super) sealed: Vec<u8>,
    pub(super) expires_at: Moment,
}

/// What the state of a challenge is sealed for; what it is about is compared besides.
pub(crate) fn place(id: impl std::fmt::Display) -> String {
    format!("challenge:{id}")
}

impl Challenge {
    /// What its state is sealed for.
    pub(super) fn place(&self) -> String {
        place(self.id)
    }
}

/// A challenge cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeFault {
    /// It is over, was answered, is for something else, or never was.
    #[error("this challenge is over or was answered already; please begin again")]
    Over,
    /// Too many wait for an answer.
    #[error("too many sign-ins are under way right now; please try again")]
    TooMany,
}

impl Fault for ChallengeFault {
    fn kind(&self) -> Kind {
        match self {
            ChallengeFault::Over => Kind::Unauthenticated,
            ChallengeFault::TooMany => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            ChallengeFault::Over => "challenge.over",
            ChallengeFault::TooMany => "challenge.too_many",
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        (*self == ChallengeFault::TooMany).then_some(Duration::from_secs(30))
    }
}
