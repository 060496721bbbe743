//! An authenticator app of an entity, and what its codes are.

use atoll_base::{Fault, Kind, Moment, Secret};
use totp_rs::{Algorithm, Builder};
use uuid::Uuid;

/// Bytes of secret (RFC 4226 §4 wants at least 16, and recommends 20).
pub(super) const SECRET: usize = 20;
/// Seconds of a step.
const STEP: u64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;

/// An authenticator app.
#[derive(Clone, Debug)]
pub struct Totp {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    /// The shared secret, sealed.
    pub(super) sealed: Vec<u8>,
    /// When the first code came; none: it counts for nothing yet.
    pub confirmed_at: Option<Moment>,
    /// The newest step whose code was taken: no code of it or of an earlier one is taken again.
    pub(super) last_step: i64,
    /// When a code was last taken.
    pub last_used_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
}

/// Nothing can be done with the authenticator app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotpFault {
    /// There is none.
    #[error("there is no authenticator app to confirm or remove")]
    None,
    /// There is one already.
    #[error("there is an authenticator app already; remove it first")]
    Already,
    /// That is not the code.
    #[error("the code is wrong or was used before")]
    WrongCode,
}

impl Fault for TotpFault {
    fn kind(&self) -> Kind {
        match self {
            TotpFault::None => Kind::Missing,
            TotpFault::Already => Kind::Conflict,
            TotpFault::WrongCode => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            TotpFault::None => "totp.none",
            TotpFault::Already => "totp.already",
            TotpFault::WrongCode => "totp.wrong_code",
        }
    }
}

impl Totp {
    /// What its secret is sealed for.
    pub(super) fn place(&self) -> String {
        place(self.id)
    }

    /// The step whose code this is: the present one or a neighbour, later than any that was taken.
    pub(super) fn step_of(&self, secret: &Secret<Vec<u8>>, code: &str, now: Moment) -> Option<i64> {
        let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let now = u64::try_from(now.seconds()).ok()?;
        let step = codes(secret)?.check(&digits, now)?;
        i64::try_from(step).ok().filter(|step| *step > self.last_step)
    }
}

fn codes(secret: &Secret<Vec<u8>>) -> Option<totp_rs::Totp> {
    let bytes: [u8; SECRET] = secret.reveal().as_slice().try_into().ok()?;
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1);
    builder.with_step_duration(STEP).with_secret(bytes).build().ok()
}

/// The address that apps read out of a picture: `otpauth://totp/ISSUER:ACCOUNT?secret=…`.
pub(super) fn uri(issuer: &str, account: &str, secret: &str) -> String {
    let plain = |text: &str| -> String {
        let safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(byte);
        text.replace(':', " ")
            .bytes()
            .map(|byte| if safe(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    let (issuer, account) = (plain(issuer), plain(account));
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    )
}

/// Base32 without padding (RFC 4648 §6), as apps let people type it.
pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0; 5];
        five[..chunk.len()].copy_from_slice(chunk);
        let bits = five.iter().fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
        let letters = (chunk.len() * 8).div_ceil(5);
        text.extend((0..letters).map(|nth| char::from(LETTERS[(bits >> (35 - 5 * nth) & 31) as usize])));
    }
    text
}

/// What the secret of an authenticator app is sealed for.
pub(crate) fn place(id: impl std::fmt::Display) -> String {
    format!("totp:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(last_step: i64) -> Totp {
        let (id, entity, now) = (Uuid::nil(), Uuid::nil(), Moment(0));
        let (sealed, confirmed_at, last_used_at) = (Vec::new(), Some(now), None);
        Totp { id, entity, sealed, confirmed_at, last_step, last_used_at, created_at: now }
    }

    /// RFC 6238 appendix B, its last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::new(b"12345678901234567890".to_vec());
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let step = app(0).step_of(&secret, code, Moment(seconds * 1_000_000));
            assert_eq!(step, Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_neighbours_and_once() {
        let secret = Secret::new(b"12345678901234567890".to_vec());
        let at = |seconds: i64| Moment(seconds * 1_000_000);
        let step = 1_111_111_109 / 30;
        let code = "081804";
        for (seconds, taken) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let found = app(0).step_of(&secret, code, at(1_111_111_109 + seconds));
            assert_eq!(found.is_some(), taken, "{seconds} s");
        }
        assert_eq!(app(step).step_of(&secret, code, at(1_111_111_109)), None, "the same code again");
        assert_eq!(app(step + 1).step_of(&secret, code, at(1_111_111_109)), None, "a code before the newest");
        assert!(app(0).step_of(&secret, " 081 804 ", at(1_111_111_109)).is_some(), "as apps show it");
        for wrong in ["", "81804", "0818040", "08180x", "+81804"] {
            assert_eq!(app(0).step_of(&secret, wrong, at(1_111_111_109)), None, "{wrong}");
        }
    }

    /// RFC 4648 §10.
    #[test]
    fn base32_is_that_of_the_standard() {
        for (text, base) in
            [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(text.as_bytes()), base);
        }
    }

    #[test]
    fn a_name_cannot_break_out_of_the_address() {
        let shown = uri("Acme: id", "eve?secret=x&issuer=y", "ABC");
        assert_eq!(
            shown,
            "otpauth://totp/Acme%20%20id:eve%3Fsecret%3Dx%26issuer%3Dy?secret=ABC&issuer=Acme%20%20id&algorithm=SHA1&digits=6&period=30"
        );
    }
}
