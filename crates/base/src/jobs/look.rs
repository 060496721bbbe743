//! Looking at jobs, without what is in them: a payload may speak of people.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::model::JobState;
use super::store;
use crate::error::{Common, Result};
use crate::page::{Page, PageRequest};
use crate::time::Moment;

/// A job as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: Uuid,
    /// Which handler.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// Tries so far.
    pub attempts: i32,
    /// Tries before it is given up.
    pub max_attempts: i32,
    /// Not done before this.
    pub due_at: Moment,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was put in.
    pub created_at: Moment,
    /// When it was given up.
    pub ended_at: Option<Moment>,
}

impl TryFrom<store::Model> for Seen {
    type Error = crate::error::Error;

    fn try_from(row: store::Model) -> Result<Seen> {
        let state = JobState::named(&row.state);
        Ok(Seen {
            id: row.id,
            kind: row.kind,
            state: state.ok_or_else(|| Common::bug(format!("the state {}", row.state)))?,
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            due_at: Moment(row.due_at),
            last_error: row.last_error,
            created_at: Moment(row.created_at),
            ended_at: row.ended_at.map(Moment),
        })
    }
}

/// A page of the jobs of a state and of a kind, or of all: those that are due first come first.
pub async fn list(
    conn: &impl ConnectionTrait,
    state: Option<JobState>,
    kind: Option<&str>,
    page: PageRequest,
) -> Result<Page<Seen>> {
    let (rows, total) = store::page(conn, state, kind, page).await?;
    Ok(Page { items: rows.into_iter().map(Seen::try_from).collect::<Result<_>>()?, total })
}
