//! The record of what happened.

pub(crate) mod tail;
pub(crate) mod verify;
