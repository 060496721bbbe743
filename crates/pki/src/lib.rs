//! Certificates: issued to entities by an authority whose files an operator gives, and everything that tells whether they
//! still count.
//!
//! - [`Authority`]: the one issuer, read from files at start.
//! - [`certificates`]: issuing, renewing, revoking, resolving.
//! - [`crl`]: the list of revoked certificates.
//! - [`ocsp`]: the status of one.
//!
//! What is not here: the credentials themselves (a certificate is one of `identity`'s), and TLS.
//!
//! Guarantees: private keys are kept nowhere. Whoever acts only by being an entity gets certificates for its own names only.
//! The list and the status are made from what is revoked when somebody asks, so that every revocation counts at once,
//! whatever caused it; also of certificates that were removed with their entity.
//!
//! Entry points: [`Pki`] for the wiring, [`graphql`] and the use cases for doors.

mod authority;
pub mod certificates;
pub mod crl;
pub mod graphql;
mod migrations;
pub mod ocsp;
mod pki;

use atoll_base::backup::{self, Table};

pub use authority::{Authority, BadAuthority, IssuerKind, Named};
pub use migrations::migrations;
pub use pki::Pki;

/// This room's tables, for backups.
pub fn tables() -> Vec<Box<dyn Table>> {
    vec![backup::of::<crl::store::Entity>("revocation_lists")]
}
