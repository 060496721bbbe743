//! Why a question was answered as it was: everything that was looked at, ready for people and for the API.

use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::decision::{Lifecycle, Reason};
use crate::words::{Effect, EntityKind, Status};

/// A decision with all that led to it.
///
/// Serialises to `{allowed, reason, subject, resource, capability, matchedBinding, evaluatedBindings}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Whether the subject may.
    pub allowed: bool,
    /// Why, or why not; serialised as its text.
    #[serde(serialize_with = "as_text")]
    pub reason: Reason,
    /// The tenant that is in the way, if one is.
    #[serde(skip)]
    pub lifecycle: Option<Lifecycle>,
    /// The subject, if it exists.
    pub subject: Option<SubjectPart>,
    /// The object, if it exists and is not the platform.
    pub resource: Option<ResourcePart>,
    /// The action, if it exists and applies to the object.
    pub capability: Option<CapabilityPart>,
    /// The deny that decided, or the last allow that matched.
    pub matched_binding: Option<Binding>,
    /// Every grant that was looked at, one for each action of a block, up to the first deny that matched.
    pub evaluated_bindings: Vec<Binding>,
    /// Where the deny or allow that matched reaches, in words: `everywhere`, `on every channel in group 'hall-1'`.
    #[serde(skip)]
    pub reach: String,
    /// The action asked about, as it was given.
    #[serde(skip)]
    pub action: String,
}

/// The subject of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubjectPart {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Life of the entity.
    pub status: Status,
}

/// The object of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourcePart {
    /// Id.
    pub id: Uuid,
    /// Sub-kind.
    pub kind: String,
    /// Name, where it has one that the engine knows.
    pub name: Option<String>,
    /// Tenant.
    pub tenant_id: Option<Uuid>,
}

/// The action of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CapabilityPart {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

/// One grant and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Binding {
    /// The direct policy or role assignment; for a membership an id made from the member and the tenant.
    pub id: Uuid,
    /// The permission block; for a membership the same id.
    pub block_id: Uuid,
    /// Allow or deny.
    pub effect: Effect,
    /// Direct or through a role.
    pub grant_kind: GrantKind,
    /// The action of a direct grant, or the role.
    pub grant_id: Uuid,
    /// Name of the role.
    pub role_name: Option<String>,
    /// How the role was reached. Roles do not nest, so this is its name.
    pub role_path: Option<String>,
    /// Scope of the block, see [`Scope::explained_kind`](crate::Scope::explained_kind).
    pub scope_kind: &'static str,
    /// What the scope refers to, see [`Scope::explained_ref`](crate::Scope::explained_ref).
    pub scope_ref: Option<String>,
    /// Conditions of the block.
    pub conditions: Value,
    /// `direct`, `group:` and the names of the groups from the top down, or `tenant_membership`.
    pub via: String,
    /// Whether it counted.
    pub result: BindingResult,
    /// Why it did not.
    pub skip_reason: Option<SkipReason>,
    /// Present when its conditions could not be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Unjudged>,
}

/// How a grant is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// By a direct policy or a membership.
    Capability,
    /// Through a role.
    Role,
}

/// Whether a grant counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BindingResult {
    /// It did.
    Matched,
    /// It did not.
    Skipped,
}

/// Why a grant did not count; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// It does not cover the object, or not in this tenant.
    ScopeMismatch,
    /// It is about another action.
    GrantMismatch,
    /// It has not begun.
    NotYet,
    /// It has ended.
    Expired,
    /// Its conditions do not hold.
    ConditionsMismatch,
}

/// Marks conditions that could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unjudged {
    /// They came to neither true nor false.
    Unknown,
}

impl Explanation {
    /// The JSON of the API; each of its fields is one of the API's.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("an explanation has string keys and finite numbers only")
    }

    /// The explanation in one sentence.
    pub fn sentence(&self) -> String {
        let who = self.subject.as_ref().map_or("the subject", |subject| &subject.name);
        let what = match &self.resource {
            Some(resource) => format!("{} {}", resource.kind, name_or_id(resource)),
            None => "the object".to_owned(),
        };
        let may = if self.allowed { "may" } else { "may not" };
        let because = match (&self.reason, &self.matched_binding) {
            (Reason::NoMatchingAllow, _) => match self.evaluated_bindings.len() {
                0 => "nothing is granted to it".to_owned(),
                1 => "the one grant it has does not match".to_owned(),
                all => format!("none of its {all} grants matches"),
            },
            (_, Some(binding)) => binding.clause(&self.reach),
            (reason, None) => reason.to_string(),
        };
        format!("{who} {may} {} {what}: {because}.", self.action)
    }
}

impl Binding {
    fn clause(&self, reach: &str) -> String {
        let source = match (&self.role_name, self.via.as_str()) {
            (None, "tenant_membership") => "membership of the tenant".to_owned(),
            (None, "direct") => "a direct policy".to_owned(),
            (None, via) => format!("a direct policy ({via})"),
            (Some(role), "direct") => format!("role '{role}'"),
            (Some(role), via) => format!("role '{role}' ({via})"),
        };
        let verb = match self.effect {
            Effect::Allow => "allows",
            Effect::Deny => "denies",
        };
        let doubt = if self.condition.is_some() { ", and its conditions could not be judged" } else { "" };
        format!("{source} {verb} it {reach}{doubt}")
    }
}

fn name_or_id(resource: &ResourcePart) -> String {
    resource.name.clone().unwrap_or_else(|| resource.id.to_string())
}

fn as_text<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}
