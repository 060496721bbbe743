//! Whom a command is about, as it is written on the command line.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// An entity: by id, or by name or alias with its tenant in front where needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Its id.
    Id(Uuid),
    /// Its name or alias, anywhere.
    Named(String),
    /// Its name or alias in the tenant with this name, alias or id. The whole text may still be a name.
    InTenant {
        /// The tenant.
        tenant: String,
        /// The entity.
        name: String,
    },
}

impl FromStr for Subject {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match (Uuid::parse_str(text), text.split_once('/')) {
            (Ok(id), _) => Subject::Id(id),
            (_, Some((tenant, name))) if !tenant.is_empty() && !name.is_empty() => {
                Subject::InTenant { tenant: tenant.to_owned(), name: name.to_owned() }
            }
            _ => Subject::Named(text.to_owned()),
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Id(id) => write!(f, "{id}"),
            Subject::Named(name) => f.write_str(name),
            Subject::InTenant { tenant, name } => write!(f, "{tenant}/{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Subject {
        let Ok(subject) = text.parse();
        subject
    }

    #[test]
    fn ids_names_and_names_in_a_tenant_are_told_apart() {
        let id = "018f2f6e-4c1a-7d3e-9b2a-3f1c5d7e9a10";
        assert_eq!(read(id), Subject::Id(id.parse().unwrap()));
        assert_eq!(read("alice"), Subject::Named("alice".into()));
        let alice = Subject::InTenant { tenant: "acme".into(), name: "alice".into() };
        assert_eq!(read("acme/alice"), alice);
        assert_eq!(read("/alice"), Subject::Named("/alice".into()));
    }

    #[test]
    fn a_subject_is_shown_as_it_was_written() {
        for text in ["alice", "acme/alice", "acme/a/b", "018f2f6e-4c1a-7d3e-9b2a-3f1c5d7e9a10"] {
            assert_eq!(read(text).to_string(), text);
        }
    }
}
