//! The ground that every room stands on.
//!
//! - [`db`]: one store over SQLite and PostgreSQL. - [`ledger`]: one memory, written with every change.
//! - [`decisions`]: the live policy world, following the ledger. - [`ctx`]: who asks, and whether they may.
//! - [`vault`]: sealed secrets. - [`jobs`]: work that outlives a request. - [`settings`]: one settings struct.
//!
//! What is not here: nouns. No tenant, no entity, no role; and no connection to anywhere but the store.
//!
//! A use case begins with a [`Ctx`]: `ctx.require(&RULE, &object)` returns the witness [`Allowed`], `ctx.begin()` a
//! [`Tx`]; stores write with both; `tx.record(&allowed, event)` and `tx.commit()` end it.

pub mod alias;
pub mod backup;
pub mod chance;
pub mod ctx;
pub mod db;
pub mod decisions;
pub mod door;
pub mod error;
pub mod fields;
mod ground;
mod hex;
pub mod inbox;
pub mod jobs;
pub mod keeper;
pub mod ledger;
pub mod metrics;
mod migrations;
pub mod page;
pub mod rates;
pub mod secret;
pub mod settings;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod vault;

pub use ctx::{Allowed, Caller, Ctx, Guarded, May, Rule, Tx, Visibility, Within};
pub use error::{Common, Error, Fault, Kind, Result};
pub use ground::{Ground, GroundParts};
pub use hex::hex;
pub use ledger::{Event, Outcome};
pub use migrations::{migrations, tables};
pub use page::{ListRequest, ListSort, Listed, Page, PageBounds, PageRequest, TimeSort};
pub use secret::Secret;
pub use time::{Clock, Moment};
