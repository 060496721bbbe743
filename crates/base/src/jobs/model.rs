//! A job.

use serde_json::Value;
use uuid::Uuid;

use crate::time::Moment;

/// Work to be done later.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which handler does it.
    pub kind: &'static str,
    /// What the handler needs. Secrets only in [`sealed_payload`](super::sealed_payload), or as ids of sealed rows.
    pub payload: Value,
    /// At most one job with this key exists until it is done; later ones are dropped.
    pub dedupe_key: Option<String>,
    /// Not before.
    pub due_at: Moment,
    /// Tries before it becomes a dead letter.
    pub max_attempts: i32,
}

impl Job {
    /// A job to be done at `due_at`, with up to 12 tries (about a day with the usual pauses).
    pub fn new(kind: &'static str, payload: Value, due_at: Moment) -> Self {
        Job { kind, payload, dedupe_key: None, due_at, max_attempts: 12 }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waiting for its time or a worker.
    Waiting,
    /// Being done, until its lease ends.
    Leased,
    /// Done.
    Done,
    /// Given up; waits for a person.
    Dead,
}

impl JobState {
    /// The one that is stored so.
    pub fn named(text: &str) -> Option<JobState> {
        let all = [JobState::Waiting, JobState::Leased, JobState::Done, JobState::Dead];
        all.into_iter().find(|state| state.as_str() == text)
    }

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Leased => "leased",
            JobState::Done => "done",
            JobState::Dead => "dead",
        }
    }
}

/// A job in the hands of a worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Its id.
    pub id: Uuid,
    /// Which handler.
    pub kind: String,
    /// What the handler needs.
    pub payload: Value,
    /// Which try this is, from 1.
    pub attempt: i32,
    /// Tries before it becomes a dead letter.
    pub max_attempts: i32,
    /// Proof of the claim: a worker whose lease ran out cannot finish somebody else's try.
    pub lease: Uuid,
}
