//! A recorded decision.

use atoll_base::decisions::Asked;
use atoll_base::{Moment, Result};
use atoll_policy::{Decision, ObjectRef, Question, Selector, World};
use serde_json::Value;
use uuid::Uuid;

use super::context::kept;
use crate::check::BadSelector;

/// A question that was asked, and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Id.
    pub id: Uuid,
    /// When it was asked.
    pub at: Moment,
    /// The tenant of the object.
    pub tenant: Option<Uuid>,
    /// Who would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// What would be acted on.
    pub object: ObjectRef,
    /// What was claimed, without what looks secret.
    pub context: Value,
    /// Whether that is all that was claimed.
    pub context_whole: bool,
    /// Whether the subject might.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: String,
    /// What it was decided on.
    pub revision: String,
    /// By which door it came.
    pub door: String,
    /// Who asked.
    pub caller: Option<Uuid>,
}

impl Recorded {
    /// What is kept of a question.
    pub(super) fn of(id: Uuid, asked: &Asked) -> Recorded {
        let (context, context_whole) = kept(&asked.context);
        Recorded {
            id,
            at: asked.at,
            tenant: asked.tenant,
            subject: asked.subject,
            action: asked.action.clone(),
            object: asked.object,
            context,
            context_whole,
            allowed: asked.allowed,
            reason: asked.reason.clone(),
            revision: asked.revision.to_string(),
            door: asked.door.to_owned(),
            caller: asked.caller.entity_id(),
        }
    }

    /// The question again, at another moment. What was known about the caller's proof is not kept: conditions on `session`
    /// cannot be judged, and a ceiling does not count.
    fn question<'q>(&'q self, session: &'q Value, now: Moment) -> Question<'q> {
        Question {
            subject: self.subject,
            action: &self.action,
            object: Selector::object(self.object),
            context: &self.context,
            session,
            now: now.0,
            ceiling: None,
            administrative: false,
        }
    }

    /// Why a world answers as it does, in a sentence.
    pub(crate) fn why(&self, world: &World, session: &Value, now: Moment) -> Result<String> {
        Ok(world.insight(&self.question(session, now)).map_err(BadSelector::from)?.sentence)
    }

    /// The answer of a world to the question.
    pub(crate) fn ask(&self, world: &World, session: &Value, now: Moment) -> Result<Decision> {
        Ok(world.decide(&self.question(session, now)).map_err(BadSelector::from)?)
    }
}
