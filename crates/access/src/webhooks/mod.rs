//! Webhooks: what happens in a tenant, or at the platform, told to a receiver elsewhere, in order and at least once.
//!
//! They read the ledger as the audit log does, so that whoever may manage a tenant and read its audit log may have it sent on.
//! An endpoint keeps how far it has been told ([`Webhook::told`]); nothing is queued besides, so that nothing can be lost on
//! the way. [`Deliverer`] sends, one endpoint at a time each, in the form of Standard Webhooks 1.0 ([`Signer`]).

mod admit;
mod create;
mod delete;
pub(crate) mod deliver;
pub(crate) mod deliveries;
mod find;
pub mod graphql;
mod message;
mod model;
mod pause;
mod replay;
mod retry;
mod rotate;
mod sign;
pub(crate) mod store;
mod update;

pub use create::{Created, NewWebhook, create};
pub use delete::delete;
pub use deliver::Deliverer;
pub(crate) use deliver::prune;
pub use deliveries::{Delivery, DeliveryState, deliveries};
pub use find::{get, list};
pub use model::{Webhook, WebhookFault, WebhookState};
pub use pause::{pause, resume};
pub use replay::replay;
pub use retry::retry;
pub use rotate::{Rotated, rotate};
pub(crate) use sign::place;
pub use sign::{Signer, new_secret};
pub use update::{WebhookPatch, update};
