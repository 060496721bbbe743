//! A second evaluator: slow and obvious. It reads the rules off a plain list of facts, one sentence of the rules after
//! the other, and shares nothing with the engine but the types of facts, questions and ceilings. Random worlds have to
//! come out the same in both.

mod condition;
mod decide;
mod gate;
mod grants;
mod list;
mod objects;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::fact::Fact;
use crate::words::{Status, TenantStatus};

/// The facts, and the rules read off them.
#[derive(Debug, Clone, Default)]
pub struct Oracle {
    strict: bool,
    facts: Vec<Fact>,
}

/// What the oracle says about a question: the answer, the text of its reason, and the tenant that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// Whether the subject may.
    pub allowed: bool,
    /// Text of the reason.
    pub reason: String,
    /// Id and status of a tenant that is not in use.
    pub lifecycle: Option<(Uuid, String)>,
}

/// What the oracle says about one action of one grant: ids of the assignment, the block and the action, and why it was
/// skipped, unless it matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// Direct policy or role assignment; none for a membership.
    pub id: Option<Uuid>,
    /// Permission block; none for a membership.
    pub block: Option<Uuid>,
    /// The action.
    pub action: Uuid,
    /// Why it did not count, in the words of explanations.
    pub skipped: Option<&'static str>,
}

impl Saying {
    fn no(reason: impl Into<String>) -> Self {
        Self { allowed: false, reason: reason.into(), lifecycle: None }
    }
}

impl Oracle {
    /// Listens to the facts; a later fact replaces an earlier one with the same key.
    pub fn new(strict: bool, facts: impl IntoIterator<Item = Fact>) -> Self {
        let by_key: BTreeMap<_, _> = facts.into_iter().map(|fact| (fact.key(), fact)).collect();
        Self { strict, facts: by_key.into_values().collect() }
    }

    /// A tenant that is not known is as good as deleted.
    fn tenant_status(&self, tenant: Uuid) -> TenantStatus {
        let found = self.facts.iter().find_map(|fact| match fact {
            Fact::Tenant { id, status, .. } if *id == tenant => Some(*status),
            _ => None,
        });
        found.unwrap_or(TenantStatus::Deleted)
    }

    fn tenant_is_active(&self, tenant: Option<Uuid>) -> bool {
        match tenant {
            Some(tenant) => self.tenant_status(tenant) == TenantStatus::Active,
            None => true,
        }
    }

    /// Two actions may share a name; the lowest id has it.
    fn action(&self, wanted: &str) -> Option<Uuid> {
        let with_name = self.facts.iter().filter_map(|fact| match fact {
            Fact::Action { id, name } if name == wanted => Some(*id),
            _ => None,
        });
        with_name.min()
    }

    /// The subject exists, is active, and so is its own tenant.
    fn check_subject(&self, subject: Uuid) -> Result<(), Saying> {
        let found = self.facts.iter().find_map(|fact| match fact {
            Fact::Entity { id, deleted: false, status, tenant, .. } if *id == subject => {
                Some((*status, *tenant))
            }
            _ => None,
        });
        match found {
            None => Err(Saying::no("subject not found")),
            Some((Status::Active, tenant)) if self.tenant_is_active(tenant) => Ok(()),
            Some(_) => Err(Saying::no("subject is not active")),
        }
    }
}
