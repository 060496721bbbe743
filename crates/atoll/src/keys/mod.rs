//! `atoll keys …`: the deployment key and what is sealed under it.

pub(crate) mod list;
pub(crate) mod rotate;
