//! A resource and what holds for it.

use atoll_base::Moment;
use atoll_base::alias::Alias;
use atoll_base::ctx::Guarded;
use atoll_base::fields::{self, BadField};
use atoll_policy::{Fact, ObjectKind, ObjectRef};
use serde_json::{Value, json};
use uuid::Uuid;

/// A resource: a channel, a rule, anything that an application wants protected.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Id.
    pub id: Uuid,
    /// What it is, in the application's words; never changes.
    pub kind: String,
    /// What people call it; need not be unique.
    pub name: Option<String>,
    /// Unique in its tenant among resources that are not deleted.
    pub alias: Option<Alias>,
    /// Owning tenant; never changes.
    pub tenant: Option<Uuid>,
    /// Whose it is, for information only: gives no rights.
    pub owner: Option<Uuid>,
    /// Free-form JSON object; conditions may look at it.
    pub attributes: Value,
    /// Who deleted it.
    pub deleted_by: Option<Uuid>,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Option<Moment>,
}

/// What an update may change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ResourcePatch {
    /// `Some(None)` takes the name away.
    pub name: Option<Option<String>>,
    /// `Some(None)` takes the alias away.
    pub alias: Option<Option<Alias>>,
    /// New attributes, whole.
    pub attributes: Option<Value>,
}

impl Resource {
    /// Applies a patch; returns the names of the fields it touched.
    pub fn apply(&mut self, patch: ResourcePatch, now: Moment) -> Vec<&'static str> {
        let mut touched = Vec::new();
        if let Some(name) = patch.name {
            self.name = name;
            touched.push("name");
        }
        if let Some(alias) = patch.alias {
            self.alias = alias;
            touched.push("alias");
        }
        if let Some(attributes) = patch.attributes {
            self.attributes = attributes;
            touched.push("attributes");
        }
        self.updated_at = Some(now);
        touched
    }

    /// The resource as decisions name it.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef::new(ObjectKind::Resource, self.id)
    }

    /// The resource as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Resource {
            id: self.id,
            tenant: self.tenant,
            kind: self.kind.clone(),
            name: self.name.clone(),
            deleted: self.deleted_at.is_some(),
            attributes: self.attributes.clone(),
        }
    }

    /// The resource as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "kind": self.kind,
            "name": self.name,
            "alias": self.alias.as_ref().map(Alias::as_str),
            "tenant_id": self.tenant,
            "owner_id": self.owner,
            "attributes": self.attributes,
        })
    }
}

impl Guarded for Resource {
    type Noun = Resource;

    fn object(&self) -> Option<ObjectRef> {
        Some(self.reference())
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// A kind as it is stored: `resource:channel` and `channel` are the same.
pub fn kind(text: &str) -> Result<String, BadField> {
    let text = text.trim();
    fields::name("kind", text.strip_prefix("resource:").unwrap_or(text))
}

/// A name that may be left out: blank is none.
pub fn name(text: Option<&str>) -> Result<Option<String>, BadField> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => fields::name("name", text).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_kind_are_one() {
        assert_eq!(kind("channel"), Ok("channel".into()));
        assert_eq!(kind(" resource:channel "), Ok("channel".into()));
        assert_eq!(kind("resource:"), Err(BadField::Required("kind")));
    }

    #[test]
    fn a_blank_name_is_none() {
        assert_eq!(name(Some("  ")), Ok(None));
        assert_eq!(name(Some(" t ")), Ok(Some("t".into())));
    }
}
