//! What can be wrong with a request, in the standard's words.

use atoll_base::{Error, Fault, Kind, Result};

/// Why a request cannot be carried out (RFC 7644 §3.12); its code is the standard's `scimType`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScimFault {
    /// A filter that cannot be read, or compares what cannot be compared.
    #[error("{0}")]
    Filter(String),
    /// More would have to be looked at than is allowed.
    #[error("{0}")]
    TooMany(String),
    /// Something unique is taken.
    #[error("{0}")]
    Taken(String),
    /// Something that cannot be changed, or not like this.
    #[error("{0}")]
    Mutability(String),
    /// A body that is none.
    #[error("{0}")]
    Syntax(String),
    /// A path that cannot be read.
    #[error("{0}")]
    Path(String),
    /// A path that leads nowhere.
    #[error("{0}")]
    NoTarget(String),
    /// A value that is missing or of the wrong kind.
    #[error("{0}")]
    Value(String),
    /// It was changed since the caller read it.
    #[error("the resource was changed meanwhile")]
    Changed,
    /// There is no such resource, or the caller may not know that there is.
    #[error("resource not found")]
    NotFound,
    /// A request that is larger than allowed.
    #[error("{0}")]
    TooLarge(String),
}

impl Fault for ScimFault {
    fn kind(&self) -> Kind {
        match self {
            ScimFault::Taken(_) | ScimFault::Changed => Kind::Conflict,
            ScimFault::NotFound => Kind::Missing,
            ScimFault::TooLarge(_) => Kind::TooLarge,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            ScimFault::Filter(_) => "invalidFilter",
            ScimFault::TooMany(_) => "tooMany",
            ScimFault::Taken(_) => "uniqueness",
            ScimFault::Mutability(_) => "mutability",
            ScimFault::Syntax(_) => "invalidSyntax",
            ScimFault::Path(_) => "invalidPath",
            ScimFault::NoTarget(_) => "noTarget",
            ScimFault::Value(_) => "invalidValue",
            ScimFault::Changed => "scim.changed",
            ScimFault::NotFound => "not_found",
            ScimFault::TooLarge(_) => "scim.too_large",
        }
    }
}

/// What was found, if anything; whoever may not see it is told that there is none.
pub(super) fn seen<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(error) if matches!(error.kind(), Kind::Denied | Kind::Missing) => Ok(None),
        found => found.map(Some),
    }
}

/// A name that the store has already is said in the standard's words.
pub(super) fn taken(attribute: &'static str) -> impl Fn(Error) -> Error {
    move |error: Error| match error.code() {
        "already_exists" => ScimFault::Taken(format!("{attribute} is taken")).into(),
        _ => error,
    }
}
