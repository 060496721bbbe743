//! The attributes of users and groups. Roles, entitlements and certificates are left out: what somebody may do, and what
//! they prove themselves with, is said by grants and credentials, and a field that looks as if it were would mislead.

use super::schema::{Attribute, ENTERPRISE, GROUP, Mutability, Schema, Type, USER};

const fn flag(name: &'static str, about: &'static str) -> Attribute {
    Attribute::text(name, about).of(Type::Boolean)
}

const DISPLAY: Attribute = Attribute::text("display", "How it is shown to people.");
const PRIMARY: Attribute =
    flag("primary", "Whether it is the preferred one; of one attribute at most one is.");

const NAME: &[Attribute] = &[
    Attribute::text("formatted", "The whole name, as it is written."),
    Attribute::text("familyName", "The family name."),
    Attribute::text("givenName", "The given name."),
    Attribute::text("middleName", "Names in between."),
    Attribute::text("honorificPrefix", "A title before the name."),
    Attribute::text("honorificSuffix", "A title after the name."),
];

const EMAIL: &[Attribute] = &[
    Attribute::text("value", "The address."),
    DISPLAY,
    Attribute::text("type", "What it is used for.").usual(&["work", "home", "other"]),
    PRIMARY,
];

const PHONE: &[Attribute] = &[
    Attribute::text("value", "The number."),
    DISPLAY,
    Attribute::text("type", "What it is used for.")
        .usual(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];

const PHOTO: &[Attribute] = &[
    Attribute::text("value", "Where it is.").of(Type::Reference(&["external"])).exact(),
    DISPLAY,
    Attribute::text("type", "What it shows.").usual(&["photo", "thumbnail"]),
    PRIMARY,
];

const ADDRESS: &[Attribute] = &[
    Attribute::text("formatted", "The whole address, as it is written."),
    Attribute::text("streetAddress", "Street and number."),
    Attribute::text("locality", "Town."),
    Attribute::text("region", "State or region."),
    Attribute::text("postalCode", "Postal code."),
    Attribute::text("country", "Country, in two letters."),
    Attribute::text("type", "What it is used for.").usual(&["work", "home", "other"]),
    PRIMARY,
];

const JOINED: &[Attribute] = &[
    Attribute::text("value", "The id of the group.").exact().mutability(Mutability::ReadOnly),
    Attribute::text("$ref", "Its address.")
        .of(Type::Reference(&["Group"]))
        .exact()
        .mutability(Mutability::ReadOnly),
    Attribute::text("display", "Its name.").mutability(Mutability::ReadOnly),
    Attribute::text("type", "How the user is in it.").usual(&["direct"]).mutability(Mutability::ReadOnly),
];

const MANAGER: &[Attribute] = &[
    Attribute::text("value", "The id of the manager.").exact(),
    Attribute::text("$ref", "The manager's address.").of(Type::Reference(&["User"])).exact(),
];

const MEMBER: &[Attribute] = &[
    Attribute::text("value", "The id of the member.").exact().mutability(Mutability::Immutable),
    Attribute::text("$ref", "Its address.")
        .of(Type::Reference(&["User"]))
        .exact()
        .mutability(Mutability::Immutable),
    Attribute::text("type", "What it is.").usual(&["User"]).mutability(Mutability::Immutable),
];

const META: &[Attribute] = &[
    Attribute::text("resourceType", "What it is.").exact(),
    Attribute::text("created", "When it was made.").of(Type::DateTime),
    Attribute::text("lastModified", "When it was last changed.").of(Type::DateTime),
    Attribute::text("location", "Its address.").of(Type::Reference(&["uri"])).exact(),
    Attribute::text("version", "Its version.").exact(),
];

/// What every resource has; no schema lists it.
pub(super) const COMMON: &[Attribute] = &[
    Attribute::text("id", "Its id.").exact().mutability(Mutability::ReadOnly),
    Attribute::text("externalId", "What the caller calls it.").exact(),
    Attribute::text("meta", "About it.").of(Type::Complex(META)).mutability(Mutability::ReadOnly),
    Attribute::text("schemas", "What it consists of.").exact().many().mutability(Mutability::ReadOnly),
];

pub(super) const USERS: Schema = Schema {
    id: USER,
    name: "User",
    about: "People whose home is this tenant",
    attributes: &[
        Attribute::text("userName", "The name they sign in with.").required().unique(),
        Attribute::text("name", "Their name in parts.").of(Type::Complex(NAME)),
        Attribute::text("displayName", "How they are shown."),
        Attribute::text("nickName", "How they are called."),
        Attribute::text("profileUrl", "A page about them.").of(Type::Reference(&["external"])).exact(),
        Attribute::text("title", "What they are."),
        Attribute::text("userType", "How they belong to the organisation."),
        Attribute::text("preferredLanguage", "The language they prefer."),
        Attribute::text("locale", "How dates and numbers are shown to them."),
        Attribute::text("timezone", "Where their clock is."),
        flag("active", "Whether they may sign in."),
        Attribute::text("password", "A new password.").exact().mutability(Mutability::WriteOnly),
        Attribute::text("emails", "E-mail addresses.").of(Type::Complex(EMAIL)).many(),
        Attribute::text("phoneNumbers", "Telephone numbers.").of(Type::Complex(PHONE)).many(),
        Attribute::text("photos", "Pictures.").of(Type::Complex(PHOTO)).many(),
        Attribute::text("addresses", "Postal addresses.").of(Type::Complex(ADDRESS)).many(),
        Attribute::text("groups", "The groups they are in.")
            .of(Type::Complex(JOINED))
            .many()
            .mutability(Mutability::ReadOnly),
    ],
};

pub(super) const EXTENSIONS: [Schema; 1] = [Schema {
    id: ENTERPRISE,
    name: "Enterprise User",
    about: "What organisations say about their people",
    attributes: &[
        Attribute::text("employeeNumber", "A number or name given by the organisation."),
        Attribute::text("costCenter", "Who pays."),
        Attribute::text("organization", "The organisation."),
        Attribute::text("division", "The division."),
        Attribute::text("department", "The department."),
        Attribute::text("manager", "Who leads them.").of(Type::Complex(MANAGER)),
    ],
}];

pub(super) const GROUPS: Schema = Schema {
    id: GROUP,
    name: "Group",
    about: "Groups of people",
    attributes: &[
        Attribute::text("displayName", "What it is called.").required().unique(),
        Attribute::text("members", "The users in it.").of(Type::Complex(MEMBER)).many().most(10_000),
    ],
};
