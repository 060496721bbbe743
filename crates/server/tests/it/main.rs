//! The rooms together, on both engines, without a network.

mod actions;
mod assignments;
mod blocks;
mod checks;
mod credentials;
mod direction;
mod entities;
mod giving;
mod groups;
mod harness;
mod keys;
mod memberships;
mod operations;
mod passwords;
mod policies;
mod profiles;
mod rebuild;
mod resources;
mod roles;
mod scenarios;
mod searches;
mod sessions;
mod tenants;
mod terms;
