//! The table of jobs.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{Condition, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::JobState;
use crate::error::Result;
use crate::page::PageRequest;
use crate::time::Moment;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which handler.
    pub kind: String,
    /// At most one unfinished job has it.
    pub dedupe_key: Option<String>,
    /// JSON.
    pub payload: String,
    /// waiting, leased, done, dead.
    pub state: String,
    /// Tries so far.
    pub attempts: i32,
    /// Tries allowed.
    pub max_attempts: i32,
    /// Not before.
    pub due_at: i64,
    /// While leased: until when.
    pub lease_until: Option<i64>,
    /// While leased: whose.
    pub lease_id: Option<Uuid>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was put in.
    pub created_at: i64,
    /// When it was done or given up.
    pub ended_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Jobs of these kinds that are due, or whose lease ran out; locked until the transaction ends, without waiting for
/// those that another worker is looking at.
pub(super) async fn lock_due(
    tx: &impl ConnectionTrait,
    kinds: &[&str],
    now: Moment,
    limit: u64,
) -> Result<Vec<Model>> {
    let due = Condition::any()
        .add(Condition::all().add(Column::State.eq(JobState::Waiting.as_str())).add(Column::DueAt.lte(now.0)))
        .add(
            Condition::all()
                .add(Column::State.eq(JobState::Leased.as_str()))
                .add(Column::LeaseUntil.lt(now.0)),
        );
    Ok(Entity::find()
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .filter(due)
        .order_by_asc(Column::DueAt)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(tx)
        .await?)
}

/// The job, if this lease still holds it; locked.
pub(super) async fn held(tx: &impl ConnectionTrait, id: Uuid, lease: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id)
        .filter(Column::LeaseId.eq(lease))
        .filter(Column::State.eq(JobState::Leased.as_str()))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// A job.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(conn).await?)
}

/// Those of a state and of a kind, or all, by when they are due; and how many there are.
pub(super) async fn page(
    conn: &impl ConnectionTrait,
    state: Option<JobState>,
    kind: Option<&str>,
    page: PageRequest,
) -> Result<(Vec<Model>, u64)> {
    let wanted = Condition::all()
        .add_option(state.map(|state| Column::State.eq(state.as_str())))
        .add_option(kind.map(|kind| Column::Kind.eq(kind)));
    let found = Entity::find().filter(wanted);
    let total = found.clone().count(conn).await?;
    let rows = found.order_by_asc(Column::DueAt).order_by_asc(Column::Id);
    Ok((rows.offset(page.offset).limit(page.limit).all(conn).await?, total))
}

/// Removes those of a kind that were given up before a moment.
pub(super) async fn discard_dead(conn: &impl ConnectionTrait, kind: &str, before: Moment) -> Result<u64> {
    let dead = Entity::delete_many()
        .filter(Column::Kind.eq(kind))
        .filter(Column::State.eq(JobState::Dead.as_str()))
        .filter(Column::EndedAt.lt(before.0));
    Ok(dead.exec(conn).await?.rows_affected)
}
