//! What came of a trial, as its caller may see it.

use std::collections::HashMap;

use atoll_base::ctx::{Ctx, Tried, Within};
use atoll_base::{Common, Result};
use atoll_policy::{Comparison, Differences, Shift};
use serde::Serialize;
use uuid::Uuid;

use crate::check;

/// How many differences are told at most.
pub(super) const TOLD: usize = 1000;
/// How many pairs of decisions are made at most: some tenths of a second.
pub(super) const BUDGET: usize = 200_000;

/// What a change would do. In JSON `{gained, lost, complete, hidden}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Who could do what to what in addition.
    pub gained: Vec<Access>,
    /// Who could no longer do what to what.
    pub lost: Vec<Access>,
    /// Whether that is all: false if there is more than is told or looked at.
    pub complete: bool,
    /// How many differences are about tenants in which the caller may not ask about others.
    pub hidden: usize,
}

/// Somebody may do something to something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// Who.
    pub subject_id: Uuid,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the object.
    pub object_kind: &'static str,
    /// Id of the object.
    pub object_id: Uuid,
}

impl From<Shift> for Access {
    fn from(shift: Shift) -> Access {
        Access {
            subject_id: shift.subject,
            action: shift.action,
            object_kind: shift.object.kind.as_str(),
            object_id: shift.object.id,
        }
    }
}

/// What changes would do to access, as far as the caller may ask about others.
pub(crate) async fn compared(ctx: &Ctx, tried: Tried) -> Result<Outcome> {
    let how = Comparison { now: ctx.now().0, tenant: None, limit: TOLD, budget: BUDGET };
    let compare = tokio::task::spawn_blocking(move || {
        let found = tried.before.differences(&tried.after, &tried.changes, &how);
        (tried, found)
    });
    let (tried, found) =
        compare.await.map_err(|panic| Common::bug(format!("a comparison broke off: {panic}")))?;
    visible(ctx, &tried, found)
}

fn visible(ctx: &Ctx, tried: &Tried, found: Differences) -> Result<Outcome> {
    let mut may: HashMap<Option<Uuid>, bool> = HashMap::new();
    let mut outcome = Outcome { complete: found.complete, ..Outcome::default() };
    for shift in found.shifts {
        let tenant =
            tried.before.object_tenant(shift.object).or_else(|| tried.after.object_tenant(shift.object));
        let tenant = tenant.flatten();
        let allowed = match may.get(&tenant) {
            Some(known) => *known,
            None => {
                let allowed = ctx.may(&check::ASK, &Within::<Outcome>::tenant(tenant))?;
                may.insert(tenant, allowed);
                allowed
            }
        };
        match (allowed, shift.gained) {
            (false, _) => outcome.hidden += 1,
            (true, true) => outcome.gained.push(shift.into()),
            (true, false) => outcome.lost.push(shift.into()),
        }
    }
    Ok(outcome)
}
