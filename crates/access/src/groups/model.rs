//! A group and what holds for it.

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{Fact, GroupFlavour, ObjectKind, ObjectRef, Status};
use serde_json::{Value, json};
use uuid::Uuid;

/// A group. Principal groups hold who: members receive what is granted to the group and to those above it. Object groups
/// hold where: blocks name them to say what they cover.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Id.
    pub id: Uuid,
    /// Who-container or where-container; never changes.
    pub flavour: GroupFlavour,
    /// Unique among groups of the same flavour and tenant that are not deleted.
    pub name: String,
    /// Owning tenant; never changes.
    pub tenant: Option<Uuid>,
    /// The one group above, of the same flavour and tenant.
    pub parent: Option<Uuid>,
    /// What it is for.
    pub description: Option<String>,
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
pub struct GroupPatch {
    /// A new name.
    pub name: Option<String>,
    /// `Some(None)` takes the description away.
    pub description: Option<Option<String>>,
    /// A new status.
    pub status: Option<Status>,
    /// New attributes, whole.
    pub attributes: Option<Value>,
}

impl Group {
    /// Applies a patch; returns the names of the fields it touched.
    pub fn apply(&mut self, patch: GroupPatch, now: Moment) -> Vec<&'static str> {
        let mut touched = Vec::new();
        if let Some(name) = patch.name {
            self.name = name;
            touched.push("name");
        }
        if let Some(description) = patch.description {
            self.description = description;
            touched.push("description");
        }
        if let Some(status) = patch.status {
            self.status = status;
            touched.push("status");
        }
        if let Some(attributes) = patch.attributes {
            self.attributes = attributes;
            touched.push("attributes");
        }
        self.updated_at = Some(now);
        touched
    }

    /// Whether `self` may hang under `parent`, as far as the two alone say.
    pub fn fits_under(&self, parent: &Group) -> Result<(), GroupFault> {
        if self.id == parent.id {
            Err(GroupFault::OwnParent)
        } else if self.tenant != parent.tenant {
            Err(GroupFault::OtherTenant)
        } else if self.flavour != parent.flavour {
            Err(GroupFault::OtherFlavour)
        } else {
            Ok(())
        }
    }

    /// The group as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Group {
            id: self.id,
            tenant: self.tenant,
            flavour: self.flavour,
            name: self.name.clone(),
            status: self.status,
            deleted: self.deleted_at.is_some(),
            parent: self.parent,
            attributes: self.attributes.clone(),
        }
    }

    /// The group as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "name": self.name,
            "group_type": self.flavour.as_str(),
            "tenant_id": self.tenant,
            "parent_id": self.parent,
            "description": self.description,
            "status": self.status.as_str(),
            "attributes": self.attributes,
        })
    }
}

impl Guarded for Group {
    type Noun = Group;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Group, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// A group of which only the gate is asked: no witness comes of it with which groups could be changed.
#[derive(Clone, Copy, Debug)]
pub struct GroupAt {
    /// Id.
    pub id: Uuid,
    /// Owning tenant.
    pub tenant: Option<Uuid>,
}

impl Guarded for GroupAt {
    type Noun = GroupAt;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Group, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// What cannot be done with a group.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupFault {
    /// A new group without a flavour.
    #[error("groupType is required: use object or principal")]
    FlavourMissing,
    /// A flavour that does not exist.
    #[error("groupType must be either 'object' or 'principal'")]
    FlavourUnknown,
    /// Its own parent.
    #[error("group cannot be its own parent")]
    OwnParent,
    /// The groups belong to different tenants.
    #[error("parent and child groups must belong to the same tenant")]
    OtherTenant,
    /// The groups have different flavours.
    #[error("parent and child groups must have the same group type")]
    OtherFlavour,
    /// One of the two was deleted meanwhile.
    #[error("parent or child group was deleted")]
    Gone,
    /// The parent lies below the child.
    #[error("group hierarchy cycle detected")]
    Cycle,
    /// Not a principal group in use, or not an entity in use.
    #[error("group membership requires a live active group and entity")]
    NotInUse,
    /// The entity has nothing to do with the group's tenant.
    #[error("group member must belong to the tenant of the group")]
    ForeignMember,
    /// More members than can be read at once.
    #[error("too many group members to be shown at once; ask for fewer groups, or leave the members out")]
    TooManyMembers,
}

impl Fault for GroupFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            GroupFault::FlavourMissing | GroupFault::FlavourUnknown => "group.type",
            GroupFault::OwnParent | GroupFault::Cycle => "group.cycle",
            GroupFault::OtherTenant => "group.other_tenant",
            GroupFault::OtherFlavour => "group.other_type",
            GroupFault::Gone => "group.gone",
            GroupFault::NotInUse => "group_member.not_in_use",
            GroupFault::ForeignMember => "group_member.foreign",
            GroupFault::TooManyMembers => "group_member.too_many",
        }
    }
}

/// Reads the flavour of a new group.
pub fn flavour(text: Option<&str>) -> Result<GroupFlavour, GroupFault> {
    let text = text.map(str::trim).filter(|text| !text.is_empty()).ok_or(GroupFault::FlavourMissing)?;
    text.parse().map_err(|_| GroupFault::FlavourUnknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: u128, tenant: Option<u128>, flavour: GroupFlavour) -> Group {
        Group {
            id: Uuid::from_u128(id),
            flavour,
            name: "g".into(),
            tenant: tenant.map(Uuid::from_u128),
            parent: None,
            description: None,
            status: Status::Active,
            attributes: json!({}),
            deleted_by: None,
            deleted_at: None,
            created_at: Moment(0),
            updated_at: None,
        }
    }

    #[test]
    fn a_group_hangs_under_one_of_its_own_kind() {
        use GroupFlavour::{Object, Principal};
        let child = group(1, Some(9), Object);
        assert_eq!(child.fits_under(&group(2, Some(9), Object)), Ok(()));
        assert_eq!(child.fits_under(&child), Err(GroupFault::OwnParent));
        assert_eq!(child.fits_under(&group(2, Some(8), Object)), Err(GroupFault::OtherTenant));
        assert_eq!(child.fits_under(&group(2, None, Object)), Err(GroupFault::OtherTenant));
        assert_eq!(child.fits_under(&group(2, Some(9), Principal)), Err(GroupFault::OtherFlavour));
    }

    #[test]
    fn the_flavour_of_a_new_group_is_said() {
        assert_eq!(flavour(Some("object")), Ok(GroupFlavour::Object));
        assert_eq!(flavour(None), Err(GroupFault::FlavourMissing));
        assert_eq!(flavour(Some(" ")), Err(GroupFault::FlavourMissing));
        assert_eq!(flavour(Some("team")), Err(GroupFault::FlavourUnknown));
    }

    #[test]
    fn an_update_names_what_it_touched() {
        let mut one = group(1, None, GroupFlavour::Object);
        let patch =
            GroupPatch { name: Some("hall".into()), description: Some(None), ..GroupPatch::default() };
        assert_eq!(one.apply(patch, Moment(5)), ["name", "description"]);
        assert_eq!((one.name.as_str(), one.updated_at), ("hall", Some(Moment(5))));
    }
}
