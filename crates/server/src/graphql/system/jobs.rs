//! Work that waits to be done, and what was given up. What is in a job is not shown: it may speak of people.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::Within;
use atoll_base::door::graphql as door;
use atoll_base::jobs::{self, Seen};
use atoll_base::{Page, PageBounds, Result};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "jobs::JobState")]
pub enum JobState {
    /// It waits for its time or a worker.
    Waiting,
    /// A worker has it.
    Leased,
    /// It is done.
    Done,
    /// It was given up, and waits for a person.
    Dead,
}

/// Work to be done later.
#[derive(SimpleObject)]
pub struct Job {
    id: ID,
    /// What sort of work.
    kind: String,
    state: JobState,
    /// Tries so far.
    attempts: i32,
    /// Tries before it is given up.
    max_attempts: i32,
    /// Not done before this.
    due_at: String,
    /// Why the last try failed.
    last_error: Option<String>,
    created_at: String,
    /// When it was given up.
    ended_at: Option<String>,
}

impl From<Seen> for Job {
    fn from(seen: Seen) -> Job {
        Job {
            id: door::show(seen.id),
            kind: seen.kind,
            state: seen.state.into(),
            attempts: seen.attempts,
            max_attempts: seen.max_attempts,
            due_at: seen.due_at.rfc3339(),
            last_error: seen.last_error,
            created_at: seen.created_at.rfc3339(),
            ended_at: seen.ended_at.map(|at| at.rfc3339()),
        }
    }
}

/// A page of jobs.
#[derive(SimpleObject)]
pub struct JobList {
    items: Vec<Job>,
    total: i64,
}

impl From<Page<Seen>> for JobList {
    fn from(page: Page<Seen>) -> JobList {
        JobList { items: page.items.into_iter().map(Into::into).collect(), total: door::total(page.total) }
    }
}

/// Queries about jobs.
#[derive(Default)]
pub struct JobQuery;

#[Object]
impl JobQuery {
    /// Jobs, those that are due first at first, for administrators of the platform.
    async fn jobs(
        &self,
        door: &Context<'_>,
        state: Option<JobState>,
        kind: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<JobList> {
        let ctx = door::ctx(door)?;
        ctx.require(&ADMINISTER, &Within::<jobs::Job>::platform())?;
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        Ok(jobs::list(&ctx.reader(), state.map(Into::into), kind.as_deref(), page).await?.into())
    }
}

/// Changes of jobs.
#[derive(Default)]
pub struct JobMutation;

#[Object]
impl JobMutation {
    /// Lets a job that was given up try again, as often as at first.
    async fn retry_job(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        let (ctx, id) = (door::ctx(door)?, door::id("id", &id)?);
        let allowed = ctx.require(&ADMINISTER, &Within::<jobs::Job>::platform())?;
        let mut tx = ctx.begin().await?;
        jobs::redrive(&mut tx, &allowed, id).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Throws a job away that was given up.
    async fn discard_job(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        let (ctx, id) = (door::ctx(door)?, door::id("id", &id)?);
        let allowed = ctx.require(&ADMINISTER, &Within::<jobs::Job>::platform())?;
        let mut tx = ctx.begin().await?;
        jobs::discard(&mut tx, &allowed, id).await?;
        tx.commit().await?;
        Ok(true)
    }
}
