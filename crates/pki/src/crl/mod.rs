//! The list of revoked certificates (RFC 5280 §5). It is made from what is revoked when somebody asks for it, so that there
//! is nothing to forget: whatever revokes a certificate, the next list has it.

mod build;
mod current;
pub(crate) mod store;

pub use current::current;
