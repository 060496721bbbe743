//! A tenant and what holds for it.

use atoll_base::alias::Alias;
use atoll_base::ctx::Guarded;
use atoll_base::fields::{self, BadField};
use atoll_base::{Common, Moment, Result};
use atoll_policy::{Fact, ObjectKind, ObjectRef, TenantStatus};
use serde_json::{Value, json};
use uuid::Uuid;

/// A tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// Id.
    pub id: Uuid,
    /// Unique among tenants that are not deleted.
    pub name: String,
    /// Unique likewise; usable where people sign in.
    pub alias: Option<Alias>,
    /// Unique likewise; opaque to Atoll, kept for applications that route by it.
    pub route: Option<TenantRoute>,
    /// Where it stands in its life.
    pub status: TenantStatus,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Free-form JSON object; conditions may look at it.
    pub attributes: Value,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// Who changed it last.
    pub updated_by: Option<Uuid>,
    /// Who deleted it.
    pub deleted_by: Option<Uuid>,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Option<Moment>,
}

/// A route: 1–255 characters without blanks or control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRoute(String);

impl TenantRoute {
    /// Trims and checks; blank is none.
    pub fn optional(text: Option<&str>) -> Result<Option<TenantRoute>> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        let text = fields::name("route", text)?;
        if text.chars().any(char::is_whitespace) {
            return Err(Common::Invalid("route must not contain blanks".into()).into());
        }
        Ok(Some(TenantRoute(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Most tags of a tenant.
const MAX_TAGS: usize = 64;

/// What an update may change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct TenantPatch {
    /// A new name.
    pub name: Option<String>,
    /// `Some(None)` takes the alias away.
    pub alias: Option<Option<Alias>>,
    /// `Some(None)` takes the route away.
    pub route: Option<Option<TenantRoute>>,
    /// A new list of tags.
    pub tags: Option<Vec<String>>,
    /// New attributes, whole.
    pub attributes: Option<Value>,
}

impl Tenant {
    /// Applies a patch; returns the names of the fields it touched.
    pub fn apply(&mut self, patch: TenantPatch, by: Option<Uuid>, now: Moment) -> Vec<&'static str> {
        let mut touched = Vec::new();
        if let Some(name) = patch.name {
            self.name = name;
            touched.push("name");
        }
        if let Some(alias) = patch.alias {
            self.alias = alias;
            touched.push("alias");
        }
        if let Some(route) = patch.route {
            self.route = route;
            touched.push("route");
        }
        if let Some(tags) = patch.tags {
            self.tags = tags;
            touched.push("tags");
        }
        if let Some(attributes) = patch.attributes {
            self.attributes = attributes;
            touched.push("attributes");
        }
        self.updated_by = by;
        self.updated_at = Some(now);
        touched
    }

    /// The tenant as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Tenant { id: self.id, status: self.status, attributes: self.attributes.clone() }
    }

    /// The tenant as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "name": self.name,
            "alias": self.alias.as_ref().map(Alias::as_str),
            "route": self.route.as_ref().map(TenantRoute::as_str),
            "status": self.status.as_str(),
            "tags": self.tags,
            "attributes": self.attributes,
        })
    }
}

impl Guarded for Tenant {
    type Noun = Tenant;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Tenant, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        Some(self.id)
    }
}

/// Tags: trimmed names, each once, in the order given.
pub fn tags(given: Vec<String>) -> Result<Vec<String>> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        let tag = fields::name("tags", &tag)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(BadField::TooLong { field: "tags", max: MAX_TAGS }.into());
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_trimmed_and_listed_once() {
        let given = [" iot", "iot ", "plant"].map(String::from).to_vec();
        assert_eq!(tags(given).unwrap(), ["iot", "plant"]);
        assert!(tags(vec![" ".into()]).is_err());
    }

    #[test]
    fn a_route_has_no_blanks() {
        assert_eq!(TenantRoute::optional(Some(" ")).unwrap(), None);
        assert!(TenantRoute::optional(Some("factory a")).is_err());
        assert_eq!(TenantRoute::optional(Some("factory_A")).unwrap().unwrap().as_str(), "factory_A");
    }
}
