//! Password hashes of other systems, which people bring along and lose at their next sign-in.
//!
//! | text | from |
//! |---|---|
//! | `$argon2id$v=19$m=…,t=…,p=…$salt$hash` (PHC) | Atoll, most newer systems |
//! | `$2a$…`, `$2b$…`, `$2y$…` | bcrypt |
//! | `$pbkdf2-sha256$i=…$salt$hash` (PHC), `$pbkdf2-sha256$…$salt$hash` (passlib); also `sha512` | PBKDF2 |
//!
//! A hash whose check would take too long is refused when it is read, so that no import can make signing in expensive.

use std::num::NonZeroU32;

use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params};
use atoll_base::{Fault, Kind};
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Longest text that is looked at.
const MAX_TEXT: usize = 512;
/// Dearest bcrypt: a second or so.
const MAX_BCRYPT_COST: u32 = 14;
/// Most rounds of PBKDF2: a second or so.
const MAX_ROUNDS: u32 = 2_000_000;
/// Most memory of Argon2, in KiB.
const MAX_MEMORY: u32 = 256 << 10;
/// Most passes of Argon2.
const MAX_PASSES: u32 = 16;
/// Most lanes of Argon2.
const MAX_LANES: u32 = 16;
/// Shortest and longest salt and result of PBKDF2.
const BYTES: std::ops::RangeInclusive<usize> = 8..=128;

const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A hash that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHash {
    /// Nothing that is known.
    #[error(
        "the password hash has no known form: argon2id, bcrypt ($2a, $2b, $2y) or pbkdf2 (sha256, sha512)"
    )]
    Unknown,
    /// Known, and broken.
    #[error("the password hash is damaged")]
    Damaged,
    /// It would take too long to check.
    #[error("the password hash is too expensive to check")]
    TooExpensive,
}

impl Fault for BadHash {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadHash::Unknown => "password_hash.unknown",
            BadHash::Damaged => "password_hash.damaged",
            BadHash::TooExpensive => "password_hash.too_expensive",
        }
    }
}

/// A password hash of a known kind, and of a cost that can be borne.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash {
    text: String,
    form: Form,
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(…)")
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Form {
    Argon2 { costs: (u32, u32, u32), id: bool },
    Bcrypt,
    Pbkdf2 { algorithm: Prf, rounds: NonZeroU32, salt: Vec<u8>, result: Vec<u8> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prf {
    Sha256,
    Sha512,
}

impl Prf {
    fn algorithm(self) -> pbkdf2::Algorithm {
        match self {
            Prf::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Prf::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

impl Hash {
    /// Reads the text of a hash.
    ///
    /// # Errors
    /// [`BadHash`].
    pub fn parse(text: &str) -> Result<Hash, BadHash> {
        if text.len() > MAX_TEXT {
            return Err(BadHash::Damaged);
        }
        let form = match text.split('$').nth(1).unwrap_or_default() {
            "argon2id" | "argon2i" | "argon2d" => argon2_form(text)?,
            "2a" | "2b" | "2y" => bcrypt_form(text)?,
            "pbkdf2-sha256" => pbkdf2_form(Prf::Sha256, text)?,
            "pbkdf2-sha512" => pbkdf2_form(Prf::Sha512, text)?,
            _ => return Err(BadHash::Unknown),
        };
        Ok(Hash { text: text.to_owned(), form })
    }

    /// A hash as Keycloak exports it: the algorithm's name, its iterations, and salt and value in Base64.
    ///
    /// # Errors
    /// [`BadHash`].
    pub fn keycloak(algorithm: &str, iterations: u32, salt: &str, value: &str) -> Result<Hash, BadHash> {
        match algorithm {
            "pbkdf2-sha256" | "pbkdf2-sha512" => {
                let plain = |text: &str| text.trim_end_matches('=').to_owned();
                let (salt, value) = (plain(salt), plain(value));
                Hash::parse(&format!("${algorithm}$i={iterations}${salt}${value}"))
            }
            _ => Err(BadHash::Unknown),
        }
    }

    /// The text that is stored.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The costs, if it is the house's own kind: memory, passes, lanes.
    pub(super) fn argon2id(&self) -> Option<(u32, u32, u32)> {
        match self.form {
            Form::Argon2 { costs, id: true } => Some(costs),
            _ => None,
        }
    }

    /// Whether this is the password, in a time that does not depend on how much of it is right. Takes its time: not for
    /// threads that serve others.
    pub(super) fn is_of(&self, password: &str) -> bool {
        match &self.form {
            Form::Argon2 { .. } => PasswordHash::new(&self.text)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
            Form::Bcrypt => bcrypt::verify(password, &self.text).unwrap_or(false),
            Form::Pbkdf2 { algorithm, rounds, salt, result } => {
                pbkdf2::verify(algorithm.algorithm(), *rounds, salt, password.as_bytes(), result).is_ok()
            }
        }
    }
}

fn argon2_form(text: &str) -> Result<Form, BadHash> {
    let hash = PasswordHash::new(text).map_err(|_| BadHash::Damaged)?;
    let params = Params::try_from(&hash).map_err(|_| BadHash::Damaged)?;
    let costs = (params.m_cost(), params.t_cost(), params.p_cost());
    let (memory, passes, lanes) = costs;
    if memory > MAX_MEMORY || passes > MAX_PASSES || lanes > MAX_LANES {
        return Err(BadHash::TooExpensive);
    }
    Ok(Form::Argon2 { costs, id: text.starts_with("$argon2id$") })
}

fn bcrypt_form(text: &str) -> Result<Form, BadHash> {
    let parts: bcrypt::HashParts = text.parse().map_err(|_| BadHash::Damaged)?;
    if text.len() != 60 {
        return Err(BadHash::Damaged);
    }
    if parts.get_cost() > MAX_BCRYPT_COST { Err(BadHash::TooExpensive) } else { Ok(Form::Bcrypt) }
}

fn pbkdf2_form(algorithm: Prf, text: &str) -> Result<Form, BadHash> {
    let parts: Vec<&str> = text.split('$').collect();
    let [_, _, rounds, salt, result] = parts.as_slice() else { return Err(BadHash::Damaged) };
    let rounds = rounds.split(',').next().unwrap_or_default();
    let rounds: u32 = rounds.strip_prefix("i=").unwrap_or(rounds).parse().map_err(|_| BadHash::Damaged)?;
    let rounds = NonZeroU32::new(rounds).ok_or(BadHash::Damaged)?;
    if rounds.get() > MAX_ROUNDS {
        return Err(BadHash::TooExpensive);
    }
    // passlib writes dots where Base64 has pluses.
    let bytes = |text: &str| ANY_PADDING.decode(text.replace('.', "+")).map_err(|_| BadHash::Damaged);
    let (salt, result) = (bytes(salt)?, bytes(result)?);
    if !BYTES.contains(&salt.len()) || !BYTES.contains(&result.len()) {
        return Err(BadHash::Damaged);
    }
    Ok(Form::Pbkdf2 { algorithm, rounds, salt, result })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_STANDARD;

    #[test]
    fn bcrypt_of_every_spelling_is_read() {
        let made = bcrypt::hash("correct horse battery", 4).unwrap();
        for prefix in ["$2a$", "$2b$", "$2y$"] {
            let hash = Hash::parse(&format!("{prefix}{}", &made[4..])).unwrap();
            assert!(hash.is_of("correct horse battery"), "{prefix}");
            assert!(!hash.is_of("correct horse batterx"));
            assert_eq!(hash.argon2id(), None);
        }
        assert_eq!(Hash::parse(&made.replace("$04$", "$15$")), Err(BadHash::TooExpensive));
        assert_eq!(Hash::parse(&made[..59]), Err(BadHash::Damaged));
        assert_eq!(Hash::parse(&made.replace("$2b$", "$2x$")), Err(BadHash::Unknown));
    }

    #[test]
    fn pbkdf2_is_read_as_keycloak_phc_and_passlib_write_it() {
        for (name, prf, length) in [("pbkdf2-sha256", Prf::Sha256, 32), ("pbkdf2-sha512", Prf::Sha512, 64)] {
            let salt = [0xfb; 16];
            let mut result = vec![0; length];
            let rounds = NonZeroU32::new(1000).unwrap();
            pbkdf2::derive(prf.algorithm(), rounds, &salt, b"correct horse battery", &mut result);
            let (salt, result) = (BASE64_STANDARD.encode(salt), BASE64_STANDARD.encode(result));
            let passlib = |text: &str| text.trim_end_matches('=').replace('+', ".");
            let hashes = [
                Hash::keycloak(name, 1000, &salt, &result).unwrap(),
                Hash::parse(&format!("${name}$i=1000,l={length}${}${}", passlib(&salt), passlib(&result)))
                    .unwrap(),
                Hash::parse(&format!("${name}$1000${}${}", passlib(&salt), passlib(&result))).unwrap(),
            ];
            for hash in hashes {
                assert!(hash.is_of("correct horse battery"), "{}", hash.text());
                assert!(!hash.is_of("wrong"));
            }
            assert_eq!(Hash::keycloak(name, 2_000_001, &salt, &result), Err(BadHash::TooExpensive));
            assert_eq!(Hash::keycloak(name, 0, &salt, &result), Err(BadHash::Damaged));
            assert_eq!(Hash::keycloak(name, 1000, "", &result), Err(BadHash::Damaged));
        }
    }

    /// RFC 7914 §11.
    #[test]
    fn pbkdf2_is_that_of_the_standard() {
        let result = BASE64_STANDARD.encode([
            0x4d, 0xdc, 0xd8, 0xf6, 0x0b, 0x98, 0xbe, 0x21, 0x83, 0x0c, 0xee, 0x5e, 0xf2, 0x27, 0x01, 0xf9,
            0x64, 0x1a, 0x44, 0x18, 0xd0, 0x4c, 0x04, 0x14, 0xae, 0xff, 0x08, 0x87, 0x6b, 0x34, 0xab, 0x56,
            0xa1, 0xd4, 0x25, 0xa1, 0x22, 0x58, 0x33, 0x54, 0x9a, 0xdb, 0x84, 0x1b, 0x51, 0xc9, 0xb3, 0x17,
            0x6a, 0x27, 0x2b, 0xde, 0xbb, 0xa1, 0xd0, 0x78, 0x47, 0x8f, 0x62, 0xb3, 0x97, 0xf3, 0x3c, 0x8d,
        ]);
        // The salt of that example, "NaCl", is shorter than what is taken here: checked beneath.
        let bytes = ANY_PADDING.decode(&result).unwrap();
        let rounds = NonZeroU32::new(80_000).unwrap();
        assert!(pbkdf2::verify(Prf::Sha256.algorithm(), rounds, b"NaCl", b"Password", &bytes).is_ok());
    }

    #[test]
    fn argon2_is_read_unless_it_is_too_dear() {
        let text = |costs: &str| {
            format!(
                "$argon2id$v=19${costs}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            )
        };
        assert_eq!(Hash::parse(&text("m=64,t=3,p=1")).unwrap().argon2id(), Some((64, 3, 1)));
        for dear in ["m=4194304,t=1,p=1", "m=64,t=17,p=1"] {
            assert_eq!(Hash::parse(&text(dear)), Err(BadHash::TooExpensive), "{dear}");
        }
        assert_eq!(Hash::parse(&text("m=64")).unwrap_or_else(|_| panic!()).text(), text("m=64"));
    }

    #[test]
    fn rubbish_is_refused() {
        let long = format!("$2b$04${}", "a".repeat(600));
        for text in ["", "$", "plain", "$md5$x", "$1$salt$hash", "{SSHA}abc", "$pbkdf2-sha1$i=1$a$b"] {
            assert_eq!(Hash::parse(text), Err(BadHash::Unknown), "{text}");
        }
        for text in [long.as_str(), "$pbkdf2-sha256$i=1$a", "$pbkdf2-sha256$x$AAAA$AAAA", "$argon2id$"] {
            assert_eq!(Hash::parse(text), Err(BadHash::Damaged), "{text}");
        }
    }
}
