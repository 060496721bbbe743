//! Reading the ledger.

use atoll_policy::Change;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::store::{self, entry};
use crate::error::{Common, Result};
use crate::time::Moment;

/// The newest revision of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Tenant, or nil for the platform.
    pub stream: Uuid,
    /// Its newest revision.
    pub revision: i64,
}

/// One row, as readers see it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Tenant, or nil for the platform.
    pub stream: Uuid,
    /// Place in the stream, from 1.
    pub revision: i64,
    /// Id of the event.
    pub id: Uuid,
    /// When.
    pub at: Moment,
    /// `noun.verb`.
    pub event: String,
    /// `allow`, `deny`, `error`.
    pub outcome: String,
    /// Who; none = the platform itself, or nobody.
    pub actor: Option<Uuid>,
    /// What it is about.
    pub target: Option<(String, Uuid)>,
    /// Why it ended so.
    pub reason: Option<String>,
    /// More about it; a JSON object.
    pub details: serde_json::Value,
    /// What changed for decisions.
    pub changes: Vec<Change>,
}

impl TryFrom<entry::Model> for Row {
    type Error = crate::error::Error;

    fn try_from(row: entry::Model) -> Result<Row> {
        let changes = match &row.changes {
            Some(text) => serde_json::from_str(text).map_err(|why| {
                Common::bug(format!("ledger row {}/{} is not readable: {why}", row.stream, row.revision))
            })?,
            None => Vec::new(),
        };
        Ok(Row {
            stream: row.stream,
            revision: row.revision,
            id: row.id,
            at: Moment(row.at),
            event: row.event,
            outcome: row.outcome,
            actor: row.actor_id,
            target: row.target_kind.zip(row.target_id),
            reason: row.reason,
            details: serde_json::from_str(&row.details).map_err(Common::bug)?,
            changes,
        })
    }
}

/// Every stream and its newest revision.
pub async fn heads(conn: &impl ConnectionTrait) -> Result<Vec<Head>> {
    let heads = store::heads_since(conn, i64::MIN).await?;
    Ok(heads.into_iter().map(|head| Head { stream: head.stream, revision: head.revision }).collect())
}

/// At most `limit` rows of a stream after `revision`, in order.
pub async fn rows(conn: &impl ConnectionTrait, stream: Uuid, revision: i64, limit: u64) -> Result<Vec<Row>> {
    store::rows_after(conn, stream, revision, limit).await?.into_iter().map(Row::try_from).collect()
}

/// The newest revision of a stream; 0 if it has none.
pub async fn head(conn: &impl ConnectionTrait, stream: Uuid) -> Result<i64> {
    Ok(store::head_of(conn, stream).await?.map_or(0, |head| head.revision))
}
