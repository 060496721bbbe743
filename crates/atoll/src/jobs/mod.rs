//! Work that was given up.

pub(crate) mod list_dead;
pub(crate) mod redrive;
