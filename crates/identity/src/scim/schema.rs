//! What a user and a group consist of (RFC 7643): read by everything that reads, changes or shows one, and published.

use serde_json::{Value, json};

use super::catalogue;

/// The schema of users.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// What users of organisations have besides.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What kind of value an attribute has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// Yes or no.
    Boolean,
    /// A moment, as text.
    DateTime,
    /// An address.
    Reference(&'static [&'static str]),
    /// Sub-attributes.
    Complex(&'static [Attribute]),
}

/// Who may write an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// Anybody who may change the resource.
    ReadWrite,
    /// Nobody.
    ReadOnly,
    /// Set once.
    Immutable,
    /// Written, never shown.
    WriteOnly,
}

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, as it is written; read in any case.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What kind of value it has.
    pub kind: Type,
    /// Whether it has many values.
    pub many: bool,
    /// How many at most.
    pub most: usize,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether upper and lower case differ.
    pub exact: bool,
    /// Who writes it.
    pub mutability: Mutability,
    /// Whether it is unique in the tenant.
    pub unique: bool,
    /// Values that are usual.
    pub usual: &'static [&'static str],
}

impl Attribute {
    /// An attribute of one text.
    pub(super) const fn text(name: &'static str, about: &'static str) -> Attribute {
        Attribute {
            name,
            about,
            kind: Type::Text,
            many: false,
            most: 100,
            required: false,
            exact: false,
            mutability: Mutability::ReadWrite,
            unique: false,
            usual: &[],
        }
    }

    pub(super) const fn of(self, kind: Type) -> Attribute {
        Attribute { kind, ..self }
    }

    pub(super) const fn many(self) -> Attribute {
        Attribute { many: true, ..self }
    }

    pub(super) const fn most(self, most: usize) -> Attribute {
        Attribute { most, ..self }
    }

    pub(super) const fn required(self) -> Attribute {
        Attribute { required: true, ..self }
    }

    pub(super) const fn exact(self) -> Attribute {
        Attribute { exact: true, ..self }
    }

    pub(super) const fn unique(self) -> Attribute {
        Attribute { unique: true, ..self }
    }

    pub(super) const fn usual(self, usual: &'static [&'static str]) -> Attribute {
        Attribute { usual, ..self }
    }

    pub(super) const fn mutability(self, mutability: Mutability) -> Attribute {
        Attribute { mutability, ..self }
    }

    /// Its sub-attributes.
    pub fn subs(&self) -> &'static [Attribute] {
        match self.kind {
            Type::Complex(subs) => subs,
            _ => &[],
        }
    }

    /// The sub-attribute with this name, in any case.
    pub fn sub(&self, name: &str) -> Option<&'static Attribute> {
        self.subs().iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    fn shown(&self) -> Value {
        let mut shown = json!({
            "name": self.name,
            "description": self.about,
            "type": match self.kind {
                Type::Text => "string",
                Type::Boolean => "boolean",
                Type::DateTime => "dateTime",
                Type::Reference(_) => "reference",
                Type::Complex(_) => "complex",
            },
            "multiValued": self.many,
            "required": self.required,
            "caseExact": self.exact,
            "mutability": match self.mutability {
                Mutability::ReadWrite => "readWrite",
                Mutability::ReadOnly => "readOnly",
                Mutability::Immutable => "immutable",
                Mutability::WriteOnly => "writeOnly",
            },
            "returned": if self.mutability == Mutability::WriteOnly { "never" } else { "default" },
            "uniqueness": if self.unique { "server" } else { "none" },
        });
        if let Type::Reference(to) = self.kind {
            shown["referenceTypes"] = json!(to);
        }
        if !self.usual.is_empty() {
            shown["canonicalValues"] = json!(self.usual);
        }
        if let Type::Complex(subs) = self.kind {
            shown["subAttributes"] = subs.iter().map(Attribute::shown).collect();
        }
        shown
    }
}

/// A schema: a name for a list of attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Its URN.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its attributes.
    pub attributes: &'static [Attribute],
}

impl Schema {
    /// The attribute with this name, in any case.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// The schema as it is published; `base` is the address of the tenant's SCIM.
    pub fn shown(&self, base: &str) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": self.id,
            "name": self.name,
            "description": self.about,
            "attributes": self.attributes.iter().map(Attribute::shown).collect::<Vec<_>>(),
            "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{}", self.id) },
        })
    }
}

/// A kind of resource: users, or groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// People.
    User,
    /// Principal groups.
    Group,
}

impl Noun {
    /// Both, in the order in which they are listed together.
    pub const ALL: [Noun; 2] = [Noun::User, Noun::Group];

    /// As `meta.resourceType` says it.
    pub fn name(self) -> &'static str {
        match self {
            Noun::User => "User",
            Noun::Group => "Group",
        }
    }

    /// The last part of its address.
    pub fn endpoint(self) -> &'static str {
        match self {
            Noun::User => "Users",
            Noun::Group => "Groups",
        }
    }

    /// Its own schema.
    pub fn schema(self) -> &'static Schema {
        match self {
            Noun::User => &catalogue::USERS,
            Noun::Group => &catalogue::GROUPS,
        }
    }

    /// What it may have besides.
    pub fn extensions(self) -> &'static [Schema] {
        match self {
            Noun::User => &catalogue::EXTENSIONS,
            Noun::Group => &[],
        }
    }

    /// The extension with this URN, in any case.
    pub fn extension(self, urn: &str) -> Option<&'static Schema> {
        self.extensions().iter().find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// An attribute of the resource itself, or one that every resource has.
    pub fn attribute(self, name: &str) -> Option<&'static Attribute> {
        self.schema()
            .attribute(name)
            .or_else(|| catalogue::COMMON.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name)))
    }

    /// The resource type as it is published.
    pub fn shown(self, base: &str) -> Value {
        let (name, endpoint) = (self.name(), self.endpoint());
        let extensions = self.extensions().iter().map(|one| json!({ "schema": one.id, "required": false }));
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "description": self.schema().about,
            "endpoint": format!("/{endpoint}"),
            "schema": self.schema().id,
            "schemaExtensions": extensions.collect::<Vec<_>>(),
            "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}") },
        })
    }
}

/// Every schema that is published.
pub fn schemas() -> impl Iterator<Item = &'static Schema> {
    Noun::ALL.into_iter().flat_map(|noun| std::iter::once(noun.schema()).chain(noun.extensions()))
}
