//! Entities: people, devices, services, workloads and applications.

use super::model::*;

const WRITES: &[Need] = &[Need::Tenant("manage"), Need::Tenant("write")];
const CHANGES: &[Need] = &[Need::Object("entity", "manage"), Need::Tenant("manage"), Need::Tenant("write")];
const MANAGES: &[Need] = &[Need::Object("entity", "manage"), Need::Tenant("manage")];
const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];
const PLACES: &[Need] = &[
    Need::Object("entity", "manage"),
    Need::Object("entity", "write"),
    Need::Tenant("manage"),
    Need::Tenant("write"),
];
const PLATFORM: &[Need] = &[Need::Platform("manage")];
const LIVE: &[&str] = &["none"];
const GONE: &[&str] = &["some"];
const KINDS: &[&str] = &["human", "device", "service", "workload", "application"];

const ATTRIBUTES: Field = field("attributes", "input.attributes", Fill::Attributes, "/attributes");
const PROFILE: Field = field("profile", "input.profileId", Fill::Pick("profiles"), "/profileId");

pub(super) static NOUN: Noun = Noun {
    name: "entities",
    icon: "person",
    list: List {
        document: "query($limit: Int, $after: String, $q: String, $kind: EntityKind, $status: EntityStatus,
              $tenantId: ID, $profileId: ID, $parentGroupId: ID, $deleted: DeletedFilter) {
            entities(limit: $limit, after: $after, q: $q, kind: $kind, status: $status, tenantId: $tenantId,
              profileId: $profileId, parentGroupId: $parentGroupId, deleted: $deleted) {
              items { id name kind alias status tenantId createdAt } total nextCursor } }",
        at: "/entities",
        columns: &[
            column("name", "/name", Show::Name),
            column("kind", "/kind", Show::Badge),
            column("alias", "/alias", Show::Code),
            column("status", "/status", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("q", Choose::Text),
            filter("kind", Choose::One(KINDS)),
            filter("status", Choose::One(&["active", "inactive", "suspended"])),
            filter("tenantId", Choose::Pick("tenants")),
            filter("profileId", Choose::Pick("profiles")),
            filter("parentGroupId", Choose::Pick("groups")),
            filter("deleted", Choose::One(&["live", "deleted", "all"])),
        ],
        paging: Paging::Cursor,
        wants: None,
        reads: &[],
        bulk: &["enable", "disable", "delete", "restore", "purge"],
    },
    one: Some(One {
        document: "query($id: ID!) { entity(id: $id) { id name kind alias status tenantId profileId profileVersionId
            parentGroupId attributes createdAt updatedAt deletedAt deletedBy } }",
        at: "/entity",
        name: "/name",
        facts: &[
            column("kind", "/kind", Show::Badge),
            column("status", "/status", Show::Badge),
            column("alias", "/alias", Show::Code),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("profile", "/profileId", Show::Ref("profiles")),
            column("parent-group", "/parentGroupId", Show::Ref("groups")),
            column("created", "/createdAt", Show::Time),
            column("updated", "/updatedAt", Show::Time),
            column("deleted", "/deletedAt", Show::Time),
            column("deleted-by", "/deletedBy", Show::Ref("entities")),
        ],
        sections: &[
            Section {
                name: "access",
                document: "query($id: ID!) { entityAccess(entityId: $id, limit: 50) { items { subjectKind subjectId paths
                    grants { permissionBlock { id effect scopeMode objectKind objectType conditions actions { name } } } } } }",
                at: "/entityAccess/items",
                columns: &[
                    column("by", "/subjectKind", Show::Subject("/subjectId")),
                    column("grant", "/grants/0/permissionBlock", Show::Block),
                    column("paths", "/paths", Show::Tags),
                ],
                acts: &[],
                forms: &[],
                when: Some(("/deletedAt", LIVE)),
            },
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
            .when("/deletedAt", LIVE),
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
            .when("/deletedAt", LIVE),
            Section {
                name: "groups-of",
                document: "query($id: ID!) { entityGroups(entityId: $id) }",
                at: "/entityGroups",
                columns: &[column("group", "/id", Show::Ref("groups"))],
                acts: &[],
                forms: &["place"],
                when: Some(("/deletedAt", LIVE)),
            },
            Section {
                name: "credentials",
                document: "query($id: ID!) { credentials(entityId: $id) {
                    items { id kind identifier status createdAt expiresAt } } }",
                at: "/credentials/items",
                columns: &[
                    column("kind", "/kind", Show::Badge),
                    column("identifier", "/identifier", Show::Code),
                    column("status", "/status", Show::Badge),
                    column("created", "/createdAt", Show::Time),
                    column("expires", "/expiresAt", Show::Time),
                ],
                acts: &[
                    act(
                        "reveal-key",
                        "mutation($entityId: ID!, $credentialId: ID!) {
                           revealSharedKey(entityId: $entityId, credentialId: $credentialId) { key } }",
                        MANAGES,
                    )
                    .with(&[("entityId", From::Id), ("credentialId", From::Row("/id"))])
                    .when("/kind", &["shared_key"])
                    .yields("/revealSharedKey/key"),
                    act(
                        "revoke-credential",
                        "mutation($entityId: ID!, $credentialId: ID!) {
                           revokeCredential(entityId: $entityId, credentialId: $credentialId) }",
                        MANAGES,
                    )
                    .with(&[("entityId", From::Id), ("credentialId", From::Row("/id"))])
                    .when("/status", &["active"])
                    .danger(),
                ],
                forms: &["password", "api-key", "shared-key"],
                when: Some(("/deletedAt", LIVE)),
            },
            super::certificates::OF_ENTITY,
            Section {
                name: "sessions",
                document: "query($id: ID!) { sessions(entityId: $id, limit: 20) {
                    items { id credentialKind address userAgent createdAt expiresAt revokedAt } } }",
                at: "/sessions/items",
                columns: &[
                    column("kind", "/credentialKind", Show::Badge),
                    column("address", "/address", Show::Code),
                    column("browser", "/userAgent", Show::Text),
                    column("created", "/createdAt", Show::Time),
                    column("expires", "/expiresAt", Show::Time),
                ],
                acts: &[act("end-session", "mutation($id: ID!) { revokeSession(id: $id) }", MANAGES)
                    .with(&[("id", From::Row("/id"))])
                    .when("/revokedAt", LIVE)
                    .danger()],
                forms: &[],
                when: Some(("/deletedAt", LIVE)),
            },
            Section {
                name: "factors",
                document: "query($id: ID!) { secondFactors(entityId: $id) { recoveryCodesLeft totp { createdAt } passkeys { name } } }",
                at: "/secondFactors",
                columns: &[
                    column("totp", "/totp/createdAt", Show::Time),
                    column("passkeys", "/passkeys", Show::Tags),
                    column("recovery-codes", "/recoveryCodesLeft", Show::Text),
                ],
                acts: &[act("reset-factors", "mutation($id: ID!) { resetSecondFactors(entityId: $id) }", MANAGES).danger()],
                forms: &[],
                when: Some(("/kind", &["human"])),
            },
            Section {
                name: "identities",
                document: "query($id: ID!) { linkedIdentities(entityId: $id) { id provider subject email lastUsedAt usable } }",
                at: "/linkedIdentities",
                columns: &[
                    column("provider", "/provider", Show::Text),
                    column("email", "/email", Show::Text),
                    column("subject", "/subject", Show::Code),
                    column("last-used", "/lastUsedAt", Show::Time),
                ],
                acts: &[],
                forms: &[],
                when: Some(("/kind", &["human"])),
            },
            Section {
                name: "owned",
                document: "query($id: ID!) { ownedEntities(ownerId: $id) { id name kind status } }",
                at: "/ownedEntities",
                columns: &[
                    column("name", "/id", Show::Ref("entities")),
                    column("kind", "/kind", Show::Badge),
                    column("status", "/status", Show::Badge),
                ],
                acts: &[act(
                    "disown",
                    "mutation($ownerId: ID!, $ownedId: ID!) { removeOwnership(ownerId: $ownerId, ownedId: $ownedId) }",
                    MANAGES,
                )
                .with(&[("ownerId", From::Id), ("ownedId", From::Row("/id"))])
                .danger()],
                forms: &["own"],
                when: Some(("/deletedAt", LIVE)),
            },
            Section {
                name: "events",
                document: "query($id: ID!) { entityAuditLogs(entityId: $id) {
                    items { event outcome actorEntityId reason createdAt } } }",
                at: "/entityAuditLogs/items",
                columns: &[
                    column("event", "/event", Show::Code),
                    column("outcome", "/outcome", Show::Badge),
                    column("actor", "/actorEntityId", Show::Ref("entities")),
                    column("reason", "/reason", Show::Text),
                    column("when", "/createdAt", Show::Time),
                ],
                acts: &[],
                forms: &[],
                when: None,
            },
        ],
        why: Some("entity"),
        links: &[],
    }),
    forms: &[
        Form {
            name: "create",
            document: "mutation($input: CreateEntityInput!) { createEntity(input: $input) { id } }",
            variables: &[],
            fields: &[
                required("name", "input.name", Fill::Text, ""),
                required("kind", "input.kind", Fill::One(KINDS), ""),
                field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
                field("alias", "input.alias", Fill::Text, ""),
                field("profile", "input.profileId", Fill::Pick("profiles"), ""),
                field("attributes", "input.attributes", Fill::Attributes, ""),
            ],
            of_one: false,
            needs: WRITES,
            made: Some("/createEntity/id"),
            secret: None,
            when: None,
        },
        change(
                "edit",
                "mutation($id: ID!, $input: UpdateEntityInput!) { updateEntity(id: $id, input: $input) { id } }",
                &[
                    required("name", "input.name", Fill::Text, "/name"),
                    required("kind", "input.kind", Fill::One(KINDS), "/kind"),
                    required(
                        "status",
                        "input.status",
                        Fill::One(&["active", "inactive", "suspended"]),
                        "/status",
                    ),
                    field("alias", "input.alias", Fill::Text, "/alias"),
                    PROFILE,
                    ATTRIBUTES,
                ],
                CHANGES,
            )
        .when("/deletedAt", LIVE),
        change(
            "password",
            "mutation($id: ID!, $password: String!) { createPassword(entityId: $id, password: $password) }",
            &[required("password", "password", Fill::Secret, "")],
            MANAGES,
        ),
        change(
                "api-key",
                "mutation($id: ID!, $input: CreateApiKeyInput!) { createApiKey(entityId: $id, input: $input) { key } }",
                &[
                    required("description", "input.description", Fill::Text, ""),
                    field("expires", "input.expiresAt", Fill::Time, ""),
                ],
                MANAGES,
            )
        .yields("/createApiKey/key"),
        change(
                "shared-key",
                "mutation($id: ID!, $input: CreateSharedKeyInput!) { createSharedKey(entityId: $id, input: $input) { key } }",
                &[
                    required("description", "input.description", Fill::Text, ""),
                    field("own-key", "input.key", Fill::Secret, ""),
                    field("expires", "input.expiresAt", Fill::Time, ""),
                ],
                MANAGES,
            )
        .yields("/createSharedKey/key"),
        super::certificates::ISSUE,
        super::certificates::FROM_CSR,
        super::certificates::REVOKE_ALL,
        change(
            "place",
            "mutation($id: ID!, $groupId: ID!) { setEntityParentGroup(entityId: $id, groupId: $groupId) { id } }",
            &[required("group", "groupId", Fill::Pick("groups"), "/parentGroupId")],
            PLACES,
        ),
        change(
            "assign",
            "mutation($id: ID!, $role: ID!, $tenantId: ID, $term: TermInput) { createRoleAssignment(
               input: { roleId: $role, subjectKind: entity, subjectId: $id, tenantId: $tenantId, term: $term }) { id } }",
            super::assignments::GIVEN,
            GRANTS,
        ),
        change(
            "give",
            "mutation($id: ID!, $block: ID!, $tenantId: ID, $term: TermInput) { createDirectPolicy(
               input: { permissionBlockId: $block, subjectKind: entity, subjectId: $id, tenantId: $tenantId, term: $term }) { id } }",
            super::policies::GIVEN,
            GRANTS,
        ),
        change(
            "own",
            "mutation($id: ID!, $ownedId: ID!, $relation: String) {
               addOwnership(ownerId: $id, ownedId: $ownedId, relation: $relation) { ownedId } }",
            &[
                required("entity", "ownedId", Fill::Pick("entities"), ""),
                field("relation", "relation", Fill::Text, ""),
            ],
            MANAGES,
        ),
    ],
    acts: &[
        act("enable", "mutation($id: ID!) { enableEntity(id: $id) { id } }", WRITES)
            .when("/status", &["inactive", "suspended"]),
        act("disable", "mutation($id: ID!) { disableEntity(id: $id) { id } }", WRITES)
            .when("/status", &["active"])
            .danger(),
        act("end-sessions", "mutation($id: ID!) { revokeSessions(entityId: $id) }", MANAGES)
            .when("/deletedAt", LIVE)
            .danger(),
        act("leave-group", "mutation($id: ID!) { clearEntityParentGroup(entityId: $id) { id } }", PLACES)
            .when("/parentGroupId", GONE),
        act("delete", "mutation($id: ID!) { deleteEntity(id: $id) }", MANAGES)
            .when("/deletedAt", LIVE)
            .danger()
            .leaves(),
        act("restore", "mutation($id: ID!) { restoreEntity(id: $id) }", PLATFORM).when("/deletedAt", GONE),
        act("purge", "mutation($id: ID!) { purgeEntity(id: $id) }", PLATFORM)
            .when("/deletedAt", GONE)
            .danger()
            .leaves(),
    ],
};
