//! Roles: permission blocks under a name.

use super::model::*;

const CHANGES: &[Need] = &[Need::Tenant("role.manage")];
const PLATFORM: &[Need] = &[Need::Platform("manage")];
const LIVE: &[&str] = &["none"];
const GONE: &[&str] = &["some"];

const BLOCKS: &[Column] = &[column("grant", "", Show::Block), column("created", "/createdAt", Show::Time)];

pub(super) static NOUN: Noun = Noun {
    name: "roles",
    icon: "role",
    list: List {
        document: "query($limit: Int, $after: String, $q: String, $tenantId: ID, $deleted: DeletedFilter) {
            roles(limit: $limit, after: $after, q: $q, tenantId: $tenantId, deleted: $deleted) {
              items { id name description derivedKind tenantId createdAt permissionBlocks { id } } total nextCursor } }",
        at: "/roles",
        columns: &[
            column("name", "/name", Show::Name),
            column("description", "/description", Show::Text),
            column("derived", "/derivedKind", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("q", Choose::Text),
            filter("tenantId", Choose::Pick("tenants")),
            filter("deleted", Choose::One(&["live", "deleted", "all"])),
        ],
        paging: Paging::Cursor,
        wants: None,
        reads: &[Need::Tenant("role.manage"), Need::Tenant("read")],
        bulk: &["restore", "purge"],
    },
    one: Some(One {
        document: "query($id: ID!) { role(id: $id) { id name description derivedKind tenantId createdAt updatedAt deletedAt
            deletedBy permissionBlocks { id } } }",
        at: "/role",
        name: "/name",
        facts: &[
            column("description", "/description", Show::Text),
            column("derived", "/derivedKind", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
            column("updated", "/updatedAt", Show::Time),
            column("deleted", "/deletedAt", Show::Time),
            column("deleted-by", "/deletedBy", Show::Ref("entities")),
        ],
        sections: &[
            section(
                "role-blocks",
                "query($id: ID!) { role(id: $id) { permissionBlocks {
                    id effect scopeMode objectKind objectType conditions createdAt actions { name } } } }",
                "/role/permissionBlocks",
                BLOCKS,
            )
            .forms(&["blocks"]),
            section(
                "holders",
                "query($id: ID!) { roleHolders(roleId: $id, limit: 50) {
                    items { id: entityId entityKind entityStatus paths } } }",
                "/roleHolders/items",
                &[
                    column("entity", "/id", Show::Ref("entities")),
                    column("kind", "/entityKind", Show::Badge),
                    column("status", "/entityStatus", Show::Badge),
                    column("paths", "/paths", Show::Tags),
                ],
            )
            .when("/deletedAt", LIVE),
            section(
                "role-assignments",
                "query($id: ID!) { roleAssignments(roleId: $id, limit: 50) {
                    items { id subjectKind subjectId tenantId notBefore expiresAt reason } } }",
                "/roleAssignments/items",
                &[
                    column("subject", "/subjectKind", Show::Subject("/subjectId")),
                    column("boundary", "/tenantId", Show::Ref("tenants")),
                    column("not-before", "/notBefore", Show::Time),
                    column("expires", "/expiresAt", Show::Time),
                    column("reason", "/reason", Show::Text),
                ],
            )
            .acts(&[act("unassign", "mutation($id: ID!) { deleteRoleAssignment(id: $id) }", &[Need::Tenant("policy.manage")])
                .with(&[("id", From::Row("/id"))])
                .danger()])
            .forms(&["assign"])
            .when("/deletedAt", LIVE),
        ],
        why: None,
        links: &[],
    }),
    forms: &[
        create(
            "mutation($input: CreateRoleInput!) { createRole(input: $input) { id } }",
            "/createRole/id",
            &[
                required("name", "input.name", Fill::Text, ""),
                field("description", "input.description", Fill::Text, ""),
                field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
            ],
            CHANGES,
        ),
        change(
            "edit",
            "mutation($id: ID!, $input: UpdateRoleInput!) { updateRole(id: $id, input: $input) { id } }",
            &[
                required("name", "input.name", Fill::Text, "/name"),
                field("description", "input.description", Fill::Text, "/description"),
            ],
            CHANGES,
        )
        .when("/deletedAt", LIVE),
        change(
            "blocks",
            "mutation($id: ID!, $blocks: [ID!]!) { replaceRolePermissionBlocks(roleId: $id, permissionBlockIds: $blocks) }",
            &[required("blocks", "blocks", Fill::Many("blocks"), "/permissionBlocks")],
            CHANGES,
        )
        .when("/deletedAt", LIVE),
        change(
            "assign",
            "mutation($id: ID!, $kind: SubjectKind!, $subject: ID!, $tenantId: ID, $term: TermInput) {
               createRoleAssignment(input: { roleId: $id, subjectKind: $kind, subjectId: $subject, tenantId: $tenantId, term: $term }) { id } }",
            super::assignments::TERMS,
            &[Need::Tenant("policy.manage")],
        ),
    ],
    acts: &[
        act("delete", "mutation($id: ID!) { deleteRole(id: $id) }", CHANGES)
            .when("/deletedAt", LIVE)
            .danger()
            .leaves(),
        act("restore", "mutation($id: ID!) { restoreRole(id: $id) }", PLATFORM).when("/deletedAt", GONE),
        act("purge", "mutation($id: ID!) { purgeRole(id: $id) }", PLATFORM)
            .when("/deletedAt", GONE)
            .danger()
            .leaves(),
    ],
};
