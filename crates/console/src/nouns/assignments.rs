//! Role assignments: who holds a role, where and for how long.

use super::model::*;

const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];

/// Who, where, and for how long.
pub(super) const TERMS: &[Field] = &[
    required("subject-kind", "kind", Fill::One(&["entity", "group"]), ""),
    required("subject-id", "subject", Fill::Pick("entities"), ""),
    field("boundary", "tenantId", Fill::Pick("tenants"), ""),
    field("not-before", "term.notBefore", Fill::Time, ""),
    field("expires", "term.expiresAt", Fill::Time, ""),
    field("reason", "term.reason", Fill::Text, ""),
];

/// What somebody is given who is known already.
pub(super) const GIVEN: &[Field] = &[
    required("role", "role", Fill::Pick("roles"), ""),
    field("boundary", "tenantId", Fill::Pick("tenants"), ""),
    field("not-before", "term.notBefore", Fill::Time, ""),
    field("expires", "term.expiresAt", Fill::Time, ""),
    field("reason", "term.reason", Fill::Text, ""),
];

/// Roles that somebody holds.
pub(super) const HELD: &[Column] = &[
    column("role", "/roleId", Show::Ref("roles")),
    column("boundary", "/tenantId", Show::Ref("tenants")),
    column("not-before", "/notBefore", Show::Time),
    column("expires", "/expiresAt", Show::Time),
    column("reason", "/reason", Show::Text),
];

pub(super) static NOUN: Noun = Noun {
    name: "assignments",
    icon: "assign",
    list: List {
        document: "query($limit: Int, $after: String, $tenantId: ID, $roleId: ID, $subjectId: ID, $subjectKind: SubjectKind) {
            roleAssignments(limit: $limit, after: $after, tenantId: $tenantId, roleId: $roleId, subjectId: $subjectId,
              subjectKind: $subjectKind) {
              items { id subjectKind subjectId roleId tenantId notBefore expiresAt reason createdAt } total nextCursor } }",
        at: "/roleAssignments",
        columns: &[
            column("subject", "/subjectKind", Show::Subject("/subjectId")),
            column("role", "/roleId", Show::Ref("roles")),
            column("boundary", "/tenantId", Show::Ref("tenants")),
            column("not-before", "/notBefore", Show::Time),
            column("expires", "/expiresAt", Show::Time),
            column("reason", "/reason", Show::Text),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("roleId", Choose::Pick("roles")),
            filter("subjectKind", Choose::One(&["entity", "group"])),
            filter("subjectId", Choose::Pick("entities")),
        ],
        paging: Paging::Cursor,
        wants: None,
        reads: READS_ACCESS,
        bulk: &["delete"],
    },
    one: None,
    forms: &[create(
        "mutation($role: ID!, $kind: SubjectKind!, $subject: ID!, $tenantId: ID, $term: TermInput) {
           createRoleAssignment(input: { roleId: $role, subjectKind: $kind, subjectId: $subject, tenantId: $tenantId, term: $term }) { id } }",
        "/createRoleAssignment/id",
        &[
            required("role", "role", Fill::Pick("roles"), ""),
            required("subject-kind", "kind", Fill::One(&["entity", "group"]), ""),
            required("subject-id", "subject", Fill::Pick("entities"), ""),
            field("boundary", "tenantId", Fill::Pick("tenants"), ""),
            field("not-before", "term.notBefore", Fill::Time, ""),
            field("expires", "term.expiresAt", Fill::Time, ""),
            field("reason", "term.reason", Fill::Text, ""),
        ],
        GRANTS,
    )],
    acts: &[act("delete", "mutation($id: ID!) { deleteRoleAssignment(id: $id) }", GRANTS).danger()],
};
