//! The engine against the oracle, over random worlds and over the scenarios.

mod agreement;
mod bounds;
mod detours;
mod differences;
mod digits;
mod insights;
mod json;
mod monotone;
mod profile;
mod questions;
mod scenarios;
mod searches;
mod worlds;
