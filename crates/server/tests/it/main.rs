//! The rooms together, on both engines, without a network.

mod direction;
mod harness;
mod operations;
mod rebuild;
mod scenarios;
