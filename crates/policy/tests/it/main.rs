//! The engine against the oracle, over random worlds and over the scenarios.

mod agreement;
mod digits;
mod json;
mod questions;
mod scenarios;
mod worlds;
