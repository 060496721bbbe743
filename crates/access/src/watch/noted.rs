//! Something that happened, as a watcher is told.

use atoll_base::Moment;
use atoll_base::decisions::RevisionToken;
use atoll_base::ledger::{PLATFORM_STREAM, Row};
use atoll_policy::{Change, FactKey};
use serde::Serialize;
use uuid::Uuid;

/// A fact that holds from now on, or no longer. In JSON `{"put": key}` or `{"drop": key}`: which fact it is, not what is in it,
/// because attributes are for those who may read the object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It holds from now on, or holds something else than before.
    Put(FactKey),
    /// It holds no longer.
    Drop(FactKey),
}

impl From<&Change> for What {
    fn from(change: &Change) -> What {
        match change {
            Change::Put(fact) => What::Put(fact.key()),
            Change::Drop(key) => What::Drop(key.clone()),
        }
    }
}

/// A row of the ledger that changed something for decisions.
#[derive(Clone, Debug)]
pub struct Noted {
    /// Where the watcher is after it: hand it back to go on from there.
    pub token: RevisionToken,
    /// The tenant; none is the platform.
    pub tenant: Option<Uuid>,
    /// Its revision in the stream of the tenant.
    pub revision: i64,
    /// When.
    pub at: Moment,
    /// `noun.verb`.
    pub event: String,
    /// Who did it; none is the house itself.
    pub actor: Option<Uuid>,
    /// What it was about: noun and id.
    pub target: Option<(String, Uuid)>,
    /// What changed.
    pub changes: Vec<What>,
}

impl Noted {
    pub(super) fn of(row: Row, token: RevisionToken) -> Noted {
        Noted {
            token,
            tenant: Some(row.stream).filter(|stream| *stream != PLATFORM_STREAM),
            revision: row.revision,
            at: row.at,
            event: row.event,
            actor: row.actor,
            target: row.target,
            changes: row.changes.iter().map(What::from).collect(),
        }
    }
}
