//! A profile and its versions.

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{EntityKind, ObjectKind, ObjectRef};
use serde_json::{Value, json};
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

/// What a profile may describe.
const DESCRIBED: [ObjectKind; 5] =
    [ObjectKind::Entity, ObjectKind::Resource, ObjectKind::Group, ObjectKind::Tenant, ObjectKind::Credential];

/// What cannot be said about a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFault {
    /// Profiles do not describe such objects, or no version can be in such a status.
    #[error("invalid value")]
    Value,
    /// No profile can be in such a status.
    #[error("status must be active, deprecated, or disabled")]
    Status,
    /// No entity is of such a kind.
    #[error("profile kind '{0}' is not a valid entity kind")]
    NoEntityKind(String),
    /// The first version is 1.
    #[error("version must be at least 1")]
    Version,
    /// It has as many as it can.
    #[error("a profile has at most {MAX_VERSIONS} versions")]
    Versions,
    /// Attributes cannot be checked by it.
    #[error("invalid profile JSON schema: {0}")]
    Schema(String),
    /// Attributes are not what the profile says.
    #[error("attributes failed profile schema validation: {0}")]
    Attributes(String),
}

impl Fault for ProfileFault {
    fn kind(&self) -> Kind {
        match self {
            ProfileFault::Versions => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            ProfileFault::Value => "invalid_value",
            ProfileFault::Status => "profile.status",
            ProfileFault::NoEntityKind(_) => "profile.unfit",
            ProfileFault::Version | ProfileFault::Versions => "profile.version",
            ProfileFault::Schema(_) => "profile.schema",
            ProfileFault::Attributes(_) => "profile.attributes",
        }
    }
}

/// Most versions of a profile.
pub(crate) const MAX_VERSIONS: u64 = 1000;

/// The status of a profile; `active` when left out.
pub(crate) fn status(word: Option<&str>) -> Result<String, ProfileFault> {
    match word {
        None => Ok(ACTIVE.to_owned()),
        Some(word) if ["active", "deprecated", "disabled"].contains(&word) => Ok(word.to_owned()),
        Some(_) => Err(ProfileFault::Status),
    }
}

/// The status of a version; `active` when left out.
pub(crate) fn version_status(word: Option<&str>) -> Result<String, ProfileFault> {
    match word {
        Some("draft") => Ok("draft".to_owned()),
        word => status(word).map_err(|_| ProfileFault::Value),
    }
}

/// What a profile describes: a kind of object and, of entities, one of their kinds.
pub(crate) fn described(object_kind: &str, kind: &str) -> Result<(), ProfileFault> {
    let of: ObjectKind = object_kind.parse().map_err(|_| ProfileFault::Value)?;
    if !DESCRIBED.contains(&of) {
        return Err(ProfileFault::Value);
    }
    if of == ObjectKind::Entity && kind.parse::<EntityKind>().is_err() {
        return Err(ProfileFault::NoEntityKind(kind.to_owned()));
    }
    Ok(())
}

impl Profile {
    /// The profile as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "object_kind": self.object_kind,
            "kind": self.kind,
            "key": self.key,
            "display_name": self.display_name,
            "description": self.description,
            "status": self.status,
        })
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_closed() {
        assert_eq!(status(None).as_deref(), Ok("active"));
        assert_eq!(status(Some("deprecated")).as_deref(), Ok("deprecated"));
        for word in ["draft", "Active", ""] {
            assert_eq!(status(Some(word)), Err(ProfileFault::Status), "{word}");
        }
        assert_eq!(version_status(Some("draft")).as_deref(), Ok("draft"));
        assert_eq!(version_status(Some("gone")), Err(ProfileFault::Value));
        assert_eq!(described("entity", "device"), Ok(()));
        assert_eq!(described("resource", "channel"), Ok(()));
        assert_eq!(described("entity", "channel"), Err(ProfileFault::NoEntityKind("channel".into())));
        for kind in ["role", "platform", "chair", ""] {
            assert_eq!(described(kind, "device"), Err(ProfileFault::Value), "{kind}");
        }
    }
}
