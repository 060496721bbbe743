//! An e-mail address of an entity.

use atoll_base::{Fault, Kind, Moment};
use uuid::Uuid;

/// Longest address, in bytes (RFC 5321 §4.5.3.1.3, without the brackets).
const MAX: usize = 254;
/// Longest part before the at sign (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// An address that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEmail {
    /// There is none.
    #[error("email is required")]
    Missing,
    /// It has not the form of one.
    #[error("invalid email")]
    Form,
}

impl Fault for BadEmail {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadEmail::Missing => "email.required",
            BadEmail::Form => "email.invalid",
        }
    }
}

/// The address of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    /// The address, in lower case.
    pub address: String,
    /// When its owner proved that it is theirs.
    pub verified_at: Option<Moment>,
    /// Since when an account that somebody made for themselves waits for this proof; none for other accounts.
    pub pending_since: Option<Moment>,
    /// When its owner was last told that somebody else tried to sign up with it.
    pub noticed_at: Option<Moment>,
    /// When its entity was deleted.
    pub deleted_at: Option<Moment>,
    /// Since when.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Option<Moment>,
}

impl Email {
    /// Whether its owner has proved that it is theirs.
    pub fn is_verified(&self) -> bool {
        self.verified_at.is_some()
    }
}

/// An address as it is kept: trimmed, in lower case. Only the plain form is taken, without comments, quotes or brackets, so
/// that nothing in it means anything to a mail server.
pub fn read(text: &str) -> Result<String, BadEmail> {
    let text = text.trim().to_ascii_lowercase();
    let Some((local, domain)) = text.rsplit_once('@') else { return Err(BadEmail::Missing) };
    let good = text.len() <= MAX && local.len() <= MAX_LOCAL && is_local(local) && is_domain(domain);
    if good { Ok(text) } else { Err(BadEmail::Form) }
}

fn is_local(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(letter))
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_lower_case() {
        assert_eq!(read(" Anna.B+x@Example.COM ").unwrap(), "anna.b+x@example.com");
        for missing in ["", "  ", "anna", "example.com"] {
            assert_eq!(read(missing), Err(BadEmail::Missing), "{missing:?}");
        }
    }

    #[test]
    fn nothing_but_the_plain_form_is_taken() {
        for bad in [
            "@example.com",
            "anna@",
            "anna@localhost",
            "anna@.com",
            "anna@example.",
            "anna@exam ple.com",
            "anna@example.com\r\nBcc: b@example.com",
            "a\nb@example.com",
            "anna,boris@example.com",
            "\"anna\"@example.com",
            "<anna@example.com>",
            "anna@boris@example.com",
            ".anna@example.com",
            "an..na@example.com",
            "anna@-example.com",
            "anna@[127.0.0.1]",
            "anna(x)@example.com",
            "änna@example.com",
        ] {
            assert_eq!(read(bad), Err(BadEmail::Form), "{bad:?}");
        }
        assert_eq!(read(&format!("{}@example.com", "a".repeat(65))), Err(BadEmail::Form));
    }
}
