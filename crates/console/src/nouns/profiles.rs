//! Profiles: what attributes things of a kind have.

use super::model::*;

const WRITES: &[Need] = &[Need::Tenant("manage"), Need::Tenant("write")];
const DESCRIBED: &[&str] = &["entity", "resource", "group", "tenant", "credential"];
const STATUSES: &[&str] = &["active", "deprecated", "disabled"];

pub(super) static NOUN: Noun = Noun {
    name: "profiles",
    icon: "schema",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID, $objectKind: String, $kind: String, $status: String) {
            profiles(limit: $limit, offset: $offset, tenantId: $tenantId, objectKind: $objectKind, kind: $kind, status: $status) {
              items { id displayName key objectKind kind status tenantId createdAt } total } }",
        at: "/profiles",
        columns: &[
            column("name", "/displayName", Show::Name),
            column("key", "/key", Show::Code),
            column("object-kind", "/objectKind", Show::Badge),
            column("kind", "/kind", Show::Badge),
            column("status", "/status", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("objectKind", Choose::One(DESCRIBED)),
            filter("kind", Choose::Text),
            filter("status", Choose::One(STATUSES)),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: &[Need::Tenant("read"), Need::Tenant("manage")],
        bulk: &[],
    },
    one: Some(One {
        document: "query($id: ID!) { profile(id: $id) { id displayName key description objectKind kind status tenantId createdAt } }",
        at: "/profile",
        name: "/displayName",
        facts: &[
            column("key", "/key", Show::Code),
            column("description", "/description", Show::Text),
            column("object-kind", "/objectKind", Show::Badge),
            column("kind", "/kind", Show::Badge),
            column("status", "/status", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        sections: &[section(
            "versions",
            "query($id: ID!) { profileVersions(profileId: $id) { id version status jsonSchema createdAt } }",
            "/profileVersions",
            &[
                column("version", "/version", Show::Text),
                column("status", "/status", Show::Badge),
                column("json-schema", "/jsonSchema", Show::Json),
                column("created", "/createdAt", Show::Time),
            ],
        )
        .forms(&["version"])],
        why: None,
        links: &[],
    }),
    forms: &[
        create(
            "mutation($input: CreateProfileInput!) { createProfile(input: $input) { id } }",
            "/createProfile/id",
            &[
                required("display-name", "input.displayName", Fill::Text, ""),
                required("key", "input.key", Fill::Text, ""),
                required("object-kind", "input.objectKind", Fill::One(DESCRIBED), ""),
                required("kind", "input.kind", Fill::Text, ""),
                field("description", "input.description", Fill::Text, ""),
                field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
            ],
            WRITES,
        ),
        change(
            "edit",
            "mutation($id: ID!, $input: UpdateProfileInput!) { updateProfile(id: $id, input: $input) { id } }",
            &[
                required("display-name", "input.displayName", Fill::Text, "/displayName"),
                field("description", "input.description", Fill::Text, "/description"),
                required("status", "input.status", Fill::One(STATUSES), "/status"),
            ],
            WRITES,
        ),
        change(
            "version",
            "mutation($id: ID!, $input: CreateProfileVersionInput!) {
               createProfileVersion(profileId: $id, input: $input) { id } }",
            &[
                required("version", "input.version", Fill::Number, ""),
                required("status", "input.status", Fill::One(&["active", "draft", "deprecated", "disabled"]), ""),
                required("json-schema", "input.jsonSchema", Fill::Json, ""),
                field("ui-schema", "input.uiSchema", Fill::Json, ""),
            ],
            WRITES,
        ),
    ],
    acts: &[],
};
