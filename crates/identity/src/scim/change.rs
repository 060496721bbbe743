//! How a resource is to be changed.

use serde_json::{Map, Value};

use super::fault::ScimFault;
use super::schema::Noun;
use super::{patch, values};

type Resource = Map<String, Value>;

/// How a resource is to be changed.
pub(super) enum Change<'a> {
    /// It is to be this.
    Replace(&'a Resource),
    /// These operations are to be carried out.
    Patch(&'a Resource),
}

impl Change<'_> {
    /// What is to become of a resource that is `before`, as far as it can be written.
    pub(super) fn of(&self, noun: Noun, before: &Resource) -> Result<Resource, ScimFault> {
        let mut wish = values::writable(noun, before)?;
        match self {
            Change::Replace(given) => {
                let active = wish.remove("active");
                wish = values::writable(noun, given)?;
                if let (None, Some(active)) = (wish.get("active"), active) {
                    wish.insert("active".into(), active);
                }
            }
            Change::Patch(request) => patch::apply(noun, &mut wish, request)?,
        }
        values::complete(noun, &wish)?;
        Ok(wish)
    }
}
