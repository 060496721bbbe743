//! Tokens for other programs, in the standard ways: introspection (RFC 7662), revocation (RFC 7009), exchange (RFC 8693) and
//! what is where (RFC 8414).
//!
//! A client is an entity, named by its id, or by its alias (`tenant-alias/alias` within a tenant), and proves itself with a
//! shared key or an access token.

mod client;
mod exchange;
mod fault;
mod introspect;
mod metadata;
mod parameters;
mod revoke;

pub use client::{ClientSecret, authenticate_client};
pub use exchange::{GRANT_TYPE, Issued, IssuedBody, exchange};
pub use fault::OAuthFault;
pub use introspect::{Introspected, introspect};
pub use metadata::{Metadata, metadata};
pub use parameters::Parameters;
pub use revoke::revoke;
