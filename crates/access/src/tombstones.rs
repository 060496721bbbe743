//! What was deleted softly: bringing it back, and removing it for good.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Event, Fault, Kind, Result};
use atoll_policy::{Change, Fact, FactKey, TenantStatus};
use uuid::Uuid;

/// Something that cannot be brought back or removed for good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TombstoneFault {
    /// It is not there, or not deleted.
    #[error("no soft-deleted {kind} {id} to restore")]
    NothingToRestore {
        /// The noun.
        kind: &'static str,
        /// What was asked for.
        id: Uuid,
    },
    /// It is not there, or not deleted.
    #[error("no soft-deleted {kind} {id} to purge")]
    NothingToPurge {
        /// The noun.
        kind: &'static str,
        /// What was asked for.
        id: Uuid,
    },
    /// Something else is called so by now.
    #[error("a live record already uses this name; rename the conflicting record before restoring")]
    NameTaken,
    /// What it belongs to is deleted itself.
    #[error("the {0}'s tenant is soft-deleted; restore the tenant first")]
    TenantDeleted(&'static str),
}

impl Fault for TombstoneFault {
    fn kind(&self) -> Kind {
        match self {
            TombstoneFault::NothingToRestore { .. } | TombstoneFault::NothingToPurge { .. } => Kind::Missing,
            TombstoneFault::NameTaken | TombstoneFault::TenantDeleted(_) => Kind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            TombstoneFault::NothingToRestore { .. } | TombstoneFault::NothingToPurge { .. } => "not_found",
            TombstoneFault::NameTaken => "restore.name_taken",
            TombstoneFault::TenantDeleted(_) => "restore.tenant_deleted",
        }
    }
}

/// What writing something that comes back amounts to: a name that is taken says so.
pub fn unless_taken(written: Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == Kind::Conflict => Err(TombstoneFault::NameTaken.into()),
        written => written,
    }
}

/// The tenant of something that comes back is not deleted itself.
pub async fn tenant_is_there(tx: &Tx, tenant: Option<Uuid>, kind: &'static str) -> Result<()> {
    let Some(id) = tenant else { return Ok(()) };
    match tx.fact(&FactKey::Tenant { id }).await? {
        Some(Fact::Tenant { status, .. }) if status != TenantStatus::Deleted => Ok(()),
        _ => Err(TombstoneFault::TenantDeleted(kind).into()),
    }
}

/// Changes in one row of the ledger.
const CHANGES_PER_ROW: usize = 1000;

/// Records a removal however much goes with it: what does not fit into its row follows in rows like `next`.
pub fn record_removal<T: ?Sized>(
    tx: &mut Tx,
    allowed: &Allowed<'_, T>,
    event: Event,
    next: &Event,
    changes: Vec<Change>,
) {
    let mut chunks = changes.chunks(CHANGES_PER_ROW);
    tx.record(allowed, event.changes(chunks.next().unwrap_or_default().iter().cloned()));
    for chunk in chunks {
        tx.record(allowed, next.clone().detail("continued", true).changes(chunk.iter().cloned()));
    }
}
