//! The address of the database.

use super::form::Form;
use crate::db::Location;

/// The form of [`Location`].
pub(super) struct DatabaseForm;

pub(super) const fn database() -> DatabaseForm {
    DatabaseForm
}

impl Form for DatabaseForm {
    type Value = Location;

    fn allowed(&self) -> String {
        "postgres://user:password@host:5432/name, or sqlite:path/to/file.db".into()
    }

    fn read(&self, text: &str) -> Result<Location, String> {
        let text = text.trim();
        if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            return Err("contains a space or a control character".into());
        }
        let text = match text.strip_prefix("sqlite:") {
            Some(path) => {
                let path = path.strip_suffix("?mode=rwc").unwrap_or(path);
                match path.trim_start_matches('/') {
                    "" => return Err("does not say which file".into()),
                    name if name.contains(":memory:") => return Err("keeps nothing; name a file".into()),
                    name if name.contains('?') => {
                        return Err("has parameters; only the file can be chosen".into());
                    }
                    _ => format!("sqlite:{path}"),
                }
            }
            None => text.to_owned(),
        };
        Location::from_url(&text).map_err(|_| "is the address of neither PostgreSQL nor SQLite".into())
    }

    fn show(&self, text: &str) -> String {
        self.read(text).map_or_else(|_| "set".into(), |location| location.to_string())
    }

    fn secret(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_and_nothing_else_about_it() {
        let shown = |text: &str| database().read(text).map(|location| location.to_string());
        assert_eq!(shown("sqlite://./data/a.db?mode=rwc"), Ok("SQLite ./data/a.db".into()));
        assert_eq!(shown("sqlite::memory:"), Err("keeps nothing; name a file".into()));
        assert_eq!(shown("sqlite:"), Err("does not say which file".into()));
        assert!(shown("sqlite:a.db?cache=shared").is_err());
        assert!(shown("mysql://db/x").is_err());
        assert!(shown("postgres:db").is_err());
    }
}
