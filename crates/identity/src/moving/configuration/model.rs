//! What the files say.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::free::Free;

/// How a tenant is set up. A part that is `None` is not spoken of, and is left as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configuration {
    /// The tenant itself.
    pub tenant: Tenant,
    /// Principal and object groups.
    pub groups: Option<Vec<Group>>,
    /// Resources, where they were asked for.
    pub resources: Option<Vec<Resource>>,
    /// Roles and their blocks.
    pub roles: Option<Vec<Role>>,
    /// Who has which role.
    pub assignments: Option<Vec<Assignment>>,
    /// Who has which block directly.
    pub policies: Option<Vec<Policy>>,
    /// Profiles and their versions.
    pub profiles: Option<Vec<Profile>>,
    /// Guardrails of the tenant.
    pub guardrails: Option<Vec<Guardrail>>,
    /// Policy tests.
    pub tests: Option<Vec<PolicyTest>>,
    /// The JSON files that profiles name, by path.
    pub schemas: BTreeMap<String, Value>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// A configuration that was read from files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// What they say.
    pub configuration: Configuration,
    /// Where they say it, by kind and key.
    pub places: HashMap<(&'static str, String), Place>,
}

/// One thing in a file.
pub trait Item: Serialize + Clone {
    /// What it is, for people.
    const WHAT: &'static str;
    /// What tells it from others of its kind.
    fn key(&self) -> String;
}

/// `tenant.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// Its alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Its route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether policy tests that would begin to fail refuse changes.
    #[serde(default)]
    pub policy_tests_refuse_changes: bool,
    /// What is asked of people who sign in.
    #[serde(default)]
    pub sign_in: SignIn,
    /// Free-form.
    #[serde(default, skip_serializing_if = "Free::is_empty")]
    pub attributes: Free,
}

/// What is asked of people who sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// `none`, `any` or `passkey`.
    pub second_factor: String,
    /// How many seconds they may do without it.
    #[serde(default)]
    pub grace_secs: u64,
}

impl Default for SignIn {
    fn default() -> Self {
        SignIn { second_factor: "none".into(), grace_secs: 0 }
    }
}

/// In `groups.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// `principal` or `object`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The name of the group of the same kind above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `active` when left out.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub status: String,
    /// Free-form.
    #[serde(default, skip_serializing_if = "Free::is_empty")]
    pub attributes: Free,
}

fn active() -> String {
    "active".into()
}

fn is_active(status: &str) -> bool {
    status == "active"
}

/// In `resources.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its alias, by which other files name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Its id, where it has no alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is.
    pub kind: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The object group it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Free-form.
    #[serde(default, skip_serializing_if = "Free::is_empty")]
    pub attributes: Free,
}

/// In `roles.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it holds.
    #[serde(default, rename = "block", skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
}

/// A permission block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// `allow` when left out.
    #[serde(default = "allow")]
    pub effect: String,
    /// Names of actions.
    pub actions: Vec<String>,
    /// Where it applies: the mode of the scope.
    pub scope: String,
    /// Coarse kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_kind: Option<String>,
    /// Type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// One object, as `kind:name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The name of an object group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// When it applies.
    #[serde(default, skip_serializing_if = "Free::is_empty")]
    pub conditions: Free,
}

fn allow() -> String {
    "allow".into()
}

/// In `assignments.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Who, as `entity:name`, `platform_entity:name` or `principal_group:name`.
    pub subject: String,
    /// The name of the role.
    pub role: String,
    /// From when on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// In `policies.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Who, as in an assignment.
    pub subject: String,
    /// From when on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The block.
    pub block: Block,
}

/// In `profiles.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What it describes.
    pub object_kind: String,
    /// Kind of those objects.
    pub kind: String,
    /// Short name.
    pub key: String,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `active` when left out.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub status: String,
    /// Its versions, the oldest first.
    #[serde(default, rename = "version", skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
}

/// A version of a profile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its number.
    pub number: i32,
    /// `active` when left out.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub status: String,
    /// The file with its JSON Schema.
    pub schema: String,
    /// The file with its hints for forms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_schema: Option<String>,
}

/// In `guardrails.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guardrail {
    /// Who would receive the action.
    pub entity_kind: String,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the objects.
    pub object_kind: String,
    /// Type of the objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// `deny` or `require_override`.
    pub decision: String,
}

/// In `policy-tests.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyTest {
    /// Its name.
    pub name: String,
    /// Who would act.
    pub subject: String,
    /// Name of the action.
    pub action: String,
    /// On what, as `kind:name`.
    pub object: String,
    /// Whether they may.
    pub may: bool,
    /// What is claimed.
    #[serde(default, skip_serializing_if = "Free::is_empty")]
    pub context: Free,
}

impl Item for Tenant {
    const WHAT: &'static str = "tenant";

    fn key(&self) -> String {
        self.name.clone()
    }
}

impl Item for Group {
    const WHAT: &'static str = "group";

    fn key(&self) -> String {
        format!("{}_group:{}", self.kind, self.name)
    }
}

impl Item for Resource {
    const WHAT: &'static str = "resource";

    fn key(&self) -> String {
        let name = self.alias.as_ref().map(|alias| alias.to_lowercase()).or_else(|| self.id.clone());
        format!("resource:{}", name.unwrap_or_default())
    }
}

impl Item for Role {
    const WHAT: &'static str = "role";

    fn key(&self) -> String {
        format!("role:{}", self.name)
    }
}

impl Item for Assignment {
    const WHAT: &'static str = "assignment";

    fn key(&self) -> String {
        format!("{} has {}", self.subject, self.role)
    }
}

impl Item for Policy {
    const WHAT: &'static str = "direct policy";

    fn key(&self) -> String {
        format!("{} may {}", self.subject, self.block.key())
    }
}

impl Block {
    /// The whole block in one line.
    pub fn key(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Item for Profile {
    const WHAT: &'static str = "profile";

    fn key(&self) -> String {
        format!("{}/{}/{}", self.object_kind, self.kind, self.key)
    }
}

impl Item for Guardrail {
    const WHAT: &'static str = "guardrail";

    fn key(&self) -> String {
        let of = self.object_type.as_deref().unwrap_or(&self.object_kind);
        format!("{} to {} of {of}: {}", self.action, self.entity_kind, self.decision)
    }
}

impl Item for PolicyTest {
    const WHAT: &'static str = "policy test";

    fn key(&self) -> String {
        self.name.clone()
    }
}
