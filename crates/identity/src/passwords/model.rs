//! What a password must be.

use atoll_base::{Fault, Kind};
use atoll_policy::EntityKind;

use super::common::Denied;

/// A password that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Nothing but blanks.
    #[error("password cannot be blank")]
    Blank,
    /// Too short for a person.
    #[error("password must be at least {0} characters")]
    TooShort(u32),
    /// Everybody tries it.
    #[error(
        "this password is too common: it is on a list of passwords that are tried first; please choose another"
    )]
    Common,
    /// It is what the account is called.
    #[error("a password must not be the name or the e-mail address of its account")]
    OwnName,
}

impl Fault for BadPassword {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadPassword::Blank => "password.blank",
            BadPassword::TooShort(_) => "password.too_short",
            BadPassword::Common => "password.common",
            BadPassword::OwnName => "password.own_name",
        }
    }
}

/// A person's password has at least `min` characters and is not a common one; nobody's is blank. [`vet`](super::vet) also
/// knows the operator's list and what the account is called.
pub fn check(kind: EntityKind, password: &str, min: u32) -> Result<(), BadPassword> {
    let long_enough = password.chars().nth(min.saturating_sub(1) as usize).is_some();
    if kind == EntityKind::Human && !long_enough {
        return Err(BadPassword::TooShort(min));
    }
    if password.trim().is_empty() {
        return Err(BadPassword::Blank);
    }
    match kind == EntityKind::Human && Denied::default().is_common(password) {
        true => Err(BadPassword::Common),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_need_long_passwords_and_nobody_a_blank_one() {
        let human = |password| check(EntityKind::Human, password, 12);
        assert_eq!(human("correct horse"), Ok(()));
        assert_eq!(human("ärgerlicher!"), Ok(()), "characters are counted, not bytes");
        assert_eq!(human("ärgerliches").unwrap_err().to_string(), "password must be at least 12 characters");
        assert_eq!(human("            ").unwrap_err().to_string(), "password cannot be blank");
        let device = |password| check(EntityKind::Device, password, 12);
        assert_eq!(device("x"), Ok(()));
        assert_eq!(device(" "), Err(BadPassword::Blank));
        assert_eq!(device(""), Err(BadPassword::Blank));
    }
}
