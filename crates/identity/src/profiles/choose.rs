//! Choosing a profile for an entity.

use atoll_base::{Common, Fault, Kind, Result};
use atoll_policy::{EntityKind, ObjectKind};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::model::{ACTIVE, Profile};
use super::store;

/// What somebody asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// The kind the entity should have.
    pub(crate) kind: Option<EntityKind>,
    /// The profile.
    pub(crate) profile: Option<Uuid>,
    /// A version of it.
    pub(crate) version: Option<Uuid>,
    /// The tenant the entity belongs to.
    pub(crate) tenant: Option<Uuid>,
}

/// What the entity gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) kind: EntityKind,
    pub(crate) profile: Option<Uuid>,
    pub(crate) version: Option<Uuid>,
}

/// What was asked for does not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Neither a kind nor a profile that says it.
    #[error("kind is required without profile_id")]
    NoKind,
    /// A version of nothing.
    #[error("profile_version_id requires profile_id")]
    VersionOfNothing,
    /// A profile of something else.
    #[error("profile {profile} is for object_kind '{object_kind}', not 'entity'")]
    NotForEntities {
        /// The profile.
        profile: Uuid,
        /// What it is for.
        object_kind: String,
    },
    /// A profile that is no longer used for new entities.
    #[error("profile {0} is not active")]
    NotActive(Uuid),
    /// A profile of another kind of entity.
    #[error("profile kind '{profile}' conflicts with requested entity kind '{wanted}'")]
    OtherKind {
        /// Kind of the profile.
        profile: EntityKind,
        /// Kind asked for.
        wanted: EntityKind,
    },
    /// A version of another profile.
    #[error("profile_version_id {version} does not belong to profile_id {profile}")]
    OtherProfile {
        /// The version.
        version: Uuid,
        /// The profile.
        profile: Uuid,
    },
    /// A profile without a version to use.
    #[error("profile {0} has no active version")]
    NoActiveVersion(Uuid),
    /// A profile whose kind is none of an entity.
    #[error("profile kind '{0}' is not a valid entity kind")]
    NoEntityKind(String),
}

impl Fault for Unfit {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "profile.unfit"
    }
}

/// Kind, profile and version for an entity: the kind follows from the profile, the version is the newest active one
/// unless named. A profile of another tenant is not found.
pub(crate) async fn choose(conn: &impl ConnectionTrait, wanted: Wanted) -> Result<Chosen> {
    let Some(id) = wanted.profile else {
        return Ok(without_profile(wanted)?);
    };
    let profile = found(conn, id, wanted.tenant).await?;
    if profile.status != ACTIVE {
        return Err(Unfit::NotActive(id).into());
    }
    let kind = kind_of(&profile, wanted.kind)?;
    let version = match wanted.version {
        Some(version) => {
            let known = store::find_version(conn, version).await?;
            known.filter(|known| known.profile == id).ok_or(Unfit::OtherProfile { version, profile: id })?
        }
        None => store::newest_active(conn, id).await?.ok_or(Unfit::NoActiveVersion(id))?,
    };
    Ok(Chosen { kind, profile: Some(id), version: Some(version.id) })
}

/// Whether an entity with this profile may become one of this kind and tenant.
pub(crate) async fn fits(
    conn: &impl ConnectionTrait,
    profile: Uuid,
    kind: EntityKind,
    tenant: Option<Uuid>,
) -> Result<()> {
    let profile = found(conn, profile, tenant).await?;
    kind_of(&profile, Some(kind))?;
    Ok(())
}

async fn found(conn: &impl ConnectionTrait, id: Uuid, tenant: Option<Uuid>) -> Result<Profile> {
    let profile = store::find(conn, id).await?;
    let usable = profile.filter(|profile| profile.tenant.is_none() || profile.tenant == tenant);
    Ok(usable.ok_or_else(|| Common::not_found("profile", id))?)
}

fn without_profile(wanted: Wanted) -> Result<Chosen, Unfit> {
    if wanted.version.is_some() {
        return Err(Unfit::VersionOfNothing);
    }
    let kind = wanted.kind.ok_or(Unfit::NoKind)?;
    Ok(Chosen { kind, profile: None, version: None })
}

fn kind_of(profile: &Profile, wanted: Option<EntityKind>) -> Result<EntityKind, Unfit> {
    if profile.object_kind != ObjectKind::Entity.as_str() {
        let object_kind = profile.object_kind.clone();
        return Err(Unfit::NotForEntities { profile: profile.id, object_kind });
    }
    let kind: EntityKind = profile.kind.parse().map_err(|_| Unfit::NoEntityKind(profile.kind.clone()))?;
    match wanted {
        Some(wanted) if wanted != kind => Err(Unfit::OtherKind { profile: kind, wanted }),
        _ => Ok(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atoll_base::Moment;

    fn gateway() -> Profile {
        Profile {
            id: Uuid::from_u128(1),
            tenant: None,
            object_kind: "entity".into(),
            kind: "device".into(),
            key: "gateway".into(),
            display_name: "Gateway".into(),
            description: None,
            status: ACTIVE.into(),
            created_at: Moment(1),
            updated_at: None,
        }
    }

    #[test]
    fn the_kind_follows_from_the_profile_or_must_be_the_same() {
        assert_eq!(kind_of(&gateway(), None), Ok(EntityKind::Device));
        assert_eq!(kind_of(&gateway(), Some(EntityKind::Device)), Ok(EntityKind::Device));
        assert_eq!(
            kind_of(&gateway(), Some(EntityKind::Human)).unwrap_err().to_string(),
            "profile kind 'device' conflicts with requested entity kind 'human'"
        );
        let other = Profile { object_kind: "resource".into(), ..gateway() };
        assert_eq!(
            kind_of(&other, None).unwrap_err().to_string(),
            format!("profile {} is for object_kind 'resource', not 'entity'", other.id)
        );
    }

    #[test]
    fn without_a_profile_the_kind_must_be_said() {
        assert_eq!(without_profile(Wanted::default()), Err(Unfit::NoKind));
        let version = Wanted { version: Some(Uuid::from_u128(1)), ..Wanted::default() };
        assert_eq!(without_profile(version), Err(Unfit::VersionOfNothing));
    }
}
