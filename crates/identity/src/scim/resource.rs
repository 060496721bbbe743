//! Entities and groups as resources.

use atoll_access::groups::Group;
use atoll_base::Moment;
use atoll_policy::Status;
use aws_lc_rs::digest;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::emails::{self, KEPT};
use super::schema::Noun;
use crate::entities::Entity;

/// Kept when somebody took `active` away: until it is said again, it is not shown, and the user is switched off.
const UNSAID: &str = "activeUnsaid";
/// What is not kept among a user's attributes, because it has a place of its own.
const ELSEWHERE: [&str; 4] = ["userName", "active", "password", "emails"];

/// A tenant, and where its resources are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The tenant.
    pub tenant: Uuid,
    /// The address of its SCIM, without a slash at the end.
    pub base: String,
}

impl Site {
    /// The address of a resource.
    pub fn location(&self, noun: Noun, id: Uuid) -> String {
        format!("{}/{}/{id}", self.base, noun.endpoint())
    }

    /// A person as a user.
    pub(super) fn user(&self, entity: &Entity, groups: &[(Uuid, String)]) -> Map<String, Value> {
        let mut shown = kept(&entity.attributes);
        shown.remove("emails");
        shown.insert("userName".into(), entity.name.clone().into());
        if shown.remove(UNSAID).is_none() {
            shown.insert("active".into(), (entity.status == Status::Active).into());
        }
        let addresses = emails::of(&entity.attributes);
        if !addresses.is_empty() {
            shown.insert("emails".into(), addresses.into());
        }
        if !groups.is_empty() {
            let joined = groups.iter().map(|(id, name)| {
                json!({ "value": id, "$ref": self.location(Noun::Group, *id), "display": name, "type": "direct" })
            });
            shown.insert("groups".into(), joined.collect());
        }
        self.finish(Noun::User, shown, entity.id, entity.created_at, entity.updated_at)
    }

    /// A principal group as a group; without members where they are not wanted.
    pub(super) fn group(&self, group: &Group, members: Option<&[Uuid]>) -> Map<String, Value> {
        let mut shown = kept(&group.attributes);
        shown.insert("displayName".into(), group.name.clone().into());
        if let Some(members) = members.filter(|members| !members.is_empty()) {
            let members = members.iter().map(|id| self.member(*id));
            shown.insert("members".into(), members.collect());
        }
        self.finish(Noun::Group, shown, group.id, group.created_at, group.updated_at)
    }

    fn member(&self, id: Uuid) -> Value {
        json!({ "value": id, "$ref": self.location(Noun::User, id), "type": "User" })
    }

    fn finish(
        &self,
        noun: Noun,
        mut shown: Map<String, Value>,
        id: Uuid,
        created: Moment,
        updated: Option<Moment>,
    ) -> Map<String, Value> {
        let extensions =
            noun.extensions().iter().map(|schema| schema.id).filter(|urn| shown.contains_key(*urn));
        let schemas: Vec<&str> = std::iter::once(noun.schema().id).chain(extensions).collect();
        shown.insert("schemas".into(), json!(schemas));
        shown.insert("id".into(), id.to_string().into());
        let version = version(&shown);
        shown.insert(
            "meta".into(),
            json!({
                "resourceType": noun.name(),
                "created": moment(created),
                "lastModified": moment(updated.unwrap_or(created)),
                "location": self.location(noun, id),
                "version": version,
            }),
        );
        shown
    }
}

fn moment(at: Moment) -> String {
    at.rfc3339().replace("+00:00", "Z")
}

/// A weak version that differs whenever what is shown does.
fn version(shown: &Map<String, Value>) -> String {
    let text = serde_json::to_vec(shown).unwrap_or_default();
    let hash = digest::digest(&digest::SHA256, &text);
    format!("W/\"{}\"", atoll_base::hex(&hash.as_ref()[..8]))
}

/// What this door keeps among the attributes.
fn kept(attributes: &Value) -> Map<String, Value> {
    attributes[KEPT].as_object().cloned().unwrap_or_default()
}

/// The attributes of an entity that was written as this user: whatever else is there stays.
pub(super) fn user_attributes(old: &Value, user: &Map<String, Value>) -> Value {
    let mut inside = user.clone();
    inside.retain(|name, _| !ELSEWHERE.contains(&name.as_str()));
    if !user.contains_key("active") {
        inside.insert(UNSAID.into(), true.into());
    }
    let mut attributes = with_kept(old, inside);
    let addresses = user.get("emails").and_then(Value::as_array).cloned().unwrap_or_default();
    emails::keep(&mut attributes, addresses);
    without_empty(attributes)
}

/// The attributes of somebody who is taken over from elsewhere, with these fields of a user.
pub(crate) fn attributes_of_user(mut user: Map<String, Value>) -> Map<String, Value> {
    user.insert("active".into(), true.into());
    match user_attributes(&Value::Null, &user) {
        Value::Object(attributes) => attributes,
        _ => Map::new(),
    }
}

/// The attributes of a group that was written as this one.
pub(super) fn group_attributes(old: &Value, group: &Map<String, Value>) -> Value {
    let mut inside = group.clone();
    inside.retain(|name, _| !["displayName", "members"].contains(&name.as_str()));
    without_empty(with_kept(old, inside))
}

fn with_kept(old: &Value, inside: Map<String, Value>) -> Map<String, Value> {
    let mut attributes = old.as_object().cloned().unwrap_or_default();
    attributes.insert(KEPT.into(), Value::Object(inside));
    attributes
}

fn without_empty(mut attributes: Map<String, Value>) -> Value {
    if attributes.get(KEPT).and_then(Value::as_object).is_some_and(Map::is_empty) {
        attributes.remove(KEPT);
    }
    Value::Object(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_keep_among_the_attributes_stays() {
        let old = json!({ "floor": 3, "email": "old@x", "scim": { "title": "Boss" } });
        let user =
            json!({ "userName": "ann", "active": true, "emails": [{ "value": "a@x" }], "nickName": "A" });
        let new = user_attributes(&old, user.as_object().unwrap());
        let wanted = json!({
            "floor": 3, "email": "a@x", "scim": { "nickName": "A", "emails": [{ "value": "a@x" }] },
        });
        assert_eq!(new, wanted);
        let bare = json!({ "userName": "ann", "active": true });
        assert_eq!(user_attributes(&new, bare.as_object().unwrap()), json!({ "floor": 3 }));
    }
}
