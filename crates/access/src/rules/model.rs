//! A guardrail and which of several wins.

use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{EntityKind, ObjectKind};
use uuid::Uuid;

use crate::actions::Target;

/// What a guardrail says about receiving an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be received.
    Allow,
    /// It may not.
    Deny,
    /// It may not without an exception, and there are none.
    RequireOverride,
}

impl Verdict {
    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Deny => "deny",
            Verdict::RequireOverride => "require_override",
        }
    }

    /// Reads the word of the store.
    pub fn read(text: &str) -> Option<Verdict> {
        [Verdict::Allow, Verdict::Deny, Verdict::RequireOverride]
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
    }
}

/// A guardrail: what a kind of entity may receive, looked at when grants change and never when decisions are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardrail {
    /// Id.
    pub id: Uuid,
    /// The tenant for whose grants it holds; none means all.
    pub tenant: Option<Uuid>,
    /// Who would receive the action.
    pub entity_kind: EntityKind,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the objects.
    pub object_kind: ObjectKind,
    /// Type of the objects, `kind:sub`; none means every type.
    pub object_type: Option<String>,
    /// What it says.
    pub verdict: Verdict,
    /// Outweighs whatever is not absolute.
    pub absolute: bool,
    /// When it was made.
    pub created_at: Moment,
}

impl Guardrail {
    /// The higher wins.
    const fn precedence(&self) -> u8 {
        match (self.verdict, self.absolute, self.tenant.is_some()) {
            (Verdict::Deny, true, _) => 50,
            (Verdict::RequireOverride, true, _) => 45,
            (Verdict::Deny, false, true) => 40,
            (Verdict::RequireOverride, false, true) => 35,
            (Verdict::Allow, _, true) => 30,
            (Verdict::Deny, false, false) => 20,
            (Verdict::RequireOverride, false, false) => 15,
            (Verdict::Allow, _, false) => 10,
        }
    }

    fn is_about(&self, receiving: &Receiving<'_>) -> bool {
        self.entity_kind == receiving.kind
            && self.action == receiving.action
            && self.object_kind == receiving.target.kind
            && (self.object_type.is_none() || self.object_type == receiving.target.object_type)
            && (self.tenant.is_none() || self.tenant == receiving.tenant)
    }
}

/// A kind of entity would receive an action on objects through a grant of a tenant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receiving<'a> {
    pub(crate) kind: EntityKind,
    pub(crate) action: &'a str,
    pub(crate) target: &'a Target,
    pub(crate) tenant: Option<Uuid>,
}

/// What the guardrail that wins says; whatever none is about may be received.
pub(crate) fn judge(guardrails: &[Guardrail], receiving: &Receiving<'_>) -> Result<(), GuardrailFault> {
    let about = guardrails.iter().filter(|guardrail| guardrail.is_about(receiving));
    match about.max_by_key(|guardrail| guardrail.precedence()).map(|guardrail| guardrail.verdict) {
        None | Some(Verdict::Allow) => Ok(()),
        Some(Verdict::Deny) => Err(GuardrailFault::Rejected {
            kind: receiving.kind,
            action: receiving.action.to_owned(),
            target: receiving.target.clone(),
        }),
        Some(Verdict::RequireOverride) => {
            Err(GuardrailFault::NeedsOverride { kind: receiving.kind, action: receiving.action.to_owned() })
        }
    }
}

/// A guardrail speaks against a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardrailFault {
    /// It may not be received.
    #[error("guardrail rejected {kind} receiving {action} on {target}")]
    Rejected {
        /// Who would receive it.
        kind: EntityKind,
        /// Name of the action.
        action: String,
        /// On which objects.
        target: Target,
    },
    /// It may not be received without an exception.
    #[error("guardrail requires override for {kind} receiving {action}")]
    NeedsOverride {
        /// Who would receive it.
        kind: EntityKind,
        /// Name of the action.
        action: String,
    },
}

impl Fault for GuardrailFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            GuardrailFault::Rejected { .. } => "guardrail.rejected",
            GuardrailFault::NeedsOverride { .. } => "guardrail.needs_override",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Uuid = Uuid::from_u128(9);

    fn rule(verdict: Verdict, tenant: Option<Uuid>, absolute: bool) -> Guardrail {
        Guardrail {
            id: Uuid::from_u128(1),
            tenant,
            entity_kind: EntityKind::Device,
            action: "write".into(),
            object_kind: ObjectKind::Resource,
            object_type: None,
            verdict,
            absolute,
            created_at: Moment(0),
        }
    }

    fn verdict(rules: &[Guardrail], object_type: Option<&str>, tenant: Option<Uuid>) -> Result<(), String> {
        let target = Target { kind: ObjectKind::Resource, object_type: object_type.map(str::to_owned) };
        let receiving = Receiving { kind: EntityKind::Device, action: "write", target: &target, tenant };
        judge(rules, &receiving).map_err(|fault| fault.to_string())
    }

    #[test]
    fn the_highest_precedence_wins() {
        use Verdict::{Allow, Deny, RequireOverride};
        // From the lowest to the highest: each outweighs all before it.
        let ladder = [
            rule(Allow, None, false),
            rule(RequireOverride, None, false),
            rule(Deny, None, false),
            rule(Allow, Some(TENANT), false),
            rule(RequireOverride, Some(TENANT), false),
            rule(Deny, Some(TENANT), false),
            rule(RequireOverride, None, true),
            rule(Deny, None, true),
        ];
        for upto in 1..=ladder.len() {
            let mut rules = ladder[..upto].to_vec();
            let expected = match rules[upto - 1].verdict {
                Allow => Ok(()),
                Deny => Err("guardrail rejected device receiving write on resource".to_owned()),
                RequireOverride => Err("guardrail requires override for device receiving write".to_owned()),
            };
            assert_eq!(verdict(&rules, None, Some(TENANT)), expected);
            rules.reverse();
            assert_eq!(verdict(&rules, None, Some(TENANT)), expected);
        }
    }

    #[test]
    fn a_rule_holds_for_its_type_and_tenant_only() {
        let mut typed = rule(Verdict::Deny, Some(TENANT), false);
        typed.object_type = Some("resource:channel".into());
        let rules = [typed];
        let rejected = Err("guardrail rejected device receiving write on resource:channel".to_owned());
        assert_eq!(verdict(&rules, Some("resource:channel"), Some(TENANT)), rejected);
        assert_eq!(verdict(&rules, Some("resource:rule"), Some(TENANT)), Ok(()));
        assert_eq!(verdict(&rules, None, Some(TENANT)), Ok(()));
        assert_eq!(verdict(&rules, Some("resource:channel"), None), Ok(()));
        assert_eq!(verdict(&[], None, None), Ok(()));
    }
}
