//! What is over is forgotten: a list to which every noun that grows adds how it is pruned.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::error::Result;
use crate::ground::Ground;

/// Something that ends by itself, and how what has ended is removed.
#[derive(Clone, Copy)]
pub struct Over {
    what: &'static str,
    prune: fn(Arc<Ground>) -> BoxFuture<'static, Result<u64>>,
}

impl Over {
    /// `what` is a plural for the log; `prune` removes what is over and says how many rows that were. It must be harmless
    /// when another replica does the same at the same time.
    pub const fn new(what: &'static str, prune: fn(Arc<Ground>) -> BoxFuture<'static, Result<u64>>) -> Over {
        Over { what, prune }
    }

    /// What is removed.
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// Removes what is over; how many rows.
    pub async fn prune(&self, ground: &Arc<Ground>) -> Result<u64> {
        (self.prune)(ground.clone()).await
    }
}

/// What the ground keeps and forgets.
pub fn over() -> Vec<Over> {
    vec![Over::new("request counts", |ground| {
        Box::pin(async move { crate::rates::prune(ground.db(), ground.clock().now()).await })
    })]
}

/// Removes everything that is over. What cannot be removed does not keep the rest; how many rows were removed.
pub async fn forget(ground: &Arc<Ground>, all: &[Over]) -> u64 {
    let mut total = 0;
    for over in all {
        match over.prune(ground).await {
            Ok(0) => {}
            Ok(removed) => {
                tracing::debug!(removed, "forgot {} that are over", over.what());
                total += removed;
            }
            Err(error) => {
                tracing::warn!(error = error.for_log(), "{} that are over could not be removed", over.what());
            }
        }
    }
    total
}
