//! For how long something is given, and why.

use async_graphql::InputObject;
use atoll_base::door::graphql as door;
use atoll_base::{Fault, Kind, Moment, Result};
use atoll_policy::Window;
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use serde_json::{Map, Value};

/// Longest reason, in characters.
const REASON_MAX: usize = 1000;

/// For how long a grant or a membership counts, and why it was given. It begins and ends on the clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// From when on; none means at once.
    pub not_before: Option<Moment>,
    /// Until when; none means until it is taken away.
    pub expires: Option<Moment>,
    /// Why, in somebody's words.
    pub reason: Option<String>,
}

/// A term that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermFault {
    /// It is over already.
    #[error("expiresAt must be in the future")]
    Over,
    /// It ends before it begins.
    #[error("expiresAt must be after notBefore")]
    Backwards,
    /// Too many words.
    #[error("reason must be at most {REASON_MAX} characters")]
    LongReason,
    /// The subject has it for longer than that, or for another time.
    #[error("the subject has this already, for another time; take it away first")]
    OtherTerm,
}

impl Fault for TermFault {
    fn kind(&self) -> Kind {
        match self {
            TermFault::OtherTerm => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            TermFault::OtherTerm => "grant.other_term",
            _ => "grant.bad_term",
        }
    }
}

impl Term {
    /// The term as it is stored.
    pub fn of(not_before: Option<i64>, expires: Option<i64>, reason: Option<String>) -> Term {
        Term { not_before: not_before.map(Moment), expires: expires.map(Moment), reason }
    }

    /// The term as decisions know it.
    pub fn window(&self) -> Window {
        Window {
            not_before: self.not_before.map(|moment| moment.0),
            expires: self.expires.map(|moment| moment.0),
        }
    }

    /// Whether something can be given for this term, `now`.
    pub fn check(&self, now: Moment) -> Result<(), TermFault> {
        if self.expires.is_some_and(|expires| expires <= now) {
            return Err(TermFault::Over);
        }
        if let (Some(start), Some(end)) = (self.not_before, self.expires)
            && end <= start
        {
            return Err(TermFault::Backwards);
        }
        if self.reason.as_ref().is_some_and(|reason| reason.chars().count() > REASON_MAX) {
            return Err(TermFault::LongReason);
        }
        Ok(())
    }

    /// Whether it is over.
    pub fn is_over(&self, now: Moment) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// What becomes of something that the subject has for this term when it is given for `new`: it stays, if that is the
    /// same time; it is replaced, if it is over or the new time lasts at least as long; anything else is for whoever gives
    /// to decide.
    pub fn renewed(&self, new: &Term, now: Moment) -> Result<Renewal, TermFault> {
        let starts = |term: &Term| term.not_before.filter(|start| *start > now);
        let ends = |term: &Term| term.expires.unwrap_or(Moment(i64::MAX));
        if !self.is_over(now) && starts(self) == starts(new) && self.expires == new.expires {
            Ok(Renewal::Kept)
        } else if self.is_over(now) || (starts(new) <= starts(self) && ends(new) >= ends(self)) {
            Ok(Renewal::Replaced)
        } else {
            Err(TermFault::OtherTerm)
        }
    }

    /// Adds the term to how the ledger shows something.
    pub fn show(&self, state: &mut Map<String, Value>) {
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                state.insert(key.to_owned(), Value::String(value));
            }
        };
        add("not_before", self.not_before.map(Moment::rfc3339));
        add("expires_at", self.expires.map(Moment::rfc3339));
        add("reason", self.reason.clone());
    }
}

/// Rows of a table of grants or memberships that count `now`.
pub(crate) fn counting(table: &'static str, now: Moment) -> Condition {
    let column = |name: &'static str| Expr::col((table, name));
    let begun = column("not_before").is_null().or(column("not_before").lte(now.0));
    let lasting = column("expires_at").is_null().or(column("expires_at").gt(now.0));
    Condition::all().add(begun).add(lasting)
}

/// What becomes of something that is given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It stays as it is.
    Kept,
    /// It takes the new term.
    Replaced,
}

/// For how long something counts, and why it is given.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TermInput {
    /// It counts from this moment on (RFC 3339).
    not_before: Option<String>,
    /// It counts until this moment (RFC 3339).
    expires_at: Option<String>,
    /// Why it is given, in your words.
    reason: Option<String>,
}

impl TermInput {
    /// Reads the term; what is not given is a term without beginning, end and reason.
    pub fn read(input: Option<TermInput>) -> Result<Term> {
        let input = input.unwrap_or_default();
        Ok(Term {
            not_before: door::moment("notBefore", input.not_before.as_deref())?,
            expires: door::moment("expiresAt", input.expires_at.as_deref())?,
            reason: input.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(100);

    fn term(not_before: Option<i64>, expires: Option<i64>) -> Term {
        Term::of(not_before, expires, None)
    }

    #[test]
    fn a_term_lies_ahead_and_runs_forward() {
        assert_eq!(term(None, None).check(NOW), Ok(()));
        assert_eq!(term(Some(10), Some(101)).check(NOW), Ok(()));
        assert_eq!(term(None, Some(100)).check(NOW), Err(TermFault::Over));
        assert_eq!(term(Some(300), Some(200)).check(NOW), Err(TermFault::Backwards));
        let wordy = Term { reason: Some("x".repeat(REASON_MAX + 1)), ..Term::default() };
        assert_eq!(wordy.check(NOW), Err(TermFault::LongReason));
    }

    #[test]
    fn giving_again_never_takes_time_away() {
        let always = term(None, None);
        let renewed = |old: &Term, new: &Term| old.renewed(new, NOW);
        assert_eq!(renewed(&always, &always), Ok(Renewal::Kept));
        assert_eq!(renewed(&term(Some(50), None), &always), Ok(Renewal::Kept));
        assert_eq!(renewed(&always, &term(None, Some(200))), Err(TermFault::OtherTerm));
        assert_eq!(renewed(&term(None, Some(200)), &term(None, Some(300))), Ok(Renewal::Replaced));
        assert_eq!(renewed(&term(None, Some(200)), &always), Ok(Renewal::Replaced));
        assert_eq!(renewed(&term(None, Some(200)), &term(Some(150), None)), Err(TermFault::OtherTerm));
        assert_eq!(renewed(&term(None, Some(90)), &term(Some(150), Some(160))), Ok(Renewal::Replaced));
    }
}
