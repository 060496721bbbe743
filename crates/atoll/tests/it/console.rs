//! The console as people and their browsers meet it.

mod accessible;
mod invited;
mod journeys;
mod pages;
mod passkey;
mod roles;
mod sessions;
mod table;
mod visitor;
mod webhooks;
