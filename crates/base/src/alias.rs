//! Aliases: short names that people type instead of ids.

use crate::error::{Fault, Kind};

/// An alias: 1–63 characters of `a-z`, `0-9` and `-`, beginning and ending with a letter or digit, and not shaped like a
/// UUID. Kept in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Alias(String);

/// Why a text is no alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAlias {
    /// Nothing but blanks.
    #[error("alias must not be empty")]
    Empty,
    /// More than 63 characters.
    #[error("alias must be at most 63 characters")]
    TooLong,
    /// 32 hexadecimal digits, with or without dashes.
    #[error("alias must not be UUID-shaped (use the id directly to address by UUID)")]
    UuidShaped,
    /// A character that is not allowed.
    #[error("alias may contain only lowercase letters, digits, and '-'")]
    Character,
    /// It begins with a dash.
    #[error("alias must start with a letter or digit")]
    Start,
    /// It ends with a dash.
    #[error("alias must not end with '-'")]
    End,
}

impl Fault for BadAlias {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "alias.invalid"
    }
}

impl Alias {
    /// Trims, lower-cases and checks.
    pub fn parse(text: &str) -> Result<Alias, BadAlias> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(BadAlias::Empty);
        }
        if text.chars().count() > 63 {
            return Err(BadAlias::TooLong);
        }
        if uuid_shaped(&text) {
            return Err(BadAlias::UuidShaped);
        }
        if !text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(BadAlias::Character);
        }
        if text.starts_with('-') {
            return Err(BadAlias::Start);
        }
        if text.ends_with('-') {
            return Err(BadAlias::End);
        }
        Ok(Alias(text))
    }

    /// As given when something is made: blank is none.
    pub fn optional(text: Option<&str>) -> Result<Option<Alias>, BadAlias> {
        match text.map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => Alias::parse(text).map(Some),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Alias> for String {
    fn from(alias: Alias) -> String {
        alias.0
    }
}

fn uuid_shaped(text: &str) -> bool {
    let hex = text.bytes().filter(u8::is_ascii_hexdigit).count();
    hex == 32
        && (text.len() == 32
            || text.len() == 36 && [8, 13, 18, 23].iter().all(|&dash| text.as_bytes()[dash] == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_normalised_and_checked_in_order() {
        assert_eq!(Alias::parse(" Plant-A1 ").unwrap().as_str(), "plant-a1");
        let cases = [
            ("   ", BadAlias::Empty),
            (&"a".repeat(64), BadAlias::TooLong),
            ("00000000000000000000000000000001", BadAlias::UuidShaped),
            ("00000000-0000-0000-0000-000000000001", BadAlias::UuidShaped),
            ("plant_a", BadAlias::Character),
            ("plänt", BadAlias::Character),
            ("-plant", BadAlias::Start),
            ("plant-", BadAlias::End),
        ];
        for (text, why) in cases {
            assert_eq!(Alias::parse(text), Err(why), "{text:?}");
        }
        assert_eq!(Alias::optional(Some("  ")), Ok(None));
    }
}
