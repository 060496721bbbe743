//! Figures for operators, in Prometheus's form.

use std::sync::atomic::AtomicU64;

use parking_lot::Mutex;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::rates::Class;

/// The labels of one decision.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct DecisionLabels {
    /// How it ended.
    pub result: DecisionResult,
}

/// How a decision ended.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the label's values are lower-case")]
pub enum DecisionResult {
    /// Allowed.
    allow,
    /// Denied.
    deny,
}

/// One label.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct CategoryLabels {
    /// What it counts.
    pub category: &'static str,
}

/// The registry and the figures that rooms write to.
pub struct Metrics {
    registry: Mutex<Registry>,
    /// How long decisions take, in seconds.
    pub decision_seconds: Family<DecisionLabels, Histogram>,
    /// Requests refused by a rate limit.
    pub rate_limited: Family<CategoryLabels, Counter<u64, AtomicU64>>,
    /// Passwords refused because the hashing queue was full.
    pub hashing_refused: Counter<u64, AtomicU64>,
    /// Attempts to sign in that were not let through, by what failures were counted by.
    pub sign_ins_throttled: Family<CategoryLabels, Counter<u64, AtomicU64>>,
    /// Sign-ins, by how they ended.
    pub sign_ins: Family<CategoryLabels, Counter<u64, AtomicU64>>,
}

/// From half a microsecond to a quarter of a second.
const DECISION_BUCKETS: [f64; 12] =
    [5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 1e-3, 1e-2, 5e-2, 0.25];

fn decision_histogram() -> Histogram {
    Histogram::new(DECISION_BUCKETS)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("atom");
        let decision_seconds = Family::new_with_constructor(decision_histogram as fn() -> Histogram);
        let metrics = Metrics {
            decision_seconds,
            rate_limited: Family::default(),
            hashing_refused: Counter::default(),
            sign_ins: Family::default(),
            sign_ins_throttled: Family::default(),
            registry: Mutex::new(Registry::default()),
        };
        registry.register(
            "authz_decision_duration_seconds",
            "How long a decision takes",
            metrics.decision_seconds.clone(),
        );
        registry.register(
            "rate_limit_rejections",
            "Requests refused by a rate limit",
            metrics.rate_limited.clone(),
        );
        registry.register(
            "password_hashing_refused",
            "Passwords refused because too many were being checked",
            metrics.hashing_refused.clone(),
        );
        registry.register(
            "sign_ins_throttled",
            "Attempts to sign in that were not let through, by what failures were counted by",
            metrics.sign_ins_throttled.clone(),
        );
        registry.register("sign_ins", "Sign-ins by outcome", metrics.sign_ins.clone());
        *metrics.registry.lock() = registry;
        metrics.begin();
        metrics
    }
}

impl Metrics {
    /// Shows from the start what has not happened yet: a rate of what was never seen is no rate.
    fn begin(&self) {
        for result in [DecisionResult::allow, DecisionResult::deny] {
            drop(self.decision_seconds.get_or_create(&DecisionLabels { result }));
        }
        for category in Class::ALL.map(Class::as_str) {
            drop(self.rate_limited.get_or_create(&CategoryLabels { category }));
        }
        for category in ["success", "failure", "throttled", "second_factor", "error"] {
            drop(self.sign_ins.get_or_create(&CategoryLabels { category }));
        }
        for category in ["account", "address", "network"] {
            drop(self.sign_ins_throttled.get_or_create(&CategoryLabels { category }));
        }
    }

    /// Adds figures that are read when somebody looks, such as pool sizes.
    pub fn register(&self, collector: Box<dyn prometheus_client::collector::Collector>) {
        self.registry.lock().register_collector(collector);
    }

    /// All figures in OpenMetrics text.
    pub fn encode(&self) -> String {
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = text::encode(&mut page, &self.registry.lock());
        page
    }
}
