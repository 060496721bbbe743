//! Certificates of entities.

mod fault;
mod find;
mod gate;
pub mod graphql;
mod issue;
mod model;
mod names;
mod profile;
mod renew;
mod request;
mod resolve;
mod revoke;

pub use fault::{BadSelector, CertificateMissing, Disabled, Unissuable};
pub use find::{Filter, Selector, find, list};
pub use gate::MANAGE;
pub use issue::{Issued, NewCertificate, issue, issue_from_csr};
pub(crate) use model::reason_code;
pub use model::{Certificate, read_serial};
pub use renew::{Renewal, renew};
pub use resolve::{NotProven, Resolved, resolve};
pub use revoke::{revoke, revoke_of_entity};
