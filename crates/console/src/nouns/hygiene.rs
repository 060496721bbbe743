//! Grants that lead nowhere: of what, or to what, there is not any more.

use super::model::*;

pub(super) static NOUN: Noun = Noun {
    name: "hygiene",
    icon: "check",
    list: List {
        document: "query($limit: Int, $offset: Int) { orphanPolicies(limit: $limit, offset: $offset) {
            id sourceKind subjectKind subjectId roleId orphanReason tenantId createdAt } }",
        at: "/orphanPolicies",
        columns: &[
            column("source", "/sourceKind", Show::Badge),
            column("orphan-reason", "/orphanReason", Show::Text),
            column("subject", "/subjectKind", Show::Subject("/subjectId")),
            column("role", "/roleId", Show::Ref("roles")),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[],
        paging: Paging::Offset,
        wants: None,
        reads: &[Need::Platform("policy.manage"), Need::Platform("read"), Need::Platform("manage")],
        bulk: &[],
    },
    one: None,
    forms: &[],
    acts: &[
        act(
            "remove-assignment",
            "mutation($id: ID!) { deleteRoleAssignment(id: $id) }",
            &[Need::Tenant("policy.manage")],
        )
        .when("/sourceKind", &["role_assignment"])
        .danger(),
        act(
            "remove-policy",
            "mutation($id: ID!) { deleteDirectPolicy(id: $id) }",
            &[Need::Tenant("policy.manage")],
        )
        .when("/sourceKind", &["direct_policy"])
        .danger(),
    ],
};
