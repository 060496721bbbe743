//! Invitations: somebody is asked to come into a tenant, and decides.
//!
//! What an accepted invitation gives is given by whoever invited: it is judged then, as theirs.

mod accept;
mod create;
mod decline;
mod find;
pub mod graphql;
mod model;
mod prune;
mod revoke;
pub(crate) mod store;

pub use accept::{accept, accept_token};
pub use create::{NewInvitation, create};
pub use decline::reject;
pub use find::{list, mine};
pub use model::{Invitation, InvitationFault, Shown};
pub(crate) use prune::prune;
pub use revoke::revoke;
