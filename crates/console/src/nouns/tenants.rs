//! Tenants.

use super::model::*;

const MANAGES: &[Need] = &[Need::Platform("manage")];
const ADMINISTERS: &[Need] = &[Need::Tenant("manage")];
const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];
const INVITES: &[Need] = &[Need::Tenant("manage"), Need::Tenant("policy.manage")];
const LIVE: &[&str] = &["none"];
const GONE: &[&str] = &["some"];

const FIELDS: &[Field] = &[
    required("name", "input.name", Fill::Text, "/name"),
    field("alias", "input.alias", Fill::Text, "/alias"),
    field("route", "input.route", Fill::Text, "/route"),
    field("tags", "input.tags", Fill::Tags, "/tags"),
    field("attributes", "input.attributes", Fill::Json, "/attributes"),
];

pub(super) static NOUN: Noun = Noun {
    name: "tenants",
    icon: "tenant",
    list: List {
        document: "query($limit: Int, $after: String, $q: String, $status: TenantStatus, $deleted: DeletedFilter) {
            tenants(limit: $limit, after: $after, q: $q, status: $status, deleted: $deleted) {
              items { id name alias status tags createdAt } total nextCursor } }",
        at: "/tenants",
        columns: &[
            column("name", "/name", Show::Name),
            column("alias", "/alias", Show::Code),
            column("status", "/status", Show::Badge),
            column("tags", "/tags", Show::Tags),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("q", Choose::Text),
            filter("status", Choose::One(&["active", "inactive", "frozen"])),
            filter("deleted", Choose::One(&["live", "deleted", "all"])),
        ],
        paging: Paging::Cursor,
        wants: None,
        reads: &[],
        bulk: &["enable", "disable", "freeze", "restore", "purge"],
    },
    one: Some(One {
        document: "query($id: ID!) { tenant(id: $id) {
            id name alias route status tags attributes createdAt updatedAt createdBy deletedAt deletedBy } }",
        at: "/tenant",
        name: "/name",
        facts: &[
            column("status", "/status", Show::Badge),
            column("alias", "/alias", Show::Code),
            column("route", "/route", Show::Code),
            column("tags", "/tags", Show::Tags),
            column("created", "/createdAt", Show::Time),
            column("created-by", "/createdBy", Show::Ref("entities")),
            column("updated", "/updatedAt", Show::Time),
            column("deleted", "/deletedAt", Show::Time),
            column("deleted-by", "/deletedBy", Show::Ref("entities")),
        ],
        sections: &[
            Section {
                name: "members",
                document: "query($id: ID!) { tenantMembers(tenantId: $id, limit: 50) { items { id name kind status } } }",
                at: "/tenantMembers/items",
                columns: &[
                    column("member", "/id", Show::Ref("entities")),
                    column("kind", "/kind", Show::Badge),
                    column("status", "/status", Show::Badge),
                ],
                acts: &[act(
                    "remove-member",
                    "mutation($tenantId: ID!, $entityId: ID!) { removeTenantMember(tenantId: $tenantId, entityId: $entityId) }",
                    GRANTS,
                )
                .with(&[("tenantId", From::Id), ("entityId", From::Row("/id"))])
                .danger()],
                forms: &["add-member"],
                when: Some(("/deletedAt", LIVE)),
            },
            Section {
                name: "invitations",
                document: "query($id: ID!) { tenantInvitations(tenantId: $id, limit: 50) {
                    items { id inviteeEmail inviteeName roleName expiresAt acceptedAt rejectedAt revokedAt invitedBy } } }",
                at: "/tenantInvitations/items",
                columns: &[
                    column("email", "/inviteeEmail", Show::Text),
                    column("name", "/inviteeName", Show::Text),
                    column("role", "/roleName", Show::Text),
                    column("expires", "/expiresAt", Show::Time),
                    column("accepted", "/acceptedAt", Show::Time),
                    column("revoked", "/revokedAt", Show::Time),
                    column("invited-by", "/invitedBy", Show::Ref("entities")),
                ],
                acts: &[act(
                    "revoke-invitation",
                    "mutation($tenantId: ID!, $invitationId: ID!) {
                       revokeTenantInvitation(tenantId: $tenantId, invitationId: $invitationId) }",
                    GRANTS,
                )
                .with(&[("tenantId", From::Id), ("invitationId", From::Row("/id"))])
                .when("/acceptedAt", LIVE)
                .danger()],
                forms: &["invite"],
                when: Some(("/deletedAt", LIVE)),
            },
            Section {
                name: "tenant-roles",
                document: "query($id: ID!) { tenantRoles(tenantId: $id, limit: 50) {
                    items { id: roleId roleName actions entityCount groupCount } } }",
                at: "/tenantRoles/items",
                columns: &[
                    column("role", "/id", Show::Ref("roles")),
                    column("actions", "/actions", Show::Tags),
                    column("entities", "/entityCount", Show::Text),
                    column("groups", "/groupCount", Show::Text),
                ],
                acts: &[],
                forms: &[],
                when: None,
            },
            Section {
                name: "sign-in-policy",
                document: "query($id: ID!) { tenantSignInPolicy(tenantId: $id) { secondFactor graceSecs } }",
                at: "/tenantSignInPolicy",
                columns: &[
                    column("second-factor", "/secondFactor", Show::Badge),
                    column("grace", "/graceSecs", Show::Text),
                ],
                acts: &[],
                forms: &["sign-in-policy"],
                when: Some(("/deletedAt", LIVE)),
            },
        ],
        why: Some("tenant"),
        links: &[],
    }),
    forms: &[
        Form {
            name: "create",
            document: "mutation($input: CreateTenantInput!) { createTenant(input: $input) { id } }",
            variables: &[],
            fields: FIELDS,
            of_one: false,
            needs: &[Need::Platform("manage"), Need::Platform("create")],
            made: Some("/createTenant/id"),
            secret: None,
            when: None,
        },
        Form {
            name: "edit",
            document: "mutation($id: ID!, $input: UpdateTenantInput!) { updateTenant(id: $id, input: $input) { id } }",
            variables: &[("id", From::Id)],
            fields: FIELDS,
            of_one: true,
            needs: ADMINISTERS,
            made: None,
            secret: None,
            when: Some(("/deletedAt", LIVE)),
        },
        Form {
            name: "add-member",
            document: "mutation($tenantId: ID!, $entityId: ID!, $roleId: ID, $term: TermInput) {
                addTenantMember(tenantId: $tenantId, entityId: $entityId, roleId: $roleId, term: $term) }",
            variables: &[("tenantId", From::Id)],
            fields: &[
                required("entity", "entityId", Fill::Pick("entities"), ""),
                field("role", "roleId", Fill::Pick("roles"), ""),
                field("not-before", "term.notBefore", Fill::Time, ""),
                field("expires", "term.expiresAt", Fill::Time, ""),
                field("reason", "term.reason", Fill::Text, ""),
            ],
            of_one: true,
            needs: GRANTS,
            made: None,
            secret: None,
            when: None,
        },
        Form {
            name: "invite",
            document: "mutation($tenantId: ID!, $input: CreateTenantInvitationInput!) {
                createTenantInvitation(tenantId: $tenantId, input: $input) { id } }",
            variables: &[("tenantId", From::Id)],
            fields: &[
                field("email", "input.inviteeEmail", Fill::Email, ""),
                field("invitee", "input.inviteeUserId", Fill::Pick("entities"), ""),
                field("role", "input.roleId", Fill::Pick("roles"), ""),
            ],
            of_one: true,
            needs: INVITES,
            made: None,
            secret: None,
            when: None,
        },
        Form {
            name: "sign-in-policy",
            document: "mutation($tenantId: ID!, $input: SignInPolicyInput!) {
                setTenantSignInPolicy(tenantId: $tenantId, input: $input) { secondFactor } }",
            variables: &[("tenantId", From::Id)],
            fields: &[
                required("second-factor", "input.secondFactor", Fill::One(&["none", "any", "passkey"]), ""),
                field("grace", "input.graceSecs", Fill::Number, ""),
            ],
            of_one: true,
            needs: ADMINISTERS,
            made: None,
            secret: None,
            when: None,
        },
    ],
    acts: &[
        act("enable", "mutation($id: ID!) { enableTenant(id: $id) { id } }", MANAGES)
            .when("/status", &["inactive", "frozen"]),
        act("disable", "mutation($id: ID!) { disableTenant(id: $id) { id } }", MANAGES)
            .when("/status", &["active"])
            .danger(),
        act("freeze", "mutation($id: ID!) { freezeTenant(id: $id) { id } }", MANAGES)
            .when("/status", &["active"])
            .danger(),
        act("delete", "mutation($id: ID!) { deleteTenant(id: $id) }", MANAGES).when("/deletedAt", LIVE).danger().leaves(),
        act("restore", "mutation($id: ID!) { restoreTenant(id: $id) { id } }", MANAGES).when("/deletedAt", GONE),
        act("purge", "mutation($id: ID!) { purgeTenant(id: $id) }", MANAGES)
            .when("/deletedAt", GONE)
            .danger()
            .leaves(),
    ],
};
