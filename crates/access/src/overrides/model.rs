//! An exception from a guardrail.

use std::fmt;
use std::time::Duration;

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{ObjectRef, Recipient};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::requests::RequestState;

/// Longest words of a reason or an answer, in characters.
pub(super) const WORDS_MAX: usize = 1000;
/// How many exceptions asked for by one entity may wait at once.
pub(super) const WAITING_MAX: u64 = 50;
/// How long an exception waits to be used once it is approved, if the one who approves does not say.
pub(super) const LASTS: Duration = Duration::from_secs(24 * 3600);
/// The longest that it may wait.
pub(super) const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// What an exception is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// What would receive something.
    Recipient(Recipient),
    /// The removal of the guardrail itself.
    Removal,
}

impl For {
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            For::Recipient(Recipient::Entity(_)) => "entity",
            For::Recipient(Recipient::Group(_)) => "group",
            For::Recipient(Recipient::Role(_)) => "role",
            For::Removal => "removal",
        }
    }

    /// The id of what would receive something.
    pub const fn id(self) -> Option<Uuid> {
        match self {
            For::Recipient(Recipient::Entity(id) | Recipient::Group(id) | Recipient::Role(id)) => Some(id),
            For::Removal => None,
        }
    }

    /// Reads what the store holds.
    pub fn read(word: &str, id: Option<Uuid>) -> Option<For> {
        Some(match (word, id) {
            ("entity", Some(id)) => For::Recipient(Recipient::Entity(id)),
            ("group", Some(id)) => For::Recipient(Recipient::Group(id)),
            ("role", Some(id)) => For::Recipient(Recipient::Role(id)),
            ("removal", None) => For::Removal,
            _ => return None,
        })
    }
}

impl fmt::Display for For {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) => write!(f, "{} {id}", self.word()),
            None => f.write_str("the removal of the rule"),
        }
    }
}

/// An exception from a guardrail for one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Id.
    pub id: Uuid,
    /// The tenant of the grant; none for one of the platform.
    pub tenant: Option<Uuid>,
    /// The guardrail.
    pub rule: Uuid,
    /// The tenant of the guardrail, where somebody has to decide; none is the platform.
    pub decided_in: Option<Uuid>,
    /// What it is for.
    pub wanted: For,
    /// Why.
    pub reason: String,
    /// What became of it.
    pub state: RequestState,
    /// Who asks.
    pub requester: Uuid,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<Moment>,
    /// What they said.
    pub answer: Option<String>,
    /// Until when it may be used.
    pub valid_until: Option<Moment>,
    /// When it was used.
    pub used_at: Option<Moment>,
    /// When it was asked for.
    pub created_at: Moment,
}

impl Override {
    /// The exception as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "rule_id": self.rule,
            "for": self.wanted.word(),
            "recipient_id": self.wanted.id(),
            "reason": self.reason,
            "status": self.state.as_str(),
            "answer": self.answer,
            "valid_until": self.valid_until.map(Moment::rfc3339),
            "used_at": self.used_at.map(Moment::rfc3339),
        })
    }
}

/// Who decides about it is decided where the guardrail belongs.
impl Guarded for Override {
    type Noun = Override;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    #[expect(
        clippy::misnamed_getters,
        reason = "the question is asked where it is decided, not where the grant is"
    )]
    fn tenant(&self) -> Option<Uuid> {
        self.decided_in
    }

    fn owner(&self) -> Option<Uuid> {
        Some(self.requester)
    }
}

/// An exception that cannot be asked for, decided or done without.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverrideFault {
    /// No reason.
    #[error("say why you ask, in at most {WORDS_MAX} characters")]
    Reason,
    /// A guardrail that knows no exceptions.
    #[error("this rule has no overrides: it does not say require_override")]
    NoOverrides,
    /// The rule does not hold there.
    #[error("this rule does not hold for grants of that tenant")]
    Elsewhere,
    /// No such recipient.
    #[error("recipientId must be an entity, group or role; leave it out for the removal of the rule")]
    Recipient,
    /// It has been asked already.
    #[error("this override has been asked for already")]
    Asked,
    /// Too many at once.
    #[error("at most {WAITING_MAX} overrides that you asked for may wait at once")]
    TooMany,
    /// It is decided.
    #[error("this override is decided already")]
    Decided,
    /// Nobody decides about their own.
    #[error("a second person has to decide: neither who asked nor who receives")]
    Own,
    /// Too many words.
    #[error("the answer must be at most {WORDS_MAX} characters")]
    Answer,
    /// Too long.
    #[error("lastsSecs must be between 60 and 604800")]
    Lasts,
    /// A guardrail that requires exceptions is to be removed by one alone.
    #[error("guardrail requires override for its own removal")]
    Removal,
}

impl Fault for OverrideFault {
    fn kind(&self) -> Kind {
        match self {
            OverrideFault::Asked | OverrideFault::Decided => Kind::Conflict,
            OverrideFault::Own => Kind::Denied,
            OverrideFault::TooMany => Kind::Limited,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            OverrideFault::Reason => "override.reason",
            OverrideFault::NoOverrides => "override.no_overrides",
            OverrideFault::Elsewhere => "override.elsewhere",
            OverrideFault::Recipient => "override.recipient",
            OverrideFault::Asked => "override.asked",
            OverrideFault::TooMany => "override.too_many",
            OverrideFault::Decided => "override.decided",
            OverrideFault::Own => "override.own",
            OverrideFault::Answer => "override.answer",
            OverrideFault::Lasts => "override.lasts",
            OverrideFault::Removal => "guardrail.needs_override",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_holds_is_read_as_it_was_written() {
        let id = Uuid::from_u128(5);
        let all = [Recipient::Entity(id), Recipient::Group(id), Recipient::Role(id)].map(For::Recipient);
        for one in all.into_iter().chain([For::Removal]) {
            assert_eq!(For::read(one.word(), one.id()), Some(one));
        }
        assert_eq!(For::read("removal", Some(id)), None);
        assert_eq!(For::read("entity", None), None);
    }
}
