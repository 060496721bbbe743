//! A one-time code.

use atoll_base::Moment;
use uuid::Uuid;

use crate::one_time::Purpose;

/// Tokens `atomx_…`.
pub(crate) struct Purposed;

impl Purpose for Purposed {
    const PREFIX: &'static str = "atomx";
}

/// What is kept of it.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) id: Uuid,
    /// Whom it signs in.
    pub(crate) entity: Uuid,
    /// As whom they signed in at the provider.
    pub(crate) identity: Uuid,
    /// Keyed hash.
    pub(crate) verifier: Vec<u8>,
    /// Keyed hash of the secret of the browser it was given to.
    pub(crate) browser: Vec<u8>,
    pub(crate) expires_at: Moment,
    pub(crate) created_at: Moment,
}
