//! A profile and its versions.

use atoll_base::Moment;
use atoll_base::ctx::Guarded;
use atoll_policy::ObjectRef;
use serde_json::Value;
use uuid::Uuid;

/// A profile. Only those for entities are enforced; others are kept for whoever reads them.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Id.
    pub id: Uuid,
    /// Whose it is; none for one that everybody may use.
    pub tenant: Option<Uuid>,
    /// What it describes: `entity`, `resource`, `group`, `tenant`, `credential`.
    pub object_kind: String,
    /// Kind of those objects, for example `device`.
    pub kind: String,
    /// Short name, unique among profiles of the same owner, object kind and kind.
    pub key: String,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// `active`, `deprecated` or `disabled`.
    pub status: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Option<Moment>,
}

/// One version of a profile; it never changes.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileVersion {
    /// Id.
    pub id: Uuid,
    /// The profile.
    pub profile: Uuid,
    /// Number, higher is newer.
    pub version: i32,
    /// JSON Schema of the attributes; `{}` lets everything pass.
    pub json_schema: Value,
    /// Hints for forms.
    pub ui_schema: Value,
    /// `draft`, `active`, `deprecated` or `disabled`.
    pub status: String,
    /// When it was made.
    pub created_at: Moment,
}

/// The status of a profile, or version, that may be chosen.
pub(crate) const ACTIVE: &str = "active";

impl Guarded for Profile {
    type Noun = Profile;

    /// Profiles are no objects of decisions: they are gated where they belong.
    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}
