//! What a new installation starts with.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};

/// What seeding is permitted for.
pub enum Seed {}

/// Fills an empty store; one that holds anything already stays as it is.
pub async fn seed(_tx: &mut Tx, _allowed: &Allowed<'_, Seed>) -> Result<()> {
    Ok(())
}
