//! What is asked of people who sign in.

use std::time::Duration;

use atoll_base::Moment;
use atoll_base::settings::SecondFactor;
use serde_json::{Value, json};
use uuid::Uuid;

/// The platform's own row has this id.
pub(super) const PLATFORM: Uuid = Uuid::nil();
/// The longest grace: a year.
pub(super) const MAX_GRACE: u64 = 366 * 86_400;

/// What is asked of the people of a tenant, or of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInPolicy {
    /// The tenant; nil for the platform.
    pub tenant: Uuid,
    /// What they need besides a password.
    pub second_factor: SecondFactor,
    /// How long they may do without, after this was set or their account was made.
    pub grace: Duration,
    /// When this was set.
    pub set_at: Moment,
}

impl SignInPolicy {
    /// The policy as the ledger shows it.
    pub(super) fn state(&self) -> Value {
        json!({ "second_factor": self.second_factor.as_str(), "grace_secs": self.grace.as_secs() })
    }
}
