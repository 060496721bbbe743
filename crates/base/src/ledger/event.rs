//! What a room reports to the ledger.

use std::fmt;

use atoll_policy::Change;
use serde_json::{Map, Value};
use uuid::Uuid;

/// How what was attempted ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was allowed and done.
    Allow,
    /// It was refused.
    Deny,
    /// It failed.
    Error,
}

impl Outcome {
    /// `allow`, `deny` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Allow => "allow",
            Outcome::Deny => "deny",
            Outcome::Error => "error",
        }
    }

    /// The one that is called so.
    pub fn named(text: &str) -> Option<Outcome> {
        [Outcome::Allow, Outcome::Deny, Outcome::Error].into_iter().find(|one| one.as_str() == text)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The noun, snake_case: `entity`, `role_assignment`.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
}

/// One thing that happened. Must not hold secrets: it is kept, shown and sent on.
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) tenant: Option<Uuid>,
    pub(crate) target: Option<Target>,
    pub(crate) reason: Option<String>,
    pub(crate) details: Map<String, Value>,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
    pub(crate) changes: Vec<Change>,
    pub(crate) by_house: bool,
}

impl Event {
    /// An event named `noun.verb`, allowed, about nothing in particular and of no tenant.
    pub fn new(name: &'static str) -> Self {
        Event {
            name,
            outcome: Outcome::Allow,
            tenant: None,
            target: None,
            reason: None,
            details: Map::new(),
            before: None,
            after: None,
            changes: Vec::new(),
            by_house: false,
        }
    }

    /// What it is about.
    pub fn on(mut self, kind: &'static str, id: Uuid) -> Self {
        self.target = Some(Target { kind, id });
        self
    }

    /// Whose stream it belongs to; `None` is the platform's.
    pub fn of(mut self, tenant: Option<Uuid>) -> Self {
        self.tenant = tenant;
        self
    }

    /// How it ended, and why where that needs words.
    pub fn ended(mut self, outcome: Outcome, reason: impl Into<String>) -> Self {
        self.outcome = outcome;
        self.reason = Some(reason.into());
        self
    }

    /// Adds a named detail.
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The state before the change.
    pub fn before(mut self, state: Value) -> Self {
        self.before = Some(state);
        self
    }

    /// The state after the change.
    pub fn after(mut self, state: Value) -> Self {
        self.after = Some(state);
        self
    }

    /// The house does this by itself along with what the caller does, by a rule that does not depend on what the caller
    /// has: guards do not ask about it.
    pub fn by_house(mut self) -> Self {
        self.by_house = true;
        self
    }

    /// What changes for decisions.
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// What changes for decisions, several at once.
    pub fn changes(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.changes.extend(changes);
        self
    }
}
