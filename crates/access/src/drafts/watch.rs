//! Knowing which drafts are in shadow, on every replica.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use atoll_base::decisions::{Reaction, Shadowed};
use atoll_base::ledger::Row;
use atoll_base::{Ground, Result};
use atoll_policy::Change;
use tokio::sync::watch;
use uuid::Uuid;

use super::store;

/// How often to look whether something has changed.
const EVERY: Duration = Duration::from_millis(100);

/// A version of a draft that is in shadow.
#[derive(Clone, Debug)]
pub(super) struct InShadow {
    pub(super) id: Uuid,
    pub(super) tenant: Option<Uuid>,
    pub(super) version: i64,
    pub(super) changes: Vec<Change>,
}

/// The drafts that are in shadow, kept current by the ledger.
pub struct Watch {
    stale: AtomicBool,
    drafts: ArcSwap<Vec<Arc<InShadow>>>,
}

impl Watch {
    /// Begins to watch; nothing is known before [`Watch::refresh`].
    pub fn start(ground: &Ground) -> Arc<Watch> {
        let watch = Arc::new(Watch { stale: AtomicBool::new(true), drafts: ArcSwap::default() });
        ground.decisions().react(watch.clone());
        watch
    }

    pub(super) fn drafts(&self) -> Arc<Vec<Arc<InShadow>>> {
        self.drafts.load_full()
    }

    /// Reads which drafts are in shadow, if that may have changed.
    pub async fn refresh(&self, ground: &Ground) -> Result<()> {
        if !self.stale.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let found = store::in_shadow(ground.db().reader()).await.inspect_err(|_| {
            self.stale.store(true, Ordering::Release);
        })?;
        let shadowed = Shadowed {
            everywhere: found.iter().any(|draft| draft.tenant.is_none()),
            tenants: found.iter().filter_map(|draft| draft.tenant).collect(),
        };
        let drafts = found.iter().map(|draft| {
            Arc::new(InShadow {
                id: draft.id,
                tenant: draft.tenant,
                version: draft.version,
                changes: draft.changes(),
            })
        });
        self.drafts.store(Arc::new(drafts.collect()));
        ground.questions().shadow(shadowed);
        Ok(())
    }

    /// Watches until `stop`.
    pub async fn run(&self, ground: &Ground, mut stop: watch::Receiver<bool>) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if let Err(error) = self.refresh(ground).await {
                tracing::debug!(error = error.for_log(), "drafts in shadow could not be read");
            }
        }
    }
}

impl Reaction for Watch {
    fn on(&self, rows: &[Row]) {
        let about = |row: &Row| row.event.starts_with("draft.") || row.event.ends_with(".purge");
        if rows.iter().any(about) {
            self.stale.store(true, Ordering::Release);
        }
    }
}
