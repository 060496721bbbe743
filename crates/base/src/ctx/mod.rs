//! Who asks, with what, and whether they may: every use case begins with a [`Ctx`].

mod allowed;
mod caller;
mod guard;
mod methods;
mod require;
mod rule;
mod trial;
mod tx;

use std::sync::Arc;

use atoll_policy::World;
use parking_lot::Mutex;
use sea_orm::DatabaseExecutor;
use uuid::Uuid;

use crate::chance::{self, Chance};
use crate::db::Db;
use crate::decisions::RevisionToken;
use crate::error::Result;
use crate::ground::Ground;
use crate::ledger::store::entry;
use crate::ledger::{Appended, Event};
use crate::time::Moment;

pub use allowed::Allowed;
pub use caller::{Caller, CredentialKind, Origin, SignedIn, act};
pub use guard::{Guard, Proposal};
pub use methods::Methods;
pub use rule::{Guarded, May, On, Rule, Visibility, Within};
pub use trial::{Trial, Tried};
pub use tx::Tx;

/// What a house begins with: the noun that the first rows are made under.
#[derive(Debug)]
pub struct Seed;

/// One request's context: the caller, where it came from, and the ground.
#[derive(Clone)]
pub struct Ctx {
    ground: Arc<Ground>,
    caller: Caller,
    origin: Origin,
    wrote: Arc<Mutex<Appended>>,
    trial: Option<Arc<Trial>>,
}

impl Ctx {
    /// The context of a request.
    pub fn new(ground: Arc<Ground>, caller: Caller, origin: Origin) -> Ctx {
        Ctx { ground, caller, origin, wrote: Arc::default(), trial: None }
    }

    /// The platform acting by itself: seeding, jobs, sign-in. `purpose` says what for, in the ledger.
    pub fn platform(ground: Arc<Ground>, purpose: &'static str) -> Ctx {
        Ctx::new(ground, Caller::Platform(purpose), Origin::default())
    }

    /// The platform acting within this request, for a step that the caller's own rights cannot cover, such as opening a
    /// session for somebody who has just proved who they are.
    pub fn as_platform(&self, purpose: &'static str) -> Ctx {
        Ctx { caller: Caller::Platform(purpose), ..self.clone() }
    }

    /// The same request after somebody has proved who they are.
    pub fn as_caller(&self, caller: Caller) -> Ctx {
        Ctx { caller, ..self.clone() }
    }

    /// The ground.
    pub fn ground(&self) -> &Arc<Ground> {
        &self.ground
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The store.
    pub fn db(&self) -> &Db {
        self.ground.db()
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        self.ground.clock().now()
    }

    /// Randomness.
    pub fn chance(&self) -> &dyn Chance {
        self.ground.chance()
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        chance::new_id(self.now(), self.chance())
    }

    /// What to query with for reading; within a trial, what that has done so far is there to be read.
    pub fn reader(&self) -> DatabaseExecutor<'_> {
        match &self.trial {
            Some(trial) => DatabaseExecutor::Transaction(trial.conn()),
            None => DatabaseExecutor::Connection(self.db().reader()),
        }
    }

    /// The current policy world; within a trial, as it would be.
    pub fn world(&self) -> Result<Arc<World>> {
        match &self.trial {
            Some(trial) => Ok(trial.world()),
            None => self.ground.decisions().world(),
        }
    }

    /// The same request, tried: what it does from here on is undone when the trial ends. End the trial when nothing of
    /// the request is left.
    pub async fn try_out(&self) -> Result<(Ctx, Arc<Trial>)> {
        let trial = Trial::begin(self, false).await?;
        Ok((Ctx { trial: Some(trial.clone()), ..self.clone() }, trial))
    }

    /// The same request, of which all that follows happens at once or not at all: drop the context, then
    /// [`keep`](Trial::keep) what was done, or let it go.
    pub async fn together(&self) -> Result<(Ctx, Arc<Trial>)> {
        let steps = Trial::begin(self, true).await?;
        Ok((Ctx { trial: Some(steps.clone()), ..self.clone() }, steps))
    }

    /// Notes what was committed, and lets decisions see it.
    async fn committed(&self, rows: Vec<entry::Model>) -> Appended {
        let appended: Appended = rows.iter().map(|row| (row.stream, row.revision)).collect();
        self.wrote.lock().extend(&appended);
        if let Err(error) = self.ground.decisions().absorb(rows).await {
            // The change stands; the follower applies it with its next look.
            tracing::error!(error = error.for_log(), "a committed change was not applied at once");
        }
        appended
    }

    /// What this request has written so far, as somebody else can ask for it.
    pub fn written(&self) -> Option<RevisionToken> {
        RevisionToken::written(&self.wrote.lock())
    }

    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Tx> {
        Tx::begin(self).await
    }

    /// Whether the request is only tried.
    pub fn is_tried(&self) -> bool {
        self.trial.as_ref().is_some_and(|trial| !trial.is_kept())
    }

    /// Remembers an attempt that changes nothing, unless it is only tried. Does not wait.
    pub fn note(&self, event: Event) {
        if !self.is_tried() {
            self.ground.attempts().note(self, event);
        }
    }

    /// The entity that is signed in; `missing authentication` when there is none.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        self.caller.signed_in().ok_or_else(|| crate::error::Common::NotSignedIn.into())
    }
}
