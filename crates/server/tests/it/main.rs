//! The rooms together, on both engines, without a network.

mod actions;
mod assignments;
mod blocks;
mod checks;
mod direction;
mod giving;
mod groups;
mod harness;
mod operations;
mod policies;
mod rebuild;
mod resources;
mod roles;
mod scenarios;
