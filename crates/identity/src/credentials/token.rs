//! The form of access tokens: `atom_` + 32 hexadecimal digits (credential id) + `_` + 64 hexadecimal digits (secret).

use atoll_base::Secret;
use atoll_base::chance::{self, Chance};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// How every access token begins.
pub const PREFIX: &str = "atom_";
/// Bytes of secret.
const SECRET: usize = 32;
/// Characters of the whole token.
const LENGTH: usize = PREFIX.len() + 32 + 1 + 2 * SECRET;
/// Characters shown to tell tokens apart: the prefix and 8 digits of the id.
const SHOWN: usize = PREFIX.len() + 8;

/// A token, taken apart.
pub struct AccessToken {
    /// The credential it names.
    pub credential: Uuid,
    /// What proves it.
    pub secret: Secret<[u8; SECRET]>,
}

impl AccessToken {
    /// A new token for a credential.
    pub fn new(credential: Uuid, chance: &dyn Chance) -> AccessToken {
        AccessToken { credential, secret: Secret::new(chance::bytes(chance)) }
    }

    /// Reads a token; `None` when it does not have the form.
    pub fn parse(text: &str) -> Option<AccessToken> {
        if text.len() != LENGTH {
            return None;
        }
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let lower = |digits: &str| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if id.len() != 32 || !lower(id) || !lower(secret) {
            return None;
        }
        let mut bytes = [0; SECRET];
        for (byte, digits) in bytes.iter_mut().zip(secret.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(AccessToken { credential: id.parse().ok()?, secret: Secret::new(bytes) })
    }

    /// The text that is shown once.
    pub fn text(&self) -> Secret<String> {
        let mut text = format!("{PREFIX}{}_", self.credential.simple());
        for byte in self.secret.reveal() {
            text.push_str(&format!("{byte:02x}"));
        }
        Secret::new(text)
    }

    /// What is shown ever after to tell tokens apart: the first 13 characters. No part of the secret.
    pub fn identifier(&self) -> String {
        let mut shown = format!("{PREFIX}{}", self.credential.simple());
        shown.truncate(SHOWN);
        shown
    }
}

/// Whether two verifiers are the same, in a time that does not depend on where they differ.
pub fn same(stored: &[u8], computed: &[u8]) -> bool {
    stored.ct_eq(computed).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use atoll_base::chance::CountingChance;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let id = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let token = AccessToken::new(id, &CountingChance::default());
        let text = token.text();
        assert_eq!(text.reveal().len(), 102);
        assert!(text.reveal().starts_with("atom_0123456789abcdef0123456789abcdef_"));
        assert_eq!(token.identifier(), "atom_01234567");
        let read = AccessToken::parse(text.reveal()).unwrap();
        assert_eq!(read.credential, id);
        assert!(same(read.secret.reveal(), token.secret.reveal()));
    }

    #[test]
    fn only_the_exact_form_is_read() {
        let good = AccessToken::new(Uuid::from_u128(1), &CountingChance::default()).text();
        let good = good.reveal();
        let bad = [
            String::new(),
            "atom_".into(),
            good[..101].to_owned(),
            format!("{good}0"),
            good.replace("atom_", "atex_"),
            good.to_uppercase(),
            format!("{}g{}", &good[..50], &good[51..]),
            format!("{}+{}", &good[..50], &good[51..]),
            format!("{}é{}", &good[..50], &good[52..]),
        ];
        for text in bad {
            assert!(AccessToken::parse(&text).is_none(), "{text}");
        }
    }
}
