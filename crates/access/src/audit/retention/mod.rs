//! Letting the oldest records go, as the settings say: by batches from the beginning of each stream on, leaving a checkpoint
//! from which the rest can still be proved.

mod remove;
mod status;

use atoll_base::jobs::Rounds;

pub use remove::remove_old;
pub use status::{Status, status};

/// The rounds of it.
pub const ROUNDS: Rounds = Rounds::new(
    "audit_retention",
    |settings| settings.audit_retention_enabled,
    |settings| settings.audit_cleanup_interval_secs,
    |ground| Box::pin(async move { remove_old(&ground).await.map(|(_, all)| all) }),
);
