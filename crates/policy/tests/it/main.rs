//! The engine against the oracle, over random worlds and over the scenarios.

mod agreement;
mod differences;
mod digits;
mod insights;
mod json;
mod questions;
mod scenarios;
mod searches;
mod worlds;
