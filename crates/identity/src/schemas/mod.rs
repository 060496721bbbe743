//! JSON Schemas that people bring: of the attributes of entities, and of what custom endpoints are sent.
//!
//! A schema is code that somebody else wrote, so it is bounded before it is compiled: size, depth, patterns, and how much
//! checking it can stand for. It refers to nothing but itself, and its patterns are matched in linear time.

mod bounds;
mod compile;

pub use bounds::BadSchema;
pub use compile::{check, faults};
