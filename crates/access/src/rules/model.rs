//! A guardrail and which of several wins.

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{EntityKind, ObjectKind, ObjectRef, ObjectType, Recipient};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actions::Target;
use crate::overrides::For;

/// What a guardrail says about receiving an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be received.
    Allow,
    /// It may not.
    Deny,
    /// It may not without an exception that a second person has approved.
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
    /// The higher wins. A tenant makes things stricter: what it lets a second person decide, the platform still denies.
    const fn precedence(&self) -> u8 {
        match (self.verdict, self.absolute, self.tenant.is_some()) {
            (Verdict::Deny, true, _) => 50,
            (Verdict::RequireOverride, true, _) => 45,
            (Verdict::Deny, false, true) => 40,
            (Verdict::Allow, _, true) => 30,
            (Verdict::Deny, false, false) => 20,
            (Verdict::RequireOverride, false, true) => 18,
            (Verdict::RequireOverride, false, false) => 15,
            (Verdict::Allow, _, false) => 10,
        }
    }

    /// What must hold for one that somebody makes: a tenant says what is denied in it or needs a second person, and outweighs
    /// nobody.
    pub(super) fn may_be_made(&self) -> Result<(), RuleFault> {
        match (self.tenant, self.verdict) {
            (Some(_), Verdict::Allow) => Err(RuleFault::TenantsOnlyDeny),
            (Some(_), _) if self.absolute => Err(RuleFault::TenantsAreNotAbsolute),
            _ => Ok(()),
        }
    }

    /// The guardrail as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "entity_kind": self.entity_kind.as_str(),
            "action_name": self.action,
            "object_kind": self.object_kind.as_str(),
            "object_type": self.object_type,
            "decision": self.verdict.as_str(),
            "is_absolute": self.absolute,
        })
    }

    fn is_about(&self, receiving: &Receiving<'_>) -> bool {
        self.entity_kind == receiving.kind
            && self.action == receiving.action
            && self.object_kind == receiving.target.kind
            && (self.object_type.is_none() || self.object_type == receiving.target.object_type)
            && (self.tenant.is_none() || self.tenant == receiving.tenant)
    }
}

impl Guarded for Guardrail {
    type Noun = Guardrail;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// Reads the type of a new guardrail, written with or without its kind in front; blank is none.
pub(super) fn object_type(kind: ObjectKind, text: Option<&str>) -> Result<Option<String>, RuleFault> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let whole = ObjectType::within(kind, text).ok_or(RuleFault::TypeOfAnotherKind)?;
    if whole.sub.trim().is_empty() {
        return Err(RuleFault::TypeWithoutName);
    }
    Ok(Some(whole.to_string()))
}

/// A guardrail that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// It names no action.
    #[error("actionName is required")]
    NoAction,
    /// There is no action of this name.
    #[error("actionName references unknown action {0}")]
    NoSuchAction(String),
    /// Nothing can be said about such objects.
    #[error("objectKind must be a valid object kind")]
    NoSuchKind,
    /// The type has no name after its kind.
    #[error("objectType must be namespaced as object_kind:type")]
    TypeWithoutName,
    /// The type names another kind than the one beside it.
    #[error("objectType namespace must match objectKind")]
    TypeOfAnotherKind,
    /// A tenant cannot allow what the platform denies.
    #[error("tenant-specific guardrail rules can only deny in v1")]
    TenantsOnlyDeny,
    /// A tenant cannot outweigh the platform.
    #[error("tenant-specific guardrail rules cannot be absolute")]
    TenantsAreNotAbsolute,
    /// One about the same is there already.
    #[error("action assignment rule already exists")]
    Exists,
}

impl Fault for RuleFault {
    fn kind(&self) -> Kind {
        match self {
            RuleFault::Exists => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            RuleFault::NoAction | RuleFault::NoSuchAction(_) => "guardrail.no_such_action",
            RuleFault::NoSuchKind => "guardrail.object_kind",
            RuleFault::TypeWithoutName | RuleFault::TypeOfAnotherKind => "guardrail.object_type",
            RuleFault::TenantsOnlyDeny | RuleFault::TenantsAreNotAbsolute => "guardrail.of_tenant",
            RuleFault::Exists => "already_exists",
        }
    }
}

/// A kind of entity would receive an action on objects through a grant of a tenant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receiving<'a> {
    pub(crate) kind: EntityKind,
    pub(crate) action: &'a str,
    pub(crate) target: &'a Target,
    pub(crate) tenant: Option<Uuid>,
    pub(crate) recipient: Option<Recipient>,
}

/// What the guardrail that wins says; whatever none is about may be received.
pub(crate) fn judge(guardrails: &[Guardrail], receiving: &Receiving<'_>) -> Result<(), GuardrailFault> {
    let about = guardrails.iter().filter(|guardrail| guardrail.is_about(receiving));
    let Some(rule) = about.max_by_key(|guardrail| guardrail.precedence()) else { return Ok(()) };
    let speaks = || Speaking {
        rule: rule.id,
        kind: receiving.kind,
        action: receiving.action.to_owned(),
        target: receiving.target.clone(),
        tenant: receiving.tenant,
        recipient: receiving.recipient,
    };
    match rule.verdict {
        Verdict::Allow => Ok(()),
        Verdict::Deny => Err(GuardrailFault::Rejected(Box::new(speaks()))),
        Verdict::RequireOverride => Err(GuardrailFault::NeedsOverride(Box::new(speaks()))),
    }
}

/// Which guardrail speaks against what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaking {
    /// The guardrail.
    pub rule: Uuid,
    /// What kind of entity would receive something.
    pub kind: EntityKind,
    /// Name of the action.
    pub action: String,
    /// On which objects.
    pub target: Target,
    /// The tenant of the grant.
    pub tenant: Option<Uuid>,
    /// What it would go to, if that exists already.
    pub recipient: Option<Recipient>,
}

/// A guardrail speaks against a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardrailFault {
    /// It may not be received.
    #[error("guardrail rejected {} receiving {} on {}", .0.kind, .0.action, .0.target)]
    Rejected(Box<Speaking>),
    /// It may not be received without an exception that a second person has approved.
    #[error("guardrail requires override for {} receiving {}", .0.kind, .0.action)]
    NeedsOverride(Box<Speaking>),
}

impl GuardrailFault {
    /// The guardrail, and what it is about.
    pub fn speaking(&self) -> &Speaking {
        match self {
            GuardrailFault::Rejected(speaking) | GuardrailFault::NeedsOverride(speaking) => speaking,
        }
    }
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

    /// What somebody needs to know to ask for an exception.
    fn details(&self) -> Option<Value> {
        let speaking = self.speaking();
        let recipient = speaking.recipient.map(For::Recipient);
        Some(json!({
            "ruleId": speaking.rule,
            "entityKind": speaking.kind.as_str(),
            "actionName": speaking.action,
            "objectKind": speaking.target.kind.as_str(),
            "objectType": speaking.target.object_type,
            "tenantId": speaking.tenant,
            "for": recipient.map(For::word),
            "recipientId": recipient.and_then(For::id),
        }))
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
        let receiving =
            Receiving { kind: EntityKind::Device, action: "write", target: &target, tenant, recipient: None };
        judge(rules, &receiving).map_err(|fault| fault.to_string())
    }

    #[test]
    fn the_highest_precedence_wins() {
        use Verdict::{Allow, Deny, RequireOverride};
        // From the lowest to the highest: each outweighs all before it.
        let ladder = [
            rule(Allow, None, false),
            rule(RequireOverride, None, false),
            rule(RequireOverride, Some(TENANT), false),
            rule(Deny, None, false),
            rule(Allow, Some(TENANT), false),
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
    fn a_tenant_makes_things_stricter_and_nothing_more() {
        use Verdict::{Allow, Deny, RequireOverride};
        let made = |verdict, tenant, absolute| rule(verdict, tenant, absolute).may_be_made();
        assert_eq!(made(Deny, Some(TENANT), false), Ok(()));
        assert_eq!(made(Allow, Some(TENANT), false), Err(RuleFault::TenantsOnlyDeny));
        assert_eq!(made(Deny, Some(TENANT), true), Err(RuleFault::TenantsAreNotAbsolute));
        assert_eq!(made(Allow, None, true), Ok(()));
        assert_eq!(made(RequireOverride, None, true), Ok(()));
        assert_eq!(made(RequireOverride, Some(TENANT), false), Ok(()));
        assert_eq!(made(RequireOverride, Some(TENANT), true), Err(RuleFault::TenantsAreNotAbsolute));
    }

    #[test]
    fn a_type_may_be_written_with_or_without_its_kind() {
        let read = |text| object_type(ObjectKind::Resource, Some(text));
        for text in ["channel", "resource:channel", " resource:channel "] {
            assert_eq!(read(text), Ok(Some("resource:channel".into())), "{text}");
        }
        assert_eq!(read(" "), Ok(None));
        assert_eq!(read("resource:"), Err(RuleFault::TypeWithoutName));
        assert_eq!(read("entity:device"), Err(RuleFault::TypeOfAnotherKind));
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
