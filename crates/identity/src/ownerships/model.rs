//! An ownership.

use atoll_base::{Fault, Kind, Moment};
use serde_json::{Value, json};
use uuid::Uuid;

/// An entity belongs to another. It does so in one way at a time, and gives no rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The owner.
    pub owner: Uuid,
    /// What is owned.
    pub owned: Uuid,
    /// In which way.
    pub relation: String,
    /// Since when.
    pub created_at: Moment,
}

/// The way that is meant when none is said.
pub(super) const OWNER: &str = "owner";

impl Ownership {
    /// The ownership as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({ "owner_id": self.owner, "owned_id": self.owned, "relation": self.relation })
    }
}

/// An entity that cannot own or be owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnershipFault {
    /// One of the two is deleted or switched off.
    #[error("ownership requires live active entities")]
    NotInUse,
}

impl Fault for OwnershipFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "ownership.not_in_use"
    }
}
