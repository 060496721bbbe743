//! Beyond an explanation: everything that was considered, sorted by what became of it, and which single change would
//! turn the answer round.

mod change;
mod consider;
mod turn;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub use change::Turn;

use crate::decide::Opened;
use crate::explanation::Explanation;
use crate::question::{Question, SelectorError};
use crate::window::Window;
use crate::words::Effect;
use crate::world::World;

/// How many grants of one fate are listed; the rest is counted.
const LISTED: usize = 200;

/// A decision, taken apart. In JSON `{allowed, reason, sentence, considered, turns}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Insight {
    /// Whether the subject may.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: String,
    /// The same as a sentence.
    pub sentence: String,
    /// All that the subject holds, by what became of it; fates that nothing met are left out.
    pub considered: Vec<Considered>,
    /// Single changes each of which would turn the answer round, every one tried out.
    pub turns: Vec<Turn>,
}

/// The grants that met one fate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Considered {
    /// What became of them.
    pub fate: Fate,
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub grants: Vec<Weighed>,
}

/// What became of a grant; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A deny that matches, and so decides.
    Denies,
    /// An allow that matches.
    Allows,
    /// An allow that matches, but a deny outweighs it.
    Outweighed,
    /// An allow that matches, but the access token may not be used for it.
    AboveCeiling,
    /// Its conditions do not hold.
    ConditionsFalse,
    /// Its conditions could not be judged, so that this allow does not count.
    ConditionsUnknown,
    /// It has not begun.
    NotYet,
    /// It has ended.
    Expired,
    /// An object group on the way to the object is not in use.
    PlaceNotInUse,
    /// It covers the object, but is about other actions.
    OtherAction,
    /// It is bounded to another tenant.
    OtherTenant,
    /// It does not cover the object.
    OtherObject,
}

impl Fate {
    /// The fate in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Denies => "denies it",
            Self::Allows => "allows it",
            Self::Outweighed => "would allow it, but is outweighed by a deny",
            Self::AboveCeiling => "would allow it, but the access token may not be used for it",
            Self::ConditionsFalse => "has conditions that do not hold",
            Self::ConditionsUnknown => "has conditions that could not be judged",
            Self::NotYet => "has not begun",
            Self::Expired => "has ended",
            Self::PlaceNotInUse => "goes through an object group that is not in use",
            Self::OtherAction => "is about other actions",
            Self::OtherTenant => "counts in another tenant only",
            Self::OtherObject => "does not cover the object",
        }
    }
}

/// One grant and the way by which it came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weighed {
    /// The direct policy or role assignment; none for a membership.
    pub grant: Option<Uuid>,
    /// The permission block; none for a membership.
    pub block: Option<Uuid>,
    /// What it does.
    pub effect: Effect,
    /// The role, if it came through one.
    pub role: Option<RolePart>,
    /// `direct`, `group:` and the names of the groups from the top down, or `tenant_membership`.
    pub via: String,
    /// The only tenant in which it counts.
    pub boundary: Option<Uuid>,
    /// Scope of the block, as in explanations.
    pub scope_kind: &'static str,
    /// What the scope refers to, as in explanations.
    pub scope_ref: Option<String>,
    /// When it counts.
    pub window: Window,
    /// Names of its actions.
    pub actions: Vec<String>,
    /// Its conditions, if it has any.
    pub conditions: Option<Value>,
    /// Paths of the conditions that do not hold or could not be judged, where that decided.
    pub unmet: Vec<String>,
}

/// A role, by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RolePart {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

impl World {
    /// Takes a decision apart. Takes longer the more the subject holds, and up to some dozens of decisions for the
    /// changes it tries.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    pub fn insight(&self, question: &Question<'_>) -> Result<Insight, SelectorError> {
        let explanation = self.explain(question)?;
        let considered = match self.open_case(question)? {
            Opened::Case(case) => self.consider(&case, question, &explanation),
            Opened::Answered { .. } => Vec::new(),
        };
        let turns = self.turns(question, explanation.allowed)?;
        Ok(Insight {
            allowed: explanation.allowed,
            reason: explanation.reason.to_string(),
            sentence: sentence(&explanation, &turns),
            considered,
            turns,
        })
    }
}

fn sentence(explanation: &Explanation, turns: &[Turn]) -> String {
    let Some(first) = turns.first() else { return explanation.sentence() };
    let result = if explanation.allowed { "no longer be allowed" } else { "be allowed" };
    format!("{} It would {result} if you {first}.", explanation.sentence())
}
