//! What can be asked: may this subject do this to that object?

use serde_json::Value;
use uuid::Uuid;

use crate::ceiling::Ceiling;
use crate::object::ObjectRef;
use crate::words::ObjectKind;

/// May `subject` do `action` to `object`?
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The entity that would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: &'a str,
    /// What would be acted on.
    pub object: Selector<'a>,
    /// What the caller claims; the root `context` of conditions.
    pub context: &'a Value,
    /// What the platform knows about the credential in use; the root `session` of conditions.
    pub session: &'a Value,
    /// When, in microseconds since 1970: grants and memberships begin and end.
    pub now: i64,
    /// The ceiling of the access token in use, if the subject is its owner and it has one.
    pub ceiling: Option<&'a Ceiling>,
    /// Looks past switched-off entities, groups and tenants, so that administrators can see and mend them. Deleted
    /// entities, groups and resources stay unfound.
    pub administrative: bool,
}

/// How the API names an object: by kind and id, or as a resource. The pair wins where both are given.
///
/// [`resolve`](Self::resolve) is the only reading of it: whoever gates a question must use the same object as the
/// decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selector<'a> {
    /// A resource.
    pub resource_id: Option<Uuid>,
    /// Coarse kind of the object.
    pub object_kind: Option<&'a str>,
    /// Id of the object.
    pub object_id: Option<Uuid>,
}

/// A selector that names no object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// Nothing was given.
    #[error("authz check requires either resource_id or (object_kind, object_id)")]
    Missing,
    /// The kind was given without an id.
    #[error("object_id is required when object_kind is provided")]
    IdMissing,
    /// The id was given without a kind.
    #[error("object_kind is required when object_id is provided")]
    KindMissing,
    /// The platform has no id.
    #[error("object_id is not supported when object_kind is platform")]
    IdOfPlatform,
    /// A kind that cannot be asked about.
    #[error(
        "unsupported object_kind '{0}' (supported: platform, resource, tenant, entity, group, credential)"
    )]
    UnsupportedKind(String),
}

impl Selector<'_> {
    /// Names an object by kind and id; the id of the platform is left out.
    pub fn object(object: ObjectRef) -> Selector<'static> {
        let object_id = (object.kind != ObjectKind::Platform).then_some(object.id);
        Selector { resource_id: None, object_kind: Some(object.kind.as_str()), object_id }
    }

    /// Names a resource.
    pub fn resource(id: Uuid) -> Selector<'static> {
        Selector { resource_id: Some(id), object_kind: None, object_id: None }
    }

    /// The object it names, whether that exists or not.
    ///
    /// # Errors
    /// [`SelectorError`], the first that applies in the order of its variants.
    pub fn resolve(&self) -> Result<ObjectRef, SelectorError> {
        match (self.object_kind, self.object_id) {
            (None, None) => match self.resource_id {
                Some(id) => Ok(ObjectRef::new(ObjectKind::Resource, id)),
                None => Err(SelectorError::Missing),
            },
            (Some("platform"), None) => Ok(ObjectRef::PLATFORM),
            (Some(_), None) => Err(SelectorError::IdMissing),
            (None, Some(_)) => Err(SelectorError::KindMissing),
            (Some("platform"), Some(_)) => Err(SelectorError::IdOfPlatform),
            (Some(kind), Some(id)) => match kind.parse() {
                Ok(
                    kind @ (ObjectKind::Resource
                    | ObjectKind::Tenant
                    | ObjectKind::Entity
                    | ObjectKind::Group
                    | ObjectKind::Credential),
                ) => Ok(ObjectRef::new(kind, id)),
                _ => Err(SelectorError::UnsupportedKind(kind.to_owned())),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    fn resolve(resource: Option<Uuid>, kind: Option<&str>, id: Option<Uuid>) -> Result<ObjectRef, String> {
        let selector = Selector { resource_id: resource, object_kind: kind, object_id: id };
        selector.resolve().map_err(|error| error.to_string())
    }

    #[test]
    fn the_pair_wins_over_the_resource() {
        let other = Some(Uuid::from_u128(8));
        assert_eq!(resolve(other, Some("tenant"), Some(ID)), Ok(ObjectRef::new(ObjectKind::Tenant, ID)));
        assert_eq!(resolve(Some(ID), None, None), Ok(ObjectRef::new(ObjectKind::Resource, ID)));
        assert_eq!(resolve(None, Some("platform"), None), Ok(ObjectRef::PLATFORM));
    }

    #[test]
    fn errors_say_what_is_missing() {
        let text = |resource, kind, id| resolve(resource, kind, id).unwrap_err();
        assert_eq!(
            text(None, None, None),
            "authz check requires either resource_id or (object_kind, object_id)"
        );
        let id_missing = "object_id is required when object_kind is provided";
        assert_eq!(text(None, Some("tenant"), None), id_missing);
        assert_eq!(text(Some(ID), Some("chair"), None), id_missing);
        assert_eq!(text(Some(ID), None, Some(ID)), "object_kind is required when object_id is provided");
        assert_eq!(
            text(None, Some("platform"), Some(ID)),
            "object_id is not supported when object_kind is platform"
        );
        assert_eq!(
            text(None, Some("role"), Some(ID)),
            "unsupported object_kind 'role' (supported: platform, resource, tenant, entity, group, credential)"
        );
    }
}
