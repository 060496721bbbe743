//! A recovery code.

use atoll_base::chance::{self, Chance};
use atoll_base::{Fault, Ground, Kind, Secret};
use uuid::Uuid;

/// How many there are.
pub(super) const COUNT: usize = 10;
/// Letters that nobody mistakes for others, 31 of them; the 32nd is drawn again, so that all are as likely.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789?";
/// Letters of a code: 79 bits.
const LENGTH: usize = 16;
/// Letters between two dashes.
const GROUP: usize = 4;

/// A code for when everything else is lost: kept as a keyed hash.
#[derive(Clone, Debug)]
pub struct RecoveryCode {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    pub(super) verifier: Vec<u8>,
}

/// There is nothing to recover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("recovery codes are for those who have a second factor")]
pub struct NoFactor;

impl Fault for NoFactor {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        "recovery_codes.no_factor"
    }
}

/// A new code, as people write it down: `abcd-efgh-jkmn-pqrs`.
pub(super) fn new(chance: &dyn Chance) -> Secret<String> {
    let mut text = String::new();
    while text.len() < LENGTH + LENGTH / GROUP - 1 {
        if text.len() % (GROUP + 1) == GROUP {
            text.push('-');
        }
        let [byte] = chance::bytes::<1>(chance);
        let letter = LETTERS[usize::from(byte % 32)];
        if letter != b'?' {
            text.push(char::from(letter));
        }
    }
    Secret::new(text)
}

/// What is kept of a code: whatever people put between its letters.
pub(super) fn verifier(ground: &Ground, entity: Uuid, code: &str) -> [u8; 32] {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let text = format!("recovery code {entity} {}", letters.to_lowercase());
    ground.keys().token_verifier(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use atoll_base::chance::SystemChance;

    #[test]
    fn codes_are_readable_and_different() {
        let mut all: Vec<String> = (0..200).map(|_| new(&SystemChance).reveal().clone()).collect();
        for code in &all {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(groups.len(), 4, "{code}");
            assert!(groups.iter().all(|group| group.len() == 4), "{code}");
            assert!(!code.contains(['l', 'o', 'i', '0', '1', '?']), "{code}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 200);
    }
}
