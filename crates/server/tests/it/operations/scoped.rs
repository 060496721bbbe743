//! What a scoped token of the platform's administrator needs for an operation: found out by trying.

use std::collections::BTreeSet;

use atoll_base::ctx::Ctx;
use atoll_policy::catalogue::ACTIONS;
use atoll_policy::{Ceiling, CeilingEntry, CeilingScope};
use serde_json::json;

use super::plot::Plot;
use super::{outcome, samples};
use crate::harness::{ADMIN, Plant};

/// An operation, and how it ends for the administrator without a ceiling and with an empty one.
pub(super) struct Tried<'t> {
    pub(super) root: &'static str,
    pub(super) operation: &'t str,
    pub(super) free: &'t str,
    pub(super) nothing: &'t str,
}

/// The last two columns: which actions are each enough in a token's ceiling, and how it ends with all others.
pub(super) async fn columns(plant: &Plant, plot: &Plot, tried: &Tried<'_>) -> (String, String) {
    if tried.free == "forbidden" {
        return ("not tried".into(), "not tried".into());
    }
    // A ceiling refuses, or leaves a list empty. Whatever ends otherwise asks for nothing.
    if tried.free == tried.nothing || !matches!(tried.nothing, "forbidden" | "ok, nothing") {
        return ("not asked".into(), "not asked".into());
    }
    let all: BTreeSet<&str> = ACTIONS.iter().map(|action| action.name).collect();
    let mut enough = BTreeSet::new();
    let mut document = samples::arrange(plant, plot, tried.operation).await;
    for action in &all {
        let ended = outcome(plant, &with(plant, [*action]), &tried.wrap(&document)).await;
        if ended == tried.free {
            enough.insert(*action);
            document = samples::arrange(plant, plot, tried.operation).await;
        }
    }
    let rest = all.difference(&enough).copied();
    let too_little = outcome(plant, &with(plant, rest), &tried.wrap(&document)).await;
    if !enough.is_empty() {
        let enough = enough.into_iter().collect::<Vec<_>>().join(", ");
        // Several of the others may do together what these do each.
        return match too_little == tried.free {
            true => (format!("{enough}; or several of the others"), tried.nothing.into()),
            false => (enough, too_little),
        };
    }
    match too_little == tried.free {
        true => ("several together".into(), tried.nothing.into()),
        false => ("never".into(), too_little),
    }
}

impl Tried<'_> {
    fn wrap(&self, document: &str) -> String {
        format!("{} {{ {document} }}", self.root)
    }
}

fn with<'a>(plant: &Plant, actions: impl IntoIterator<Item = &'a str>) -> Ctx {
    let entry = CeilingEntry::new(actions, CeilingScope::Platform, &json!({}));
    plant.capped(ADMIN, None, Ceiling { entries: vec![entry] })
}
