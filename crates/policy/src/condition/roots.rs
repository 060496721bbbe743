//! What conditions can look at: the roots of their paths.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::Path;
use crate::rows::{Attributes, EntityRow};
use crate::target::Target;
use crate::words::{ObjectKind, TenantStatus};
use crate::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    Entity,
    Resource,
    Object,
    Tenant,
    Context,
    Session,
    /// No such root: nothing is found below it.
    Nothing,
}

impl Root {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "entity" => Self::Entity,
            "resource" => Self::Resource,
            "object" => Self::Object,
            "tenant" => Self::Tenant,
            "context" => Self::Context,
            "session" => Self::Session,
            _ => Self::Nothing,
        }
    }

    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Entity => &["id", "kind", "tenant_id", "status", "attributes"],
            Self::Resource => {
                &["id", "kind", "tenant_id", "attributes", "parent_group_id", "ancestor_group_ids"]
            }
            Self::Object => {
                &["id", "kind", "type", "tenant_id", "attributes", "parent_group_id", "ancestor_group_ids"]
            }
            Self::Tenant => &["id", "status", "attributes"],
            Self::Context | Self::Session | Self::Nothing => &[],
        }
    }
}

static EMPTY: LazyLock<Value> = LazyLock::new(|| Value::Object(Map::new()));

/// The subject, the object and what came with the question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Roots<'a> {
    pub(crate) world: &'a World,
    pub(crate) subject_id: Uuid,
    pub(crate) subject: &'a EntityRow,
    pub(crate) target: &'a Target<'a>,
    pub(crate) context: &'a Value,
    pub(crate) session: &'a Value,
}

impl<'a> Roots<'a> {
    /// The value at the path; none if something on the way is missing.
    pub(super) fn resolve(&self, path: &Path) -> Option<Cow<'a, Value>> {
        let (start, keys) = match path.root {
            Root::Nothing => return None,
            Root::Context => (Cow::Borrowed(self.context), &path.keys[..]),
            Root::Session => (Cow::Borrowed(self.session), &path.keys[..]),
            root => match path.keys.split_first() {
                Some((field, keys)) => (self.field(root, field)?, keys),
                None => return Some(Cow::Owned(self.whole(root))),
            },
        };
        match start {
            Cow::Borrowed(value) => step(value, keys).map(Cow::Borrowed),
            Cow::Owned(value) if keys.is_empty() => Some(Cow::Owned(value)),
            // Only attributes have something below them, and those are borrowed.
            Cow::Owned(_) => None,
        }
    }

    /// `object.type` may be written with or without its coarse kind.
    pub(super) fn other_spelling(&self, path: &Path) -> Option<&'a str> {
        let asks_type = path.root == Root::Object && path.keys.len() == 1 && &*path.keys[0] == "type";
        if asks_type && self.has_type() { self.target.sub } else { None }
    }

    fn has_type(&self) -> bool {
        matches!(self.target.object.kind, ObjectKind::Entity | ObjectKind::Resource)
    }

    fn whole(&self, root: Root) -> Value {
        if root == Root::Tenant && self.target.tenant.is_none() {
            return Value::Null;
        }
        let fields = root.fields().iter();
        let values =
            fields.filter_map(|name| Some(((*name).to_owned(), self.field(root, name)?.into_owned())));
        Value::Object(values.collect())
    }

    fn field(&self, root: Root, name: &str) -> Option<Cow<'a, Value>> {
        let target = self.target;
        let value = match (root, name) {
            (Root::Entity, "id") => id(self.subject_id),
            (Root::Entity, "kind") => text(self.subject.kind.as_str()),
            (Root::Entity, "tenant_id") => optional_id(self.subject.tenant),
            (Root::Entity, "status") => text(self.subject.status.as_str()),
            (Root::Entity, "attributes") => return Some(attributes(&self.subject.attributes)),
            (Root::Resource | Root::Object, "id") => match target.object.kind {
                ObjectKind::Platform => Value::Null,
                _ => id(target.object.id),
            },
            (Root::Resource, "kind") => target.sub.map_or(Value::Null, text),
            (Root::Object, "kind") => text(target.object.kind.as_str()),
            (Root::Object, "type") => match target.sub {
                Some(sub) if self.has_type() => Value::String(format!("{}:{sub}", target.object.kind)),
                _ => Value::Null,
            },
            (Root::Resource | Root::Object, "tenant_id") => optional_id(target.tenant),
            (Root::Resource | Root::Object, "attributes") => {
                return Some(target.attributes.map_or(Cow::Borrowed(&*EMPTY), attributes));
            }
            (Root::Resource | Root::Object, "parent_group_id") => {
                optional_id(target.chain(self.world).first())
            }
            (Root::Resource | Root::Object, "ancestor_group_ids") => {
                let chain = target.chain(self.world);
                // What lies in a group counts from above that group, a group from the one it lies in.
                let skip = usize::from(target.object.kind != ObjectKind::Group);
                Value::Array(chain.iter().skip(skip).map(id).collect())
            }
            (Root::Tenant, field) => return self.tenant_field(field),
            _ => return None,
        };
        Some(Cow::Owned(value))
    }

    fn tenant_field(&self, name: &str) -> Option<Cow<'a, Value>> {
        let tenant = self.target.tenant?;
        let row = self.world.tenants.get(&tenant);
        match name {
            "id" => Some(Cow::Owned(id(tenant))),
            "status" => Some(Cow::Owned(text(row.map_or(TenantStatus::Deleted, |row| row.status).as_str()))),
            "attributes" => Some(row.map_or(Cow::Borrowed(&*EMPTY), |row| attributes(&row.attributes))),
            _ => None,
        }
    }
}

fn id(id: Uuid) -> Value {
    Value::String(id.to_string())
}

fn optional_id(tenant: Option<Uuid>) -> Value {
    tenant.map_or(Value::Null, id)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn attributes(attributes: &Attributes) -> Cow<'_, Value> {
    Cow::Borrowed(attributes.as_deref().unwrap_or(&EMPTY))
}

fn step<'a>(value: &'a Value, keys: &[Box<str>]) -> Option<&'a Value> {
    keys.iter().try_fold(value, |value, key| value.as_object()?.get(&**key))
}
