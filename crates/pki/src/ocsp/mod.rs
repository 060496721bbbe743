//! Whether one certificate was revoked, asked and told as RFC 6960 says.

mod answer;
mod message;

pub use answer::{MALFORMED, answer};
