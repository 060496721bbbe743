//! Search: who may do this to that, what somebody may do this to, what somebody may do to that.
//!
//! Candidates are read off the index in the order of their ids, from a cursor on, and each is put to
//! [`decide`](World::decide): a search cannot say anything else than a check.

mod actions;
mod objects;
mod subjects;

use itertools::Itertools;
use serde_json::Value;
use uuid::Uuid;

use crate::ceiling::Ceiling;
use crate::object::ObjectRef;
use crate::question::{Question, Selector};
use crate::world::World;

/// How many candidates one page looks at. A page that gets that far ends early, with a cursor to go on from.
pub const CANDIDATES: usize = 20_000;

/// What a search asks in the same way about every candidate.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Name of the action.
    pub action: &'a str,
    /// What the caller claims.
    pub context: &'a Value,
    /// What the platform knows about the credential in use.
    pub session: &'a Value,
    /// When, in microseconds since 1970.
    pub now: i64,
    /// The ceiling of the access token in use, if the subject is its owner and it has one.
    pub ceiling: Option<&'a Ceiling>,
    /// Look for what comes after this id.
    pub after: Option<Uuid>,
    /// At most this many.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// In the order of their ids.
    pub ids: Vec<Uuid>,
    /// Where to go on, unless everything has been looked at.
    pub next: Option<Uuid>,
}

/// Candidates in the order of their ids, perhaps some of them twice.
type Candidates<'a> = Box<dyn Iterator<Item = Uuid> + 'a>;

impl Search<'_> {
    fn allows(&self, world: &World, subject: Uuid, object: ObjectRef) -> bool {
        let question = Question {
            subject,
            action: self.action,
            object: Selector::object(object),
            context: self.context,
            session: self.session,
            now: self.now,
            ceiling: self.ceiling,
            administrative: false,
        };
        world.decide(&question).is_ok_and(|decision| decision.allowed)
    }

    /// Goes through the candidates until the page is full or enough have been looked at.
    fn page(&self, candidates: Vec<Candidates<'_>>, passes: impl Fn(Uuid) -> bool) -> Matches {
        let mut candidates = candidates.into_iter().kmerge().dedup().peekable();
        let mut ids = Vec::new();
        let mut last = self.after;
        for candidate in candidates.by_ref().take(CANDIDATES) {
            last = Some(candidate);
            if passes(candidate) {
                ids.push(candidate);
            }
            if ids.len() >= self.limit {
                break;
            }
        }
        Matches { ids, next: candidates.peek().and(last) }
    }
}

/// Those after the cursor, sorted.
fn sorted<'a>(ids: impl IntoIterator<Item = Uuid>, after: Option<Uuid>) -> Candidates<'a> {
    let past = |id: &Uuid| after.is_none_or(|after| *id > after);
    Box::new(ids.into_iter().filter(past).sorted_unstable())
}
