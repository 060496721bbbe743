//! The form of a scenario file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::ScenarioError;
use crate::window::Window;
use crate::words::{Status, TenantStatus};

type Named<T> = BTreeMap<String, T>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) title: String,
    #[serde(default = "yes")]
    pub(super) strict: bool,
    #[serde(default)]
    pub(super) tenants: Named<Tenant>,
    #[serde(default)]
    pub(super) people: Named<Entity>,
    #[serde(default)]
    pub(super) devices: Named<Entity>,
    #[serde(default)]
    pub(super) services: Named<Entity>,
    #[serde(default)]
    pub(super) workloads: Named<Entity>,
    #[serde(default)]
    pub(super) applications: Named<Entity>,
    #[serde(default)]
    pub(super) resources: Named<Resource>,
    #[serde(default)]
    pub(super) credentials: Named<Credential>,
    #[serde(default)]
    pub(super) groups: Named<Group>,
    #[serde(default)]
    pub(super) places: Named<Group>,
    #[serde(default)]
    pub(super) blocks: Named<Rule>,
    #[serde(default)]
    pub(super) roles: Named<Role>,
    #[serde(default)]
    pub(super) grants: Named<Vec<Held>>,
    #[serde(default)]
    pub(super) answers: Named<Answer>,
    #[serde(default)]
    pub(super) given: Vec<Given>,
}

const fn yes() -> bool {
    true
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tenant {
    #[serde(default = "in_use")]
    pub(super) status: TenantStatus,
    #[serde(default)]
    pub(super) members: Vec<Held>,
    #[serde(default = "empty")]
    pub(super) attributes: Value,
}

const fn in_use() -> TenantStatus {
    TenantStatus::Active
}

const fn active() -> Status {
    Status::Active
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entity {
    pub(super) tenant: Option<String>,
    #[serde(default = "active")]
    pub(super) status: Status,
    #[serde(default)]
    pub(super) deleted: bool,
    #[serde(rename = "in")]
    pub(super) place: Option<String>,
    #[serde(default = "empty")]
    pub(super) attributes: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resource {
    pub(super) kind: String,
    pub(super) tenant: Option<String>,
    #[serde(default)]
    pub(super) deleted: bool,
    #[serde(rename = "in")]
    pub(super) place: Option<String>,
    #[serde(default = "empty")]
    pub(super) attributes: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credential {
    pub(super) of: String,
    pub(super) kind: String,
    #[serde(default = "empty")]
    pub(super) metadata: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) tenant: Option<String>,
    #[serde(default = "active")]
    pub(super) status: Status,
    #[serde(default)]
    pub(super) deleted: bool,
    #[serde(rename = "in")]
    pub(super) parent: Option<String>,
    #[serde(default)]
    pub(super) members: Vec<Held>,
    #[serde(default = "empty")]
    pub(super) attributes: Value,
}

/// `"allow read on tenant plant"`, or the same with conditions.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Rule {
    Always(String),
    When { rule: String, when: Value },
}

impl Rule {
    pub(super) fn parts(&self) -> (&str, Value) {
        match self {
            Self::Always(rule) => (rule, empty()),
            Self::When { rule, when } => (rule, when.clone()),
        }
    }
}

/// A name, or the same for a while.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Held {
    Always(String),
    While { name: String, from: Option<String>, until: Option<String> },
}

impl Held {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Always(name) | Self::While { name, .. } => name,
        }
    }

    pub(super) fn window(&self) -> Result<Window, ScenarioError> {
        match self {
            Self::Always(_) => Ok(Window::ALWAYS),
            Self::While { from, until, .. } => Ok(Window {
                not_before: from.as_deref().map(moment).transpose()?,
                expires: until.as_deref().map(moment).transpose()?,
            }),
        }
    }
}

/// Microseconds since 1970 of an RFC 3339 time.
pub(super) fn moment(text: &str) -> Result<i64, ScenarioError> {
    let wrong = || ScenarioError(format!("'{text}' is not a time like 2026-01-31T12:00:00Z"));
    let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| wrong())?;
    i64::try_from(parsed.unix_timestamp_nanos() / 1000).map_err(|_| wrong())
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Role {
    Blocks(Vec<String>),
    Deleted { blocks: Vec<String>, deleted: bool },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Text(String),
    Names(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    #[serde(default = "empty")]
    pub(super) context: Value,
    #[serde(default = "empty")]
    pub(super) session: Value,
    pub(super) at: Option<String>,
    pub(super) token: Option<Vec<Rule>>,
    #[serde(default)]
    pub(super) administrative: bool,
    pub(super) answers: Named<Answer>,
}

impl Given {
    /// Nothing is given.
    pub(super) fn plain(answers: Named<Answer>) -> Self {
        Self { context: empty(), session: empty(), at: None, token: None, administrative: false, answers }
    }
}
