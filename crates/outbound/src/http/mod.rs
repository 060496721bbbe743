//! An HTTP client that goes only where it may.
//!
//! Whoever names a destination may be a stranger: the address that a host resolves to is checked, and it is the one connected
//! to, so that a second answer of the name server changes nothing. No redirect is followed, no proxy of the environment is
//! asked, and time and size are bounded. What is refused is refused in words that tell nothing of the inner network.

mod address;
mod client;
mod policy;
mod resolve;

pub use ::http::{HeaderMap, Method, Request, Response, StatusCode};

pub use address::{Class, class_of};
pub use client::{Client, Failed, Limits, Surplus};
pub use policy::{Policy, Refusal};
pub use resolve::{Lookup, SystemLookup};
