//! Scenarios: a world in friendly names and what may be done in it, in files that read like sentences. The folder
//! `scenarios` of this crate holds them, its `README.md` describes how they are written.
//!
//! A scenario says nothing that cannot be set up through the API: what it grants keeps to the rules for assignments.

mod build;
mod phrase;
mod text;

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use crate::ceiling::Ceiling;
use crate::fact::Fact;
use crate::object::ObjectRef;
use crate::question::{Question, Selector};
use crate::words::ObjectKind;
use crate::world::World;

/// The folder with the scenario files.
pub const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");

/// A world and what is expected of it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it shows, in one sentence.
    pub title: String,
    /// Whether a deny stands when its condition cannot be judged.
    pub strict: bool,
    /// What holds, the seeded actions included; in an order in which the API can set it up.
    pub facts: Vec<Fact>,
    /// The ids of everything that has a name.
    pub ids: BTreeMap<String, Uuid>,
    /// What is asked, and what the answer is.
    pub lines: Vec<Line>,
}

/// One expectation.
#[derive(Debug, Clone)]
pub struct Line {
    /// The question as it is written.
    pub sentence: String,
    /// The entity that would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// What the caller claims.
    pub context: Value,
    /// What the platform knows about the credential.
    pub session: Value,
    /// When it is asked, in microseconds since 1970.
    pub now: i64,
    /// The ceiling of the token in use.
    pub ceiling: Option<Ceiling>,
    /// Whether the question looks past what is switched off.
    pub administrative: bool,
    /// What is asked for, and the answer.
    pub expected: Expected,
}

/// What a line expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// `may … = "yes"`, or `"no: reason"`.
    Answer {
        /// What would be acted on.
        object: ObjectRef,
        /// Whether the subject may.
        allowed: bool,
        /// Text of the reason.
        reason: String,
    },
    /// `which … = [names]`.
    List {
        /// Coarse kind of the objects.
        kind: ObjectKind,
        /// Ids of those that are listed; sorted.
        ids: Vec<Uuid>,
    },
}

/// A scenario file that cannot be read; says what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScenarioError(String);

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// [`ScenarioError`] if the text is not TOML of the described form, uses a name that it does not introduce, or
    /// grants what the API would not let be granted.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let file = toml::from_str(text).map_err(|error| ScenarioError(error.to_string()))?;
        build::build(file)
    }

    /// The world as the engine takes it.
    pub fn world(&self) -> World {
        World::load(self.strict, self.facts.iter().cloned())
    }

    /// Ids of the objects of a kind that are not deleted; sorted.
    pub fn objects(&self, wanted: ObjectKind) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Tenant { id, .. } if wanted == ObjectKind::Tenant => Some(*id),
                Fact::Entity { id, deleted: false, .. } if wanted == ObjectKind::Entity => Some(*id),
                Fact::Resource { id, deleted: false, .. } if wanted == ObjectKind::Resource => Some(*id),
                Fact::Group { id, deleted: false, .. } if wanted == ObjectKind::Group => Some(*id),
                Fact::Credential { id, .. } if wanted == ObjectKind::Credential => Some(*id),
                _ => None,
            })
            .collect();
        ids.sort_unstable();
        ids
    }
}

impl Line {
    /// The line as a question about this object.
    pub fn question(&self, object: ObjectRef) -> Question<'_> {
        Question {
            subject: self.subject,
            action: &self.action,
            object: Selector::object(object),
            context: &self.context,
            session: &self.session,
            now: self.now,
            ceiling: self.ceiling.as_ref(),
            administrative: self.administrative,
        }
    }
}
