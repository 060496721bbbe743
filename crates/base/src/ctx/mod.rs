//! Who asks, with what, and whether they may: every use case begins with a [`Ctx`].

mod allowed;
mod caller;
mod require;
mod rule;
mod tx;

use std::sync::Arc;

use atoll_policy::World;
use uuid::Uuid;

use crate::chance::{self, Chance};
use crate::db::Db;
use crate::error::Result;
use crate::ground::Ground;
use crate::ledger::Event;
use crate::time::Moment;

pub use allowed::Allowed;
pub use caller::{Caller, CredentialKind, Origin, SignedIn};
pub use rule::{Guarded, May, On, Rule, Visibility, Within};
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
}

impl Ctx {
    /// The context of a request.
    pub fn new(ground: Arc<Ground>, caller: Caller, origin: Origin) -> Ctx {
        Ctx { ground, caller, origin }
    }

    /// The platform acting by itself: seeding, jobs, sign-in. `purpose` says what for, in the ledger.
    pub fn platform(ground: Arc<Ground>, purpose: &'static str) -> Ctx {
        Ctx { ground, caller: Caller::Platform(purpose), origin: Origin::default() }
    }

    /// The platform acting within this request, for a step that the caller's own rights cannot cover, such as opening a
    /// session for somebody who has just proved who they are.
    pub fn as_platform(&self, purpose: &'static str) -> Ctx {
        Ctx { ground: self.ground.clone(), caller: Caller::Platform(purpose), origin: self.origin.clone() }
    }

    /// The same request after somebody has proved who they are.
    pub fn as_caller(&self, caller: Caller) -> Ctx {
        Ctx { ground: self.ground.clone(), caller, origin: self.origin.clone() }
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

    /// The current policy world.
    pub fn world(&self) -> Result<Arc<World>> {
        self.ground.decisions().world()
    }

    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Tx> {
        Tx::begin(self).await
    }

    /// Remembers an attempt that changes nothing. Does not wait.
    pub fn note(&self, event: Event) {
        self.ground.attempts().note(self, event);
    }

    /// The entity that is signed in; `missing authentication` when there is none.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        self.caller.signed_in().ok_or_else(|| crate::error::Common::NotSignedIn.into())
    }
}
