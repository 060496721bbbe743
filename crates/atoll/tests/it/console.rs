//! The console as people and their browsers meet it.

mod accessible;
mod journeys;
mod pages;
mod pictures;
mod trying;
mod visitor;
