//! Everything a use case stands on, made once at start.

use std::sync::Arc;

use crate::chance::Chance;
use crate::ctx::Guard;
use crate::db::Db;
use crate::decisions::{Attempts, Decisions, Questions};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::time::Clock;
use crate::vault::{NamedKeys, Vault};

/// The ground.
pub struct Ground {
    /// The parts, made by the wiring.
    pub parts: GroundParts,
}

/// What the ground is made of.
pub struct GroundParts {
    /// The store.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// Sealed secrets.
    pub vault: Vault,
    /// Keyed hashes.
    pub keys: NamedKeys,
    /// The live policy world.
    pub decisions: Arc<Decisions>,
    /// Attempts waiting to be written.
    pub attempts: Attempts,
    /// Answered questions waiting to be kept.
    pub questions: Questions,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// Figures for operators.
    pub metrics: Arc<Metrics>,
    /// What is asked before every commit that changes something for decisions.
    pub guards: Vec<Arc<dyn Guard>>,
}

impl Ground {
    /// A ground of these parts.
    pub fn new(parts: GroundParts) -> Arc<Ground> {
        Arc::new(Ground { parts })
    }

    /// The store.
    pub fn db(&self) -> &Db {
        &self.parts.db
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.parts.clock
    }

    /// Randomness.
    pub fn chance(&self) -> &dyn Chance {
        &*self.parts.chance
    }

    /// Sealed secrets.
    pub fn vault(&self) -> &Vault {
        &self.parts.vault
    }

    /// Keyed hashes.
    pub fn keys(&self) -> &NamedKeys {
        &self.parts.keys
    }

    /// The live policy world.
    pub fn decisions(&self) -> &Arc<Decisions> {
        &self.parts.decisions
    }

    /// Attempts waiting to be written.
    pub fn attempts(&self) -> &Attempts {
        &self.parts.attempts
    }

    /// Answered questions waiting to be kept.
    pub fn questions(&self) -> &Questions {
        &self.parts.questions
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// What is asked before every commit that changes something for decisions.
    pub fn guards(&self) -> &[Arc<dyn Guard>] {
        &self.parts.guards
    }

    /// Figures for operators.
    pub fn metrics(&self) -> &Metrics {
        &self.parts.metrics
    }
}
