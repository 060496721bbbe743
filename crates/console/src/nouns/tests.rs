//! Policy tests: what a subject must, or must not, be allowed whatever changes.

use super::model::*;

const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];

/// What comes of all tests of a tenant now, or as if a draft counted.
pub(super) static RUNS: Noun = Noun {
    name: "test-runs",
    icon: "test",
    list: List {
        document:
            "query($tenantId: ID!, $draftId: ID) { runPolicyTests(tenantId: $tenantId, draftId: $draftId) {
            results { passed reason test { name subjectId action objectKind objectId may } } } }",
        at: "/runPolicyTests/results",
        columns: &[
            column("name", "/test/name", Show::Text),
            column("passed", "/passed", Show::YesNo),
            column("subject", "/test/subjectId", Show::Ref("entities")),
            column("may", "/test/may", Show::YesNo),
            column("action", "/test/action", Show::Code),
            column("object", "/test/objectKind", Show::Object("/test/objectId")),
            column("why", "/reason", Show::Text),
        ],
        filters: &[filter("tenantId", Choose::Pick("tenants")), filter("draftId", Choose::Text)],
        paging: Paging::Whole,
        wants: Some("tenantId"),
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: None,
    forms: &[],
    acts: &[],
};

pub(super) static NOUN: Noun = Noun {
    name: "tests",
    icon: "test",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID!) {
            policyTests(limit: $limit, offset: $offset, tenantId: $tenantId) {
              items { id name subjectId action objectKind objectId may createdAt } total gated } }",
        at: "/policyTests",
        columns: &[
            column("name", "/name", Show::Text),
            column("subject", "/subjectId", Show::Ref("entities")),
            column("may", "/may", Show::YesNo),
            column("action", "/action", Show::Code),
            column("object", "/objectKind", Show::Object("/objectId")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[filter("tenantId", Choose::Pick("tenants"))],
        paging: Paging::Offset,
        wants: Some("tenantId"),
        reads: READS_ACCESS,
        bulk: &["delete"],
    },
    one: None,
    forms: &[
        create(
            "mutation($input: CreatePolicyTestInput!) { createPolicyTest(input: $input) { id } }",
            "/createPolicyTest/id",
            &[
                required("name", "input.name", Fill::Text, ""),
                required("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
                required("subject-id", "input.subjectId", Fill::Pick("entities"), ""),
                field("may", "input.may", Fill::YesNo, ""),
                required("action-name", "input.action", Fill::Text, ""),
                required(
                    "object-kind",
                    "input.objectKind",
                    Fill::One(&["resource", "entity", "group", "tenant"]),
                    "",
                ),
                required("object", "input.objectId", Fill::Pick("resources"), ""),
                field("context", "input.context", Fill::Json, ""),
            ],
            GRANTS,
        ),
        Form {
            name: "gate",
            document: "mutation($tenantId: ID!, $on: Boolean!) { gatePolicyTests(tenantId: $tenantId, on: $on) }",
            variables: &[],
            fields: &[
                required("tenantId", "tenantId", Fill::Pick("tenants"), ""),
                field("gated", "on", Fill::YesNo, ""),
            ],
            of_one: false,
            needs: GRANTS,
            made: None,
            secret: None,
            when: None,
        },
    ],
    acts: &[act("delete", "mutation($id: ID!) { deletePolicyTest(id: $id) }", GRANTS).danger()],
};
