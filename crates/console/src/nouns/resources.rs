//! Resources: what is neither somebody nor a group.

use super::model::*;

const WRITES: &[Need] = &[Need::Tenant("manage"), Need::Tenant("write")];
const MANAGES: &[Need] = &[Need::Object("resource", "manage"), Need::Tenant("manage")];
const PLACES: &[Need] = &[
    Need::Object("resource", "manage"),
    Need::Object("resource", "write"),
    Need::Tenant("manage"),
    Need::Tenant("write"),
];
const PLATFORM: &[Need] = &[Need::Platform("manage")];
const LIVE: &[&str] = &["none"];
const GONE: &[&str] = &["some"];

pub(super) static NOUN: Noun = Noun {
    name: "resources",
    icon: "resource",
    list: List {
        document: "query($limit: Int, $after: String, $q: String, $kind: String, $tenantId: ID, $parentGroupId: ID,
              $deleted: DeletedFilter) {
            resources(limit: $limit, after: $after, q: $q, kind: $kind, tenantId: $tenantId,
              parentGroupId: $parentGroupId, deleted: $deleted) {
              items { id name kind alias ownerId tenantId createdAt } total nextCursor } }",
        at: "/resources",
        columns: &[
            column("name", "/name", Show::Name),
            column("kind", "/kind", Show::Badge),
            column("alias", "/alias", Show::Code),
            column("owner", "/ownerId", Show::Ref("entities")),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("q", Choose::Text),
            filter("kind", Choose::Text),
            filter("tenantId", Choose::Pick("tenants")),
            filter("parentGroupId", Choose::Pick("groups")),
            filter("deleted", Choose::One(&["live", "deleted", "all"])),
        ],
        paging: Paging::Cursor,
        wants: None,
        reads: &[],
        bulk: &["delete", "restore", "purge"],
    },
    one: Some(One {
        document: "query($id: ID!) { resource(id: $id) { id name kind alias ownerId tenantId parentGroupId attributes
            createdAt updatedAt deletedAt deletedBy } }",
        at: "/resource",
        name: "/name",
        facts: &[
            column("kind", "/kind", Show::Badge),
            column("alias", "/alias", Show::Code),
            column("owner", "/ownerId", Show::Ref("entities")),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("parent-group", "/parentGroupId", Show::Ref("groups")),
            column("created", "/createdAt", Show::Time),
            column("updated", "/updatedAt", Show::Time),
            column("deleted", "/deletedAt", Show::Time),
            column("deleted-by", "/deletedBy", Show::Ref("entities")),
        ],
        sections: &[section(
            "object-access",
            "query($id: ID!) { objectAccess(objectKind: \"resource\", objectId: $id, limit: 50) {
                items { subjectKind subjectId paths
                  grants { permissionBlock { id effect scopeMode objectKind objectType conditions actions { name } } } } } }",
            "/objectAccess/items",
            &[
                column("by", "/subjectKind", Show::Subject("/subjectId")),
                column("grant", "/grants/0/permissionBlock", Show::Block),
                column("paths", "/paths", Show::Tags),
            ],
        )
        .when("/deletedAt", LIVE)],
        why: Some("resource"),
        links: &[],
    }),
    forms: &[
        create(
            "mutation($input: CreateResourceInput!) { createResource(input: $input) { id } }",
            "/createResource/id",
            &[
                required("kind", "input.kind", Fill::Text, ""),
                field("name", "input.name", Fill::Text, ""),
                field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
                field("owner", "input.ownerId", Fill::Pick("entities"), ""),
                field("alias", "input.alias", Fill::Text, ""),
                field("attributes", "input.attributes", Fill::Json, ""),
            ],
            WRITES,
        ),
        change(
            "edit",
            "mutation($id: ID!, $input: UpdateResourceInput!) { updateResource(id: $id, input: $input) { id } }",
            &[
                field("name", "input.name", Fill::Text, "/name"),
                field("alias", "input.alias", Fill::Text, "/alias"),
                field("attributes", "input.attributes", Fill::Json, "/attributes"),
            ],
            MANAGES,
        )
        .when("/deletedAt", LIVE),
        change(
            "place",
            "mutation($id: ID!, $groupId: ID!) { setResourceParentGroup(resourceId: $id, groupId: $groupId) { id } }",
            &[required("group", "groupId", Fill::Pick("groups"), "/parentGroupId")],
            PLACES,
        )
        .when("/deletedAt", LIVE),
    ],
    acts: &[
        act("leave-group", "mutation($id: ID!) { clearResourceParentGroup(resourceId: $id) { id } }", PLACES)
            .when("/parentGroupId", GONE),
        act("delete", "mutation($id: ID!) { deleteResource(id: $id) }", MANAGES)
            .when("/deletedAt", LIVE)
            .danger()
            .leaves(),
        act("restore", "mutation($id: ID!) { restoreResource(id: $id) }", PLATFORM).when("/deletedAt", GONE),
        act("purge", "mutation($id: ID!) { purgeResource(id: $id) }", PLATFORM)
            .when("/deletedAt", GONE)
            .danger()
            .leaves(),
    ],
};
