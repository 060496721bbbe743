//! An access request.

use std::time::Duration;

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::ObjectRef;
use serde_json::{Value, json};
use uuid::Uuid;

/// Longest words of a reason or an answer, in characters.
pub(super) const WORDS_MAX: usize = 1000;
/// The longest that a role is asked for.
pub(super) const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
/// How many requests of one entity may wait at once.
pub(super) const WAITING_MAX: u64 = 20;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// Nobody has decided.
    Pending,
    /// The role was given.
    Approved,
    /// It was not.
    Denied,
    /// Whoever asked no longer wants it.
    Withdrawn,
}

impl RequestState {
    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            RequestState::Pending => "pending",
            RequestState::Approved => "approved",
            RequestState::Denied => "denied",
            RequestState::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word of the store.
    pub fn read(text: &str) -> Option<RequestState> {
        [RequestState::Pending, RequestState::Approved, RequestState::Denied, RequestState::Withdrawn]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// An entity asks for a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// Id.
    pub id: Uuid,
    /// The tenant of the role.
    pub tenant: Option<Uuid>,
    /// Who asks.
    pub requester: Uuid,
    /// For which role.
    pub role: Uuid,
    /// Why.
    pub reason: String,
    /// For how long, in whole seconds from the approval on; none means until it is taken away.
    pub lasts: Option<Duration>,
    /// What became of it.
    pub state: RequestState,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<Moment>,
    /// What they said.
    pub answer: Option<String>,
    /// The assignment that came of it.
    pub assignment: Option<Uuid>,
    /// Until when that counts.
    pub expires: Option<Moment>,
    /// When it was asked.
    pub created_at: Moment,
}

impl AccessRequest {
    /// The request as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "requester_id": self.requester,
            "role_id": self.role,
            "reason": self.reason,
            "lasts_secs": self.lasts.map(|lasts| lasts.as_secs()),
            "status": self.state.as_str(),
            "answer": self.answer,
            "role_assignment_id": self.assignment,
            "expires_at": self.expires.map(Moment::rfc3339),
        })
    }
}

impl Guarded for AccessRequest {
    type Noun = AccessRequest;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }

    fn owner(&self) -> Option<Uuid> {
        Some(self.requester)
    }
}

/// A request that cannot be made or decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// No reason.
    #[error("say why you ask, in at most {WORDS_MAX} characters")]
    Reason,
    /// A time that cannot be.
    #[error("lastsSecs must be between 60 and 31622400")]
    Lasts,
    /// It has been asked already.
    #[error("you have asked for this role already; wait for the answer, or withdraw that request")]
    Asked,
    /// Too many at once.
    #[error("at most {WAITING_MAX} of your requests may wait at once")]
    TooMany,
    /// It is decided.
    #[error("this request is decided already")]
    Decided,
    /// Nobody decides about their own.
    #[error("somebody else has to decide about your own request")]
    Own,
    /// Too many words.
    #[error("the answer must be at most {WORDS_MAX} characters")]
    Answer,
}

impl Fault for RequestFault {
    fn kind(&self) -> Kind {
        match self {
            RequestFault::Asked | RequestFault::Decided => Kind::Conflict,
            RequestFault::TooMany => Kind::Limited,
            RequestFault::Own => Kind::Denied,
            RequestFault::Reason | RequestFault::Lasts | RequestFault::Answer => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            RequestFault::Reason | RequestFault::Lasts | RequestFault::Answer => "access_request.invalid",
            RequestFault::Asked => "access_request.asked",
            RequestFault::TooMany => "access_request.too_many",
            RequestFault::Decided => "access_request.decided",
            RequestFault::Own => "access_request.own",
        }
    }
}
