//! Retention: what was deleted long enough ago is removed for good, when an operator wants that.

mod purge;

use atoll_base::jobs::Rounds;

pub use purge::purge_old;

/// The rounds of it.
pub const ROUNDS: Rounds = Rounds::new(
    "purge",
    |settings| settings.purge_enabled,
    |settings| settings.purge_interval_secs,
    |ground| Box::pin(async move { purge_old(&ground).await.map(|_| true) }),
);
