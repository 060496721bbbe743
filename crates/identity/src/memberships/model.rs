//! A membership.

use atoll_access::Term;
use atoll_base::Moment;
use atoll_policy::{Fact, FactKey};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An entity's place in a tenant. It can be given what that tenant's roles grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The tenant.
    pub tenant: Uuid,
    /// The member.
    pub entity: Uuid,
    /// For how long, and why.
    pub term: Term,
    /// Since when.
    pub created_at: Moment,
}

impl Membership {
    /// The membership as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Membership { tenant: self.tenant, entity: self.entity, window: self.term.window() }
    }

    /// The membership as the ledger keeps it.
    pub fn state(&self) -> Value {
        let mut state = Map::from_iter([("tenant_id".to_owned(), self.tenant.to_string().into())]);
        self.term.show(&mut state);
        Value::Object(state)
    }

    /// What it is known by.
    pub fn key(&self) -> FactKey {
        self.fact().key()
    }
}
