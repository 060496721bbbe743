//! Passwords that everybody tries first.
//!
//! The list is that of the crate `passwords`: about 100 000 passwords from published leaks, compared exactly, so that no
//! good password is refused by chance. An operator's own file may hold millions: it becomes a binary fuse filter of
//! 2.3 bytes for each, which takes one good password in 65 000 for a listed one.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use atoll_base::{Fault, Kind};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use passwords::analyzer::is_common_password;
use xorf::{BinaryFuse16, Filter as _};

/// The largest file of an operator.
const MAX_FILE: u64 = 1 << 30;
/// Fewer letters than this are no name that could be recognised in a password.
const MIN_NAME: usize = 3;

/// The operator's file of passwords cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadList {
    /// It cannot be read.
    #[error("password_denylist_file {path} cannot be read: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is too large.
    #[error("password_denylist_file {0} is larger than 1 GiB")]
    TooLarge(PathBuf),
}

impl Fault for BadList {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "password.denylist_file"
    }
}

/// The passwords that an operator does not want.
#[derive(Default)]
pub(super) struct Denied(Option<BinaryFuse16>);

impl Denied {
    /// Reads a file: one password a line, as text, or as SHA-1 in hex with or without `:count` behind it, as the lists of
    /// leaked passwords have it.
    pub(super) fn load(path: &Path) -> Result<Denied, BadList> {
        let unreadable = |source| BadList::Unreadable { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        if file.metadata().map_err(unreadable)?.len() > MAX_FILE {
            return Err(BadList::TooLarge(path.to_owned()));
        }
        let mut keys = Vec::new();
        for line in BufReader::new(file.take(MAX_FILE)).split(b'\n') {
            let line = line.map_err(unreadable)?;
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            if !line.is_empty() {
                keys.push(key_in_line(line));
            }
        }
        Ok(Denied::of(keys))
    }

    fn of(mut keys: Vec<u64>) -> Denied {
        keys.sort_unstable();
        keys.dedup();
        // Only equal keys could make this fail, and there are none.
        Denied(if keys.is_empty() { None } else { BinaryFuse16::try_from(&keys).ok() })
    }

    fn has(&self, password: &str) -> bool {
        self.0.as_ref().is_some_and(|filter| filter.contains(&key(password.as_bytes())))
    }

    /// Whether a password is on a list, as it is, or when capitals, and digits and signs at its end, are not looked at, or
    /// is such a word twice, or one letter again and again.
    pub(super) fn is_common(&self, password: &str) -> bool {
        let lower = password.to_lowercase();
        let root = root(&lower);
        let mut letters = lower.chars();
        let first = letters.next();
        let listed = |text: &str| !text.is_empty() && (is_common_password(text) || self.has(text));
        letters.all(|letter| Some(letter) == first)
            || [password, &lower, root].into_iter().any(listed)
            || half(&lower).is_some_and(listed)
    }
}

/// Whether a password is nothing but one of these names, whatever digits and signs are behind it.
pub(super) fn is_a_name<'n>(password: &str, names: impl IntoIterator<Item = &'n str>) -> bool {
    let lower = password.to_lowercase();
    let is = |name: &str| {
        let name = name.trim().to_lowercase();
        name.chars().count() >= MIN_NAME
            && [lower.as_str(), root(&lower), half(&lower).unwrap_or_default()].contains(&name.as_str())
    };
    names.into_iter().any(|name| is(name) || name.split_once('@').is_some_and(|(local, _)| is(local)))
}

/// Without the digits and signs at its end.
fn root(lower: &str) -> &str {
    lower.trim_end_matches(|letter: char| !letter.is_alphabetic())
}

/// What is written twice.
fn half(lower: &str) -> Option<&str> {
    let (left, right) = lower.split_at_checked(lower.len() / 2)?;
    (left == right).then_some(left)
}

fn key(bytes: &[u8]) -> u64 {
    first_eight(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref())
}

fn first_eight(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

fn key_in_line(line: &[u8]) -> u64 {
    let hex = line.split(|byte| *byte == b':').next().unwrap_or_default();
    if hex.len() == 40 && hex.iter().all(u8::is_ascii_hexdigit) {
        let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default();
        return hex.iter().take(16).fold(0, |all, byte| all << 4 | u64::from(digit(*byte)));
    }
    key(String::from_utf8_lossy(line).to_lowercase().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_is_common() {
        let common = |password| Denied::default().is_common(password);
        for password in [
            "password1234",
            "PassWord1234",
            "Passwordpassword",
            "password!2024-!!",
            "iloveyou2026!",
            "qwertyuiop123456",
            "000000000000",
            "aaaaaaaaaaaaaaaaa",
            "monkeymonkey",
        ] {
            assert!(common(password), "{password}");
        }
        for password in
            ["correct horse battery", "a new one that is long", "sunflower over Leith", "9481-5503-1127"]
        {
            assert!(!common(password), "{password}");
        }
    }

    #[test]
    fn a_name_is_no_password() {
        let names = ["Annabel Lee", "annabel.lee@example.com", "al"];
        for password in [
            "annabel lee",
            "Annabel Lee 1849!",
            "annabel.lee@example.com",
            "Annabel.Lee99",
            "annabel leeannabel lee",
        ] {
            assert!(is_a_name(password, names), "{password}");
        }
        for password in ["kingdom by the sea", "al", "al2024202420"] {
            assert!(!is_a_name(password, names), "{password}");
        }
    }

    #[test]
    fn an_operators_file_may_hold_text_and_digests() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("denied");
        // SHA-1 of "tr0ub4dor and three".
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, b"tr0ub4dor and three");
        let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        std::fs::write(&path, format!("Acme Rockets\r\n\n{hex}:42\n")).unwrap();
        let denied = Denied::load(&path).unwrap();
        for password in ["acme rockets", "ACME Rockets 2026", "tr0ub4dor and three"] {
            assert!(denied.is_common(password), "{password}");
        }
        assert!(!denied.is_common("correct horse battery"));
        assert!(Denied::load(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_large_file_is_small_in_memory_and_seldom_wrong() {
        let many = 200_000;
        let denied = Denied::of((0..many).map(|nth| key(format!("listed {nth}").as_bytes())).collect());
        let filter = denied.0.as_ref().unwrap();
        assert!(filter.len() * 2 < many as usize * 5 / 2, "{} fingerprints", filter.len());
        assert!((0..many).all(|nth| denied.has(&format!("listed {nth}"))));
        let wrong = (0..many).filter(|nth| denied.has(&format!("not listed {nth}"))).count();
        assert!(wrong < 20, "{wrong} of {many}");
    }
}
