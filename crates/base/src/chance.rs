//! Randomness and ids, injected so that tests own them.

use std::sync::atomic::{AtomicU64, Ordering};

use rand::TryRng;
use rand::rngs::SysRng;
use uuid::Uuid;

use crate::secret::Secret;
use crate::time::Moment;

/// Where randomness comes from.
pub trait Chance: Send + Sync {
    /// Fills `bytes` with randomness fit for keys and tokens.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        // A machine whose generator fails cannot make keys: stopping is the only safe answer.
        SysRng.try_fill_bytes(bytes).expect("the operating system gives randomness");
    }
}

/// A repeatable sequence, for tests only: never unpredictable.
#[derive(Debug, Default)]
pub struct CountingChance(AtomicU64);

impl Chance for CountingChance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
            let mixed = next.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(chance: &dyn Chance) -> [u8; N] {
    let mut bytes = [0; N];
    chance.fill(&mut bytes);
    bytes
}

/// `N` random bytes, as hexadecimal digits: a secret that can be sent.
pub fn hex<const N: usize>(chance: &dyn Chance) -> Secret<String> {
    Secret::new(crate::hex(&bytes::<N>(chance)))
}

/// A new UUID version 7 (RFC 9562 §5.7): milliseconds of `now`, then randomness, so that new ids sort last.
pub fn new_id(now: Moment, chance: &dyn Chance) -> Uuid {
    let millis = u64::try_from(now.0.div_euclid(1000)).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes::<10>(chance)).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_that_are_sent_are_two_digits_a_byte() {
        let (one, other) = (hex::<32>(&SystemChance), hex::<32>(&SystemChance));
        assert!(one.reveal().len() == 64 && one.reveal().bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_ne!(one.reveal(), other.reveal());
    }

    #[test]
    fn ids_are_version_7_and_sort_by_time() {
        let first = new_id(Moment(1_000_000), &SystemChance);
        let second = new_id(Moment(2_000_000), &SystemChance);
        assert_eq!(first.get_version_num(), 7);
        assert!(first < second);
    }
}
