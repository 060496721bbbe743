//! Questions that were answered and are worth keeping: a sample of them for the decision log, and those that drafts in
//! shadow are to be asked as well.
//!
//! A check only draws the sample and puts the question into a bounded queue; it never waits.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use atoll_policy::{ObjectRef, World};
use serde_json::Value;
use uuid::Uuid;

use super::RevisionToken;
use crate::ctx::{Caller, Origin};
use crate::inbox::{self, Inbox, Queue};
use crate::settings::Settings;
use crate::time::Moment;

/// A question and its answer.
pub struct Asked {
    /// When.
    pub at: Moment,
    /// Who would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// What would be acted on.
    pub object: ObjectRef,
    /// The tenant of the object.
    pub tenant: Option<Uuid>,
    /// What was claimed, as it came.
    pub context: Value,
    /// Whether the subject may.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: String,
    /// What it was decided on.
    pub revision: RevisionToken,
    /// The world that it was decided in.
    pub world: Arc<World>,
    /// By which door it came.
    pub door: &'static str,
    /// Who asked.
    pub caller: Caller,
    /// From where.
    pub origin: Origin,
}

/// The tenants in which a draft is in shadow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shadowed {
    /// One of the platform is, so that every question is asked.
    pub everywhere: bool,
    /// Tenants in which one is.
    pub tenants: HashSet<Uuid>,
}

/// The queues of questions, and what goes into them.
pub struct Questions {
    log: Queue<Arc<Asked>>,
    shadow: Queue<Arc<Asked>>,
    shadowed: ArcSwap<Shadowed>,
    allowed: Sample,
    denied: Sample,
    in_shadow: Sample,
}

/// The receiving ends.
pub struct QuestionInboxes {
    /// Of what is written to the decision log.
    pub log: Inbox<Arc<Asked>>,
    /// Of what drafts in shadow are asked.
    pub shadow: Inbox<Arc<Asked>>,
}

impl Questions {
    /// Queues and their ends, with the samples of the settings.
    pub fn new(settings: &Settings) -> (Questions, QuestionInboxes) {
        let ((log, log_inbox), (shadow, shadow_inbox)) = (inbox::queue(), inbox::queue());
        let questions = Questions {
            log,
            shadow,
            shadowed: ArcSwap::default(),
            allowed: Sample::of(settings.decision_log_sample),
            denied: Sample::of(settings.decision_log_sample_denied),
            in_shadow: Sample::of(settings.shadow_sample),
        };
        (questions, QuestionInboxes { log: log_inbox, shadow: shadow_inbox })
    }

    /// Puts a question where it is wanted; `make` is called only if it is wanted anywhere.
    pub fn note(&self, allowed: bool, tenant: Option<Uuid>, make: impl FnOnce() -> Asked) {
        let sample = if allowed { &self.allowed } else { &self.denied };
        let log = sample.draws();
        let shadow = self.is_shadowed(tenant) && self.in_shadow.draws();
        if !log && !shadow {
            return;
        }
        let asked = Arc::new(make());
        if log {
            self.log.put(asked.clone());
        }
        if shadow {
            self.shadow.put(asked);
        }
    }

    fn is_shadowed(&self, tenant: Option<Uuid>) -> bool {
        let shadowed = self.shadowed.load();
        shadowed.everywhere || tenant.is_some_and(|tenant| shadowed.tenants.contains(&tenant))
    }

    /// Says in which tenants drafts are in shadow from now on.
    pub fn shadow(&self, shadowed: Shadowed) {
        self.shadowed.store(Arc::new(shadowed));
    }

    /// The queue of the decision log.
    pub fn log(&self) -> &Queue<Arc<Asked>> {
        &self.log
    }

    /// The queue of drafts in shadow.
    pub fn in_shadow(&self) -> &Queue<Arc<Asked>> {
        &self.shadow
    }
}

/// Draws a share of what passes, evenly: an addition and a multiplication, without randomness.
struct Sample {
    share: f64,
    below: u64,
    passed: AtomicU64,
}

impl Sample {
    fn of(share: f64) -> Sample {
        // Casting a float clamps it to the range of the integer.
        Sample { share, below: (share * 2_f64.powi(64)) as u64, passed: AtomicU64::new(0) }
    }

    fn draws(&self) -> bool {
        if self.share >= 1.0 {
            return true;
        }
        // Multiples of the golden ratio lie evenly in the unit interval, in whatever rhythm questions come.
        let passed = self.passed.fetch_add(1, Ordering::Relaxed);
        passed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1 << 63) < self.below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_share_it_says() {
        let drawn = |share| {
            let sample = Sample::of(share);
            (0..10_000).filter(|_| sample.draws()).count()
        };
        assert_eq!((drawn(0.0), drawn(1.0)), (0, 10_000));
        for (share, about) in [(0.01, 100), (0.5, 5000), (0.9, 9000)] {
            assert!(drawn(share).abs_diff(about) <= 5, "{share}: {}", drawn(share));
        }
    }
}
