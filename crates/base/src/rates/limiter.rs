//! Letting requests through, and keeping the store told.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use super::counts::{Counts, Taken, Terms};
use super::model::{Class, Limited, Network};
use super::store;
use crate::db::Engine;
use crate::error::{Common, Result};
use crate::ground::Ground;
use crate::metrics::CategoryLabels;
use crate::settings::RateLimit;
use crate::time::Moment;

/// How often the store is told what was counted.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Most networks in one statement.
const BATCH: usize = 500;
/// How long the store may take; after that this process counts by itself for a while.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often one request asks the store before it is refused: its network is filling every slice as it opens.
const ASKED_AT_MOST: usize = 64;

/// The limits of this process, in step with those of its replicas.
pub struct Rates {
    ground: Arc<Ground>,
    limits: [RateLimit; Class::ALL.len()],
    enabled: bool,
    alone: bool,
    counts: Counts,
    /// Held while the store is told.
    telling: Mutex<()>,
    /// How often telling began.
    begun: AtomicU64,
    /// The store was not reached the last time.
    cut_off: AtomicBool,
}

impl Rates {
    /// Limits as the settings want them.
    pub fn new(ground: &Arc<Ground>) -> Arc<Rates> {
        let settings = ground.settings();
        Arc::new(Rates {
            ground: ground.clone(),
            limits: Class::ALL.map(|class| class.limit(settings)),
            enabled: settings.rate_limit_enabled,
            // An embedded store belongs to one process.
            alone: ground.db().engine() == Engine::Sqlite,
            counts: Counts::default(),
            telling: Mutex::default(),
            begun: AtomicU64::new(0),
            cut_off: AtomicBool::new(false),
        })
    }

    /// Lets `requests` from an address through, or not.
    ///
    /// # Errors
    /// [`Limited`].
    pub async fn admit(&self, class: Class, address: IpAddr, requests: u64) -> Result<(), Limited> {
        if !self.enabled || requests == 0 {
            return Ok(());
        }
        let network = Network::of(address);
        for _ in 0..ASKED_AT_MOST {
            let terms = self.terms(class, true);
            match self.counts.take(class, network, requests, &terms) {
                Taken::Through => return Ok(()),
                Taken::TooMany => break,
                Taken::Ask => self.ask().await,
            }
        }
        Err(self.refuse(class))
    }

    /// The same without waiting for anything: what others count is heard a moment later.
    ///
    /// # Errors
    /// [`Limited`].
    pub fn admit_now(&self, class: Class, address: IpAddr) -> Result<(), Limited> {
        if !self.enabled {
            return Ok(());
        }
        match self.counts.take(class, Network::of(address), 1, &self.terms(class, false)) {
            Taken::Through | Taken::Ask => Ok(()),
            Taken::TooMany => Err(self.refuse(class)),
        }
    }

    fn terms(&self, class: Class, may_wait: bool) -> Terms {
        Terms {
            limit: self.limits[class.nth()],
            now: self.ground.clock().now().0,
            alone: self.alone,
            may_ask: may_wait && !self.cut_off.load(Ordering::Relaxed),
        }
    }

    fn refuse(&self, class: Class) -> Limited {
        let labels = CategoryLabels { category: class.as_str() };
        self.ground.metrics().rate_limited.get_or_create(&labels).inc();
        let terms = self.terms(class, false);
        let rest = Moment(terms.ends_at()).since(Moment(terms.now));
        Limited { retry_after: Duration::from_secs(rest.as_millis().div_ceil(1000).max(1) as u64) }
    }

    /// Tells the store and hears what others counted. Of those who ask at once one tells for all.
    async fn ask(&self) {
        let before = self.begun.load(Ordering::Acquire);
        let _telling = self.telling.lock().await;
        if self.begun.load(Ordering::Acquire) == before {
            self.tell_once().await;
        }
    }

    /// Tells the store everything there is to tell.
    pub async fn tell(&self) {
        let _telling = self.telling.lock().await;
        while self.tell_once().await {}
    }

    /// Tells one batch; whether there may be more.
    async fn tell_once(&self) -> bool {
        self.begun.fetch_add(1, Ordering::AcqRel);
        let told = self.counts.due(BATCH);
        if told.is_empty() {
            return false;
        }
        let added = tokio::time::timeout(PATIENCE, store::add(self.ground.db(), &told)).await;
        match added.map_err(Common::bug).map_err(crate::error::Error::from).and_then(|added| added) {
            Ok(totals) => {
                totals.iter().for_each(|heard| self.counts.learn(heard));
                if self.cut_off.swap(false, Ordering::Relaxed) {
                    tracing::info!("request counts are shared with other replicas again");
                }
                told.len() == BATCH
            }
            Err(error) => {
                told.iter().for_each(|one| self.counts.take_back(one));
                if !self.cut_off.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        error = error.for_log(),
                        "request counts cannot be shared; each replica counts alone"
                    );
                }
                false
            }
        }
    }

    /// Keeps the store told, until `stop`; then tells the rest.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        if !self.enabled {
            return;
        }
        let mut ticks = tokio::time::interval(TELL_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let stopping = tokio::select! {
                _ = ticks.tick() => false,
                _ = stop.wait_for(|stop| *stop) => true,
            };
            self.tell().await;
            if stopping {
                return;
            }
        }
    }
}
