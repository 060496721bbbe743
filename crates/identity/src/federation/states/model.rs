//! A sign-in that has left for a provider.

use atoll_base::{Moment, Secret};
use uuid::Uuid;

use crate::one_time::Purpose;

/// Tokens `atoms_…`.
pub(crate) struct Purposed;

impl Purpose for Purposed {
    const PREFIX: &'static str = "atoms";
}

/// Most that are under way at a time.
pub(super) const MOST: u64 = 10_000;

/// What is kept of it.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) id: Uuid,
    pub(crate) provider: String,
    /// Keyed hash of what comes back.
    pub(crate) verifier: Vec<u8>,
    /// Keyed hash of the browser's secret.
    pub(crate) browser: Vec<u8>,
    pub(crate) sealed_pkce_verifier: Vec<u8>,
    pub(crate) sealed_nonce: Vec<u8>,
    pub(crate) return_to: Option<String>,
    /// Whoever is signed in and wants the provider linked.
    pub(crate) entity: Option<Uuid>,
    /// The session in which they want it.
    pub(crate) session: Option<Uuid>,
    pub(crate) expires_at: Moment,
    pub(crate) created_at: Moment,
}

/// What somebody leaves with.
pub(in crate::federation) struct Leaving {
    pub(in crate::federation) provider: String,
    pub(in crate::federation) browser: Vec<u8>,
    pub(in crate::federation) pkce_verifier: Secret<String>,
    pub(in crate::federation) nonce: Secret<String>,
    pub(in crate::federation) return_to: Option<String>,
    pub(in crate::federation) entity: Option<Uuid>,
    pub(in crate::federation) session: Option<Uuid>,
}

/// What somebody left with, when they are back.
pub(in crate::federation) struct Left {
    pub(in crate::federation) pkce_verifier: Secret<String>,
    pub(in crate::federation) nonce: Secret<String>,
    pub(in crate::federation) return_to: Option<String>,
    pub(in crate::federation) entity: Option<Uuid>,
    pub(in crate::federation) session: Option<Uuid>,
}

/// What the verifier of PKCE is sealed for.
pub(crate) fn place_of_pkce_verifier(id: &str) -> String {
    format!("oauth_login_state:pkce_verifier:{id}")
}

/// What the nonce is sealed for.
pub(crate) fn place_of_nonce(id: &str) -> String {
    format!("oauth_login_state:nonce:{id}")
}
