//! An entity and what holds for it.

use atoll_base::Moment;
use atoll_base::alias::Alias;
use atoll_base::ctx::Guarded;
use atoll_policy::{EntityKind, Fact, ObjectKind, ObjectRef, Status};
use serde_json::{Value, json};
use uuid::Uuid;

/// An entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Id.
    pub id: Uuid,
    /// What it is.
    pub kind: EntityKind,
    /// Unique in its tenant among entities that are not deleted; usable where it signs in.
    pub name: String,
    /// Unique likewise; usable where it signs in with a tenant.
    pub alias: Option<Alias>,
    /// Home tenant; none for an entity of the platform.
    pub tenant: Option<Uuid>,
    /// The profile that describes its attributes.
    pub profile: Option<Uuid>,
    /// The version of that profile.
    pub profile_version: Option<Uuid>,
    /// Where it stands in its life.
    pub status: Status,
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
pub struct EntityPatch {
    /// A new name.
    pub name: Option<String>,
    /// Another kind.
    pub kind: Option<EntityKind>,
    /// `Some(None)` takes the alias away.
    pub alias: Option<Option<Alias>>,
    /// Another home; `Some(None)` is the platform.
    pub tenant: Option<Option<Uuid>>,
    /// Another profile; `Some(None)` takes it away.
    pub profile: Option<Option<Uuid>>,
    /// Another version of the profile.
    pub profile_version: Option<Uuid>,
    /// Another status.
    pub status: Option<Status>,
    /// New attributes, whole.
    pub attributes: Option<Value>,
}

impl EntityPatch {
    /// Whether it changes only what an entity may change of itself: how it is called. Whatever decisions look at, and
    /// whatever says where it belongs, is for others to change.
    pub fn is_only_naming(&self) -> bool {
        let EntityPatch { name: _, alias: _, kind, tenant, profile, profile_version, status, attributes } =
            self;
        kind.is_none()
            && tenant.is_none()
            && profile.is_none()
            && profile_version.is_none()
            && status.is_none()
            && attributes.is_none()
    }
}

impl Entity {
    /// Applies a patch; returns the names of the fields it touched.
    pub fn apply(&mut self, patch: EntityPatch, now: Moment) -> Vec<&'static str> {
        let mut touched = Vec::new();
        let mut set = |name, given: bool| given.then(|| touched.push(name));
        set("name", patch.name.is_some());
        set("kind", patch.kind.is_some());
        set("alias", patch.alias.is_some());
        set("tenant_id", patch.tenant.is_some());
        set("profile_id", patch.profile.is_some());
        set("profile_version_id", patch.profile_version.is_some());
        set("status", patch.status.is_some());
        set("attributes", patch.attributes.is_some());
        self.name = patch.name.unwrap_or_else(|| std::mem::take(&mut self.name));
        self.kind = patch.kind.unwrap_or(self.kind);
        self.alias = patch.alias.unwrap_or_else(|| self.alias.take());
        self.tenant = patch.tenant.unwrap_or(self.tenant);
        self.profile = patch.profile.unwrap_or(self.profile);
        self.profile_version = self.profile.and(patch.profile_version.or(self.profile_version));
        self.status = patch.status.unwrap_or(self.status);
        self.attributes = patch.attributes.unwrap_or_else(|| self.attributes.take());
        self.updated_at = Some(now);
        touched
    }

    /// Whether it may prove who it is.
    pub fn in_use(&self) -> bool {
        self.deleted_at.is_none() && self.status == Status::Active
    }

    /// The entity as an object of decisions.
    pub fn as_object(&self) -> ObjectRef {
        ObjectRef::new(ObjectKind::Entity, self.id)
    }

    /// The entity as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Entity {
            id: self.id,
            tenant: self.tenant,
            kind: self.kind,
            name: self.name.clone(),
            status: self.status,
            deleted: self.deleted_at.is_some(),
            attributes: self.attributes.clone(),
        }
    }

    /// The entity as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "kind": self.kind.as_str(),
            "name": self.name,
            "alias": self.alias.as_ref().map(Alias::as_str),
            "tenant_id": self.tenant,
            "profile_id": self.profile,
            "profile_version_id": self.profile_version,
            "status": self.status.as_str(),
            "attributes": self.attributes,
        })
    }
}

impl Guarded for Entity {
    type Noun = Entity;

    fn object(&self) -> Option<ObjectRef> {
        Some(self.as_object())
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }

    fn owner(&self) -> Option<Uuid> {
        Some(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Entity {
        Entity {
            id: Uuid::from_u128(7),
            kind: EntityKind::Device,
            name: "meter".into(),
            alias: Some(Alias::parse("meter-1").unwrap()),
            tenant: None,
            profile: None,
            profile_version: None,
            status: Status::Active,
            attributes: json!({ "serial": 1 }),
            deleted_by: None,
            deleted_at: None,
            created_at: Moment(1),
            updated_at: None,
        }
    }

    #[test]
    fn what_a_patch_leaves_out_stays() {
        let mut entity = device();
        assert!(entity.apply(EntityPatch::default(), Moment(2)).is_empty());
        assert_eq!(entity, Entity { updated_at: Some(Moment(2)), ..device() });
        let patch =
            EntityPatch { alias: Some(None), status: Some(Status::Suspended), ..EntityPatch::default() };
        assert_eq!(entity.apply(patch, Moment(3)), ["alias", "status"]);
        assert_eq!((entity.alias, entity.status), (None, Status::Suspended));
        assert_eq!(entity.attributes, json!({ "serial": 1 }));
    }

    #[test]
    fn only_a_name_and_an_alias_are_ones_own_to_change() {
        let naming = EntityPatch { name: Some("m".into()), alias: Some(None), ..EntityPatch::default() };
        assert!(naming.is_only_naming());
        let more = [
            EntityPatch { kind: Some(EntityKind::Human), ..naming.clone() },
            EntityPatch { tenant: Some(Some(Uuid::from_u128(1))), ..naming.clone() },
            EntityPatch { profile: Some(None), ..naming.clone() },
            EntityPatch { profile_version: Some(Uuid::from_u128(1)), ..naming.clone() },
            EntityPatch { status: Some(Status::Active), ..naming.clone() },
            EntityPatch { attributes: Some(json!({})), ..naming },
        ];
        assert!(more.iter().all(|patch| !patch.is_only_naming()));
    }
}
