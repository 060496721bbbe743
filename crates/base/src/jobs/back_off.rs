//! How long to pause before trying again.

use std::time::Duration;

use crate::chance::{self, Chance};

const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// The pause after try number `attempt` (from 1): doubles from 2 s up to 6 h, and the last half of it is random, so that
/// many jobs that failed together do not come back together.
pub fn pause(attempt: i32, chance: &dyn Chance) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(20);
    let whole = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let share = f64::from(u32::from_be_bytes(chance::bytes::<4>(chance))) / f64::from(u32::MAX);
    whole / 2 + (whole / 2).mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemChance;

    #[test]
    fn pauses_grow_to_a_bound_and_never_vanish() {
        for attempt in 1..60 {
            let whole = FIRST.saturating_mul(1 << (attempt - 1).min(20)).min(LONGEST);
            let pause = pause(attempt, &SystemChance);
            assert!(pause >= whole / 2 && pause <= whole, "try {attempt}: {pause:?}");
        }
    }
}
