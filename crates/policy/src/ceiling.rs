//! Ceilings of access tokens: what a token may be used for at most.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use crate::condition::{Conditions, Roots, Truth};
use crate::object::ObjectType;
use crate::target::Target;
use crate::words::ObjectKind;

/// What a token may be used for at most, on top of what its owner may do. An empty ceiling denies everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ceiling {
    /// The token may be used for whatever any of these entries covers.
    pub entries: Vec<CeilingEntry>,
}

/// One entry of a ceiling.
#[derive(Debug, Clone, PartialEq)]
pub struct CeilingEntry {
    /// Names of the actions.
    pub actions: BTreeSet<String>,
    /// Where they may be used.
    pub scope: CeilingScope,
    /// When they may be used; none for always. See [`Conditions::compile`].
    pub conditions: Option<Arc<Conditions>>,
}

/// Where a ceiling entry applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CeilingScope {
    /// Everywhere.
    Platform,
    /// A tenant and everything in it.
    Tenant(Uuid),
    /// Every object of a coarse kind, in one tenant if one is given.
    Kind {
        /// Coarse kind.
        kind: ObjectKind,
        /// The only tenant, if any.
        tenant: Option<Uuid>,
    },
    /// Every object of a type, in one tenant if one is given.
    Type {
        /// Type.
        object_type: ObjectType,
        /// The only tenant, if any.
        tenant: Option<Uuid>,
    },
    /// One object, by id.
    Object(Uuid),
}

impl CeilingEntry {
    /// An entry with its conditions compiled from JSON.
    pub fn new<A: Into<String>>(
        actions: impl IntoIterator<Item = A>,
        scope: CeilingScope,
        conditions: &Value,
    ) -> Self {
        let actions = actions.into_iter().map(Into::into).collect();
        Self { actions, scope, conditions: Conditions::compile(conditions) }
    }

    fn covers(&self, target: &Target<'_>) -> bool {
        let within = |tenant: &Option<Uuid>| tenant.is_none() || *tenant == target.tenant;
        match &self.scope {
            CeilingScope::Platform => true,
            CeilingScope::Tenant(tenant) => target.tenant == Some(*tenant),
            CeilingScope::Kind { kind, tenant } => *kind == target.object.kind && within(tenant),
            CeilingScope::Type { object_type, tenant } => {
                target.type_ref() == Some(object_type.as_ref()) && within(tenant)
            }
            CeilingScope::Object(id) => target.object.kind != ObjectKind::Platform && *id == target.object.id,
        }
    }
}

impl Ceiling {
    /// Whether the token may be used for the action on the target.
    pub(crate) fn admits(&self, action: &str, target: &Target<'_>, roots: &Roots<'_>) -> bool {
        self.entries.iter().any(|entry| {
            entry.actions.contains(action)
                && entry.covers(target)
                && entry.conditions.as_ref().is_none_or(|conditions| conditions.judge(roots) == Truth::True)
        })
    }

    /// The scopes at which the token may be used for the action whatever the circumstances.
    pub(crate) fn unconditional(&self, action: &str) -> impl Iterator<Item = &CeilingScope> {
        let entries = self.entries.iter().filter(move |entry| entry.actions.contains(action));
        entries.filter(|entry| entry.conditions.is_none()).map(|entry| &entry.scope)
    }
}
