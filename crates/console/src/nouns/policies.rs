//! Direct policies: a permission block given to somebody without a role between.

use super::model::*;

const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];

/// What somebody is given who is known already.
pub(super) const GIVEN: &[Field] = &[
    required("block", "block", Fill::Pick("blocks"), ""),
    field("boundary", "tenantId", Fill::Pick("tenants"), ""),
    field("not-before", "term.notBefore", Fill::Time, ""),
    field("expires", "term.expiresAt", Fill::Time, ""),
    field("reason", "term.reason", Fill::Text, ""),
];

/// Blocks that somebody holds.
pub(super) const HELD: &[Column] = &[
    column("grant", "/permissionBlock", Show::Block),
    column("boundary", "/tenantId", Show::Ref("tenants")),
    column("not-before", "/notBefore", Show::Time),
    column("expires", "/expiresAt", Show::Time),
    column("reason", "/reason", Show::Text),
];

pub(super) static NOUN: Noun = Noun {
    name: "policies",
    icon: "policy",
    list: List {
        document: "query($limit: Int, $after: String, $tenantId: ID, $subjectId: ID, $subjectKind: SubjectKind, $permissionBlockId: ID) {
            directPolicies(limit: $limit, after: $after, tenantId: $tenantId, subjectId: $subjectId,
              subjectKind: $subjectKind, permissionBlockId: $permissionBlockId) {
              items { id subjectKind subjectId tenantId notBefore expiresAt reason createdAt
                permissionBlock { id effect scopeMode objectKind objectType conditions actions { name } } } total nextCursor } }",
        at: "/directPolicies",
        columns: &[
            column("subject", "/subjectKind", Show::Subject("/subjectId")),
            column("grant", "/permissionBlock", Show::Block),
            column("boundary", "/tenantId", Show::Ref("tenants")),
            column("expires", "/expiresAt", Show::Time),
            column("reason", "/reason", Show::Text),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("subjectKind", Choose::One(&["entity", "group"])),
            filter("subjectId", Choose::Pick("entities")),
            filter("permissionBlockId", Choose::Pick("blocks")),
        ],
        paging: Paging::Cursor,
        wants: None,
        reads: READS_ACCESS,
        bulk: &["delete"],
    },
    one: None,
    forms: &[create(
        "mutation($input: CreateDirectPolicyInput!) { createDirectPolicy(input: $input) { id } }",
        "/createDirectPolicy/id",
        &[
            required("block", "input.permissionBlockId", Fill::Pick("blocks"), ""),
            required("subject-kind", "input.subjectKind", Fill::One(&["entity", "group"]), ""),
            required("subject-id", "input.subjectId", Fill::Pick("entities"), ""),
            field("boundary", "input.tenantId", Fill::Pick("tenants"), ""),
            field("not-before", "input.term.notBefore", Fill::Time, ""),
            field("expires", "input.term.expiresAt", Fill::Time, ""),
            field("reason", "input.term.reason", Fill::Text, ""),
        ],
        GRANTS,
    )],
    acts: &[act("delete", "mutation($id: ID!) { deleteDirectPolicy(id: $id) }", GRANTS).danger()],
};
