//! The console as people and their browsers meet it.

mod accessible;
mod invited;
mod journeys;
mod pages;
mod passkey;
mod pictures;
mod roles;
mod sessions;
mod table;
mod trying;
pub mod visitor;
mod webhooks;
