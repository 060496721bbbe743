//! What a check is about, as it is written on the command line.

use std::str::FromStr;

use atoll_policy::{ObjectKind, ObjectRef, Selector};
use uuid::Uuid;

/// `kind:id`, `platform`, or the id of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Object(pub(crate) ObjectRef);

impl FromStr for Object {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "platform" {
            return Ok(Object(ObjectRef::PLATFORM));
        }
        let (kind, id) = text.split_once(':').unwrap_or((ObjectKind::Resource.as_str(), text));
        let object_id = Uuid::parse_str(id).map_err(|_| {
            format!(
                "`{id}` is not an id; write kind:id, for example tenant:018f2f6e-4c1a-7d3e-9b2a-3f1c5d7e9a10"
            )
        })?;
        let selector = Selector { resource_id: None, object_kind: Some(kind), object_id: Some(object_id) };
        selector.resolve().map(Object).map_err(|why| why.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "018f2f6e-4c1a-7d3e-9b2a-3f1c5d7e9a10";

    fn read(text: &str) -> Result<ObjectRef, String> {
        text.parse().map(|Object(object)| object)
    }

    #[test]
    fn an_id_alone_means_a_resource() {
        let resource = ObjectRef::new(ObjectKind::Resource, ID.parse().unwrap());
        assert_eq!(read(ID), Ok(resource));
        assert_eq!(read(&format!("resource:{ID}")), Ok(resource));
    }

    #[test]
    fn every_kind_that_can_be_asked_about_is_known() {
        for kind in ["tenant", "entity", "group", "credential"] {
            assert_eq!(read(&format!("{kind}:{ID}")).unwrap().kind.as_str(), kind);
        }
        assert_eq!(read("platform"), Ok(ObjectRef::PLATFORM));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(read("tenant:acme").unwrap_err().contains("`acme` is not an id"));
        assert!(read(&format!("chair:{ID}")).unwrap_err().contains("unsupported object_kind 'chair'"));
        assert!(read(&format!("platform:{ID}")).unwrap_err().contains("not supported"));
    }
}
