//! Permission blocks: what may, or may not, be done where.

use super::model::*;

const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];
const SCOPES: &[&str] = &[
    "platform",
    "tenant",
    "object_kind",
    "object_type",
    "object",
    "group",
    "group_direct_objects",
    "group_descendant_objects",
    "group_child_groups",
    "group_descendant_groups",
];
const KINDS: &[&str] = &["resource", "entity", "group", "tenant", "role", "policy", "credential"];

pub(super) static NOUN: Noun = Noun {
    name: "blocks",
    icon: "block",
    list: List {
        document: "query($limit: Int, $after: String, $tenantId: ID, $scopeMode: String) {
            permissionBlocks(limit: $limit, after: $after, tenantId: $tenantId, scopeMode: $scopeMode) {
              items { id effect scopeMode objectKind objectType objectId groupId tenantId conditions createdAt
                actions { name } } total nextCursor } }",
        at: "/permissionBlocks",
        columns: &[
            column("grant", "", Show::Block),
            column("effect", "/effect", Show::Badge),
            column("actions", "/actions", Show::Tags),
            column("scope", "/scopeMode", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[filter("tenantId", Choose::Pick("tenants")), filter("scopeMode", Choose::One(SCOPES))],
        paging: Paging::Cursor,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: Some(One {
        document: "query($id: ID!) { permissionBlock(id: $id) { id effect scopeMode objectKind objectType objectId groupId
            tenantId conditions createdAt updatedAt actions { name } } }",
        at: "/permissionBlock",
        name: "/name",
        facts: &[
            column("grant", "", Show::Block),
            column("effect", "/effect", Show::Badge),
            column("actions", "/actions", Show::Tags),
            column("scope", "/scopeMode", Show::Badge),
            column("object-kind", "/objectKind", Show::Text),
            column("object-type", "/objectType", Show::Text),
            column("object", "/objectKind", Show::Object("/objectId")),
            column("group", "/groupId", Show::Ref("groups")),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("conditions", "/conditions", Show::Json),
            column("created", "/createdAt", Show::Time),
        ],
        sections: &[section(
            "block-policies",
            "query($id: ID!) { directPolicies(permissionBlockId: $id, limit: 50) {
                items { id subjectKind subjectId tenantId expiresAt } } }",
            "/directPolicies/items",
            &[
                column("subject", "/subjectKind", Show::Subject("/subjectId")),
                column("boundary", "/tenantId", Show::Ref("tenants")),
                column("expires", "/expiresAt", Show::Time),
            ],
        )],
        why: None,
        links: &[],
    }),
    forms: &[create(
        "mutation($input: CreatePermissionBlockInput!) { createPermissionBlock(input: $input) { id } }",
        "/createPermissionBlock/id",
        &[
            required("effect", "input.effect", Fill::One(&["allow", "deny"]), ""),
            required("actions", "input.actionIds", Fill::Many("actions"), ""),
            required("scope", "input.scopeMode", Fill::One(SCOPES), ""),
            field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
            field("object-kind", "input.objectKind", Fill::Maybe(KINDS), ""),
            field("object-type", "input.objectType", Fill::Text, ""),
            field("object", "input.objectId", Fill::Pick("resources"), ""),
            field("group", "input.groupId", Fill::Pick("groups"), ""),
            field("conditions", "input.conditions", Fill::Json, ""),
        ],
        GRANTS,
    )],
    acts: &[act("delete", "mutation($id: ID!) { deletePermissionBlock(id: $id) }", GRANTS).danger().leaves()],
};
