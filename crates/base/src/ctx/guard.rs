//! The last word before a change: what speaks against it as a whole.

use atoll_policy::{Change, World};
use sea_orm::DatabaseTransaction;

use super::Ctx;
use crate::error::Result;

/// A change that is about to be committed.
pub struct Proposal<'a> {
    /// The request that makes it.
    pub ctx: &'a Ctx,
    /// The transaction that makes it, to read from.
    pub conn: &'a DatabaseTransaction,
    /// The policy world without it.
    pub before: &'a World,
    /// The policy world with it.
    pub after: &'a World,
    /// What the caller changes for decisions. What the house does by itself along with it is left out.
    pub changes: &'a [Change],
}

/// Something that is asked before every commit that changes something for decisions.
#[async_trait::async_trait]
pub trait Guard: Send + Sync {
    /// Nothing, or why the change must not be made.
    async fn check(&self, proposal: &Proposal<'_>) -> Result<()>;
}
