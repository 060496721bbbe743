//! Cedar is asked what the decision engine is asked, about the same random worlds.

// The worlds of the engine's own tests.
#[path = "../../../crates/policy/tests/it/digits.rs"]
mod digits;
#[path = "../../../crates/policy/tests/it/worlds.rs"]
mod worlds;

mod cedar;
mod mapped;
mod opinion;
