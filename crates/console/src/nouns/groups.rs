//! Groups: of entities that are granted something together, and of objects that something is granted on together.

use super::model::*;

const WRITES: &[Need] = &[Need::Tenant("manage"), Need::Tenant("write")];
const MANAGES: &[Need] = &[Need::Object("group", "manage"), Need::Tenant("manage")];
const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];
const PLACES: &[Need] = &[Need::Object("group", "write"), Need::Tenant("manage"), Need::Tenant("write")];
const PLATFORM: &[Need] = &[Need::Platform("manage")];
const LIVE: &[&str] = &["none"];
const GONE: &[&str] = &["some"];

const CREATE: &[Field] = &[
    required("name", "input.name", Fill::Text, ""),
    required("group-type", "input.groupType", Fill::One(&["principal", "object"]), ""),
    field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
    field("description", "input.description", Fill::Text, ""),
    field("attributes", "input.attributes", Fill::Json, ""),
];

pub(super) static NOUN: Noun = Noun {
    name: "groups",
    icon: "group",
    list: List {
        document: "query($limit: Int, $after: String, $q: String, $status: EntityStatus, $tenantId: ID, $parentId: ID,
              $deleted: DeletedFilter) {
            groups(limit: $limit, after: $after, q: $q, status: $status, tenantId: $tenantId, parentId: $parentId,
              deleted: $deleted) { items { id name groupType status tenantId parentId createdAt } total nextCursor } }",
        at: "/groups",
        columns: &[
            column("name", "/name", Show::Name),
            column("group-type", "/groupType", Show::Badge),
            column("status", "/status", Show::Badge),
            column("parent", "/parentId", Show::Ref("groups")),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("q", Choose::Text),
            filter("status", Choose::One(&["active", "inactive", "suspended"])),
            filter("tenantId", Choose::Pick("tenants")),
            filter("parentId", Choose::Pick("groups")),
            filter("deleted", Choose::One(&["live", "deleted", "all"])),
        ],
        paging: Paging::Cursor,
        wants: None,
        reads: &[],
        bulk: &["enable", "disable", "restore", "purge"],
    },
    one: Some(One {
        document: "query($id: ID!) { group(id: $id) { id name groupType description status tenantId parentId attributes
            createdAt updatedAt deletedAt deletedBy } }",
        at: "/group",
        name: "/name",
        facts: &[
            column("group-type", "/groupType", Show::Badge),
            column("status", "/status", Show::Badge),
            column("description", "/description", Show::Text),
            column("parent", "/parentId", Show::Ref("groups")),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
            column("updated", "/updatedAt", Show::Time),
            column("deleted", "/deletedAt", Show::Time),
            column("deleted-by", "/deletedBy", Show::Ref("entities")),
        ],
        sections: &[
            section(
                "group-members",
                "query($id: ID!) { groupMembers(groupId: $id) { id name kind status } }",
                "/groupMembers",
                &[
                    column("member", "/id", Show::Ref("entities")),
                    column("kind", "/kind", Show::Badge),
                    column("status", "/status", Show::Badge),
                ],
            )
            .acts(&[act(
                "remove-member",
                "mutation($groupId: ID!, $entityId: ID!) { removeGroupMember(groupId: $groupId, entityId: $entityId) }",
                MANAGES,
            )
            .with(&[("groupId", From::Id), ("entityId", From::Row("/id"))])
            .danger()])
            .forms(&["add-member"])
            .when("/groupType", &["principal"]),
            section(
                "group-entities",
                "query($id: ID!) { entities(parentGroupId: $id, limit: 50) { items { id name kind status } } }",
                "/entities/items",
                &[
                    column("entity", "/id", Show::Ref("entities")),
                    column("kind", "/kind", Show::Badge),
                    column("status", "/status", Show::Badge),
                ],
            )
            .acts(&[act(
                "take-entity-out",
                "mutation($id: ID!) { removeEntityFromObjectGroup(entityId: $id) { id } }",
                PLACES,
            )
            .with(&[("id", From::Row("/id"))])
            .danger()])
            .forms(&["add-entity"])
            .when("/groupType", &["object"]),
            section(
                "group-resources",
                "query($id: ID!) { resources(parentGroupId: $id, limit: 50) { items { id name kind alias } } }",
                "/resources/items",
                &[
                    column("resource", "/id", Show::Ref("resources")),
                    column("kind", "/kind", Show::Badge),
                    column("alias", "/alias", Show::Code),
                ],
            )
            .acts(&[act(
                "take-resource-out",
                "mutation($id: ID!) { removeResourceFromObjectGroup(resourceId: $id) { id } }",
                PLACES,
            )
            .with(&[("id", From::Row("/id"))])
            .danger()])
            .forms(&["add-resource"])
            .when("/groupType", &["object"]),
            section(
                "held-roles",
                "query($id: ID!) { roleAssignments(subjectId: $id, limit: 50) {
                    items { id roleId tenantId notBefore expiresAt reason } } }",
                "/roleAssignments/items",
                super::assignments::HELD,
            )
            .acts(&[act("unassign", "mutation($id: ID!) { deleteRoleAssignment(id: $id) }", GRANTS)
                .with(&[("id", From::Row("/id"))])
                .danger()])
            .forms(&["assign"])
            .when("/groupType", &["principal"]),
            section(
                "held-policies",
                "query($id: ID!) { directPolicies(subjectId: $id, limit: 50) { items { id tenantId notBefore expiresAt reason
                    permissionBlock { id effect scopeMode objectKind objectType conditions actions { name } } } } }",
                "/directPolicies/items",
                super::policies::HELD,
            )
            .acts(&[act("withdraw", "mutation($id: ID!) { deleteDirectPolicy(id: $id) }", GRANTS)
                .with(&[("id", From::Row("/id"))])
                .danger()])
            .forms(&["give"])
            .when("/groupType", &["principal"]),
            section(
                "children",
                "query($id: ID!) { childGroups(parentId: $id, limit: 50) { items { id name status } } }",
                "/childGroups/items",
                &[column("name", "/id", Show::Ref("groups")), column("status", "/status", Show::Badge)],
            ),
            section(
                "group-access",
                "query($id: ID!) { groupAccess(groupId: $id, limit: 50) { items { subjectKind subjectId paths
                    grants { permissionBlock { id effect scopeMode objectKind objectType conditions actions { name } } } } } }",
                "/groupAccess/items",
                &[
                    column("by", "/subjectKind", Show::Subject("/subjectId")),
                    column("grant", "/grants/0/permissionBlock", Show::Block),
                    column("paths", "/paths", Show::Tags),
                ],
            ),
        ],
        why: Some("group"),
        links: &[],
    }),
    forms: &[
        create(
            "mutation($input: CreateGroupInput!) { createGroup(input: $input) { id } }",
            "/createGroup/id",
            CREATE,
            WRITES,
        ),
        change(
            "edit",
            "mutation($id: ID!, $input: UpdateGroupInput!) { updateGroup(id: $id, input: $input) { id } }",
            &[
                required("name", "input.name", Fill::Text, "/name"),
                field("description", "input.description", Fill::Text, "/description"),
                field("attributes", "input.attributes", Fill::Json, "/attributes"),
            ],
            MANAGES,
        )
        .when("/deletedAt", LIVE),
        change(
            "add-member",
            "mutation($id: ID!, $entityId: ID!, $term: TermInput) {
               addGroupMember(groupId: $id, entityId: $entityId, term: $term) }",
            &[
                required("entity", "entityId", Fill::Pick("entities"), ""),
                field("not-before", "term.notBefore", Fill::Time, ""),
                field("expires", "term.expiresAt", Fill::Time, ""),
                field("reason", "term.reason", Fill::Text, ""),
            ],
            MANAGES,
        ),
        change(
            "assign",
            "mutation($id: ID!, $role: ID!, $tenantId: ID, $term: TermInput) { createRoleAssignment(
               input: { roleId: $role, subjectKind: group, subjectId: $id, tenantId: $tenantId, term: $term }) { id } }",
            super::assignments::GIVEN,
            GRANTS,
        )
        .when("/groupType", &["principal"]),
        change(
            "give",
            "mutation($id: ID!, $block: ID!, $tenantId: ID, $term: TermInput) { createDirectPolicy(
               input: { permissionBlockId: $block, subjectKind: group, subjectId: $id, tenantId: $tenantId, term: $term }) { id } }",
            super::policies::GIVEN,
            GRANTS,
        )
        .when("/groupType", &["principal"]),
        change(
            "set-parent",
            "mutation($id: ID!, $parentId: ID!) { setGroupParent(id: $id, parentId: $parentId) { id } }",
            &[required("parent", "parentId", Fill::Pick("groups"), "/parentId")],
            MANAGES,
        )
        .when("/deletedAt", LIVE),
        change(
            "add-entity",
            "mutation($id: ID!, $entityId: ID!) { addEntityToObjectGroup(objectGroupId: $id, entityId: $entityId) { id } }",
            &[required("entity", "entityId", Fill::Pick("entities"), "")],
            PLACES,
        )
        .when("/groupType", &["object"]),
        change(
            "add-resource",
            "mutation($id: ID!, $resourceId: ID!) {
               addResourceToObjectGroup(objectGroupId: $id, resourceId: $resourceId) { id } }",
            &[required("resource", "resourceId", Fill::Pick("resources"), "")],
            PLACES,
        )
        .when("/groupType", &["object"]),
    ],
    acts: &[
        act("enable", "mutation($id: ID!) { enableGroup(id: $id) { id } }", MANAGES)
            .when("/status", &["inactive", "suspended"]),
        act("suspend", "mutation($id: ID!) { suspendGroup(id: $id) { id } }", MANAGES)
            .when("/status", &["active"])
            .danger(),
        act("disable", "mutation($id: ID!) { disableGroup(id: $id) { id } }", MANAGES)
            .when("/status", &["active"])
            .danger(),
        act("leave-parent", "mutation($id: ID!) { removeGroupParent(id: $id) }", MANAGES).when("/parentId", GONE),
        act("delete", "mutation($id: ID!) { deleteGroup(id: $id) }", MANAGES)
            .when("/deletedAt", LIVE)
            .danger()
            .leaves(),
        act("restore", "mutation($id: ID!) { restoreGroup(id: $id) }", PLATFORM).when("/deletedAt", GONE),
        act("purge", "mutation($id: ID!) { purgeGroup(id: $id) }", PLATFORM)
            .when("/deletedAt", GONE)
            .danger()
            .leaves(),
    ],
};
