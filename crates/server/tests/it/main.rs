//! The rooms together, on both engines, without a network.

mod harness;
mod rebuild;
