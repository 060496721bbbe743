//! One error type for every room. Rooms declare their own typed faults; [`Error`] carries any of them together with
//! the [`Kind`] that doors translate to a status, and a stable code that programs may match on.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use serde_json::Value;

/// The result of everything a room does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure it is. Only the crate `server` maps kinds to HTTP, GraphQL and gRPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request is malformed or breaks a rule; sending it again unchanged cannot succeed.
    Invalid,
    /// Nobody is signed in, or what was shown as proof is not valid.
    Unauthenticated,
    /// The caller may not do this.
    Denied,
    /// There is no such thing, or the caller may not know that there is.
    Missing,
    /// The state of the store forbids it: a duplicate, or a change made meanwhile.
    Conflict,
    /// The request is larger than allowed.
    TooLarge,
    /// Too many requests; retry later.
    Limited,
    /// A part that is needed is not there right now; retry later.
    Unavailable,
    /// A fault of ours. The text shown to the outside says nothing more.
    Bug,
}

/// A typed failure of a room: what [`Error`] is made from.
pub trait Fault: std::error::Error + Send + Sync + 'static {
    /// What sort of failure it is.
    fn kind(&self) -> Kind;
    /// A stable, lower-case, dotted code such as `alias.too_long`, for programs.
    fn code(&self) -> &'static str;
    /// Machine-readable context that is safe to show to the caller.
    fn details(&self) -> Option<Value> {
        None
    }
    /// For [`Kind::Limited`] and [`Kind::Unavailable`]: when trying again makes sense.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// Any [`Fault`], with the place in the code where it entered the common type.
pub struct Error(Box<Inner>);

struct Inner {
    fault: Box<dyn Fault>,
    at: &'static Location<'static>,
}

impl Error {
    /// What sort of failure it is.
    pub fn kind(&self) -> Kind {
        self.0.fault.kind()
    }

    /// The stable code of the failure.
    pub fn code(&self) -> &'static str {
        self.0.fault.code()
    }

    /// Machine-readable context that is safe to show.
    pub fn details(&self) -> Option<Value> {
        self.0.fault.details()
    }

    /// When trying again makes sense, if that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.fault.retry_after()
    }

    /// The typed fault, when the reader knows which room it came from.
    pub fn fault<F: Fault>(&self) -> Option<&F> {
        let any: &dyn std::error::Error = &*self.0.fault;
        any.downcast_ref()
    }

    /// The whole chain with the place it came from: for the log, never for a caller.
    pub fn for_log(&self) -> String {
        let mut text = format!("{:?}", self.0.fault);
        let mut source = self.0.fault.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text.push_str(&format!(" ({}:{})", self.0.at.file(), self.0.at.line()));
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fault.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.for_log())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.fault.source()
    }
}

impl<F: Fault> From<F> for Error {
    #[track_caller]
    fn from(fault: F) -> Self {
        Error(Box::new(Inner { fault: Box::new(fault), at: Location::caller() }))
    }
}

/// Failures that any room can meet. What only one room can meet is declared in that room.
#[derive(Debug, thiserror::Error)]
pub enum Common {
    /// A request that makes no sense; the text says which part, and what is allowed.
    #[error("{0}")]
    Invalid(String),
    /// No credentials were given where some are needed.
    #[error("missing authentication")]
    NotSignedIn,
    /// The caller may not do this. What exactly was missing is for `explain`.
    #[error("forbidden")]
    Forbidden,
    /// `<kind> <id> not found`.
    #[error("{kind} {id} not found")]
    NotFound {
        /// The noun as the interface calls it.
        kind: &'static str,
        /// What was asked for.
        id: String,
    },
    /// A unique value is taken.
    #[error("already exists")]
    AlreadyExists,
    /// Something referred to does not exist.
    #[error("invalid reference")]
    InvalidReference,
    /// A value that the store refuses.
    #[error("invalid value")]
    InvalidValue,
    /// The store could not be reached, is full, or is too busy; nothing was changed.
    #[error("the database is not available right now; nothing was changed, please try again")]
    StoreUnavailable(#[source] sea_orm::DbErr),
    /// The store answered something we did not expect.
    #[error("database error")]
    Store(#[source] sea_orm::DbErr),
    /// Decisions are stopped because the store could not be confirmed lately.
    #[error(
        "decisions are not available: the store could not be confirmed for {seconds} s; please try again"
    )]
    Stale {
        /// How long the head of the ledger has been unconfirmed.
        seconds: u64,
    },
    /// A fault of ours. The text is for the log only.
    #[error("internal error")]
    Bug {
        /// What went wrong, for the log.
        why: String,
    },
}

impl Common {
    /// A fault of ours, with what the log should say.
    pub fn bug(why: impl fmt::Display) -> Self {
        Common::Bug { why: why.to_string() }
    }

    /// `<kind> <id> not found`.
    pub fn not_found(kind: &'static str, id: impl fmt::Display) -> Self {
        Common::NotFound { kind, id: id.to_string() }
    }
}

impl Fault for Common {
    fn kind(&self) -> Kind {
        match self {
            Common::Invalid(_) | Common::InvalidReference | Common::InvalidValue => Kind::Invalid,
            Common::NotSignedIn => Kind::Unauthenticated,
            Common::Forbidden => Kind::Denied,
            Common::NotFound { .. } => Kind::Missing,
            Common::AlreadyExists => Kind::Conflict,
            Common::StoreUnavailable(_) | Common::Stale { .. } => Kind::Unavailable,
            Common::Store(_) | Common::Bug { .. } => Kind::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Common::Invalid(_) => "invalid",
            Common::NotSignedIn => "unauthenticated",
            Common::Forbidden => "forbidden",
            Common::NotFound { .. } => "not_found",
            Common::AlreadyExists => "already_exists",
            Common::InvalidReference => "invalid_reference",
            Common::InvalidValue => "invalid_value",
            Common::StoreUnavailable(_) => "store.unavailable",
            Common::Store(_) => "store.error",
            Common::Stale { .. } => "decisions.stale",
            Common::Bug { .. } => "internal",
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Common::StoreUnavailable(_) | Common::Stale { .. }).then_some(Duration::from_secs(1))
    }
}
