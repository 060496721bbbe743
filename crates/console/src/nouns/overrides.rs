//! Overrides: what somebody asks to be let past a guardrail for, and somebody else decides.

use super::model::*;

const DECIDES: &[Need] = &[Need::Tenant("policy.manage")];
const ASKS: &[Need] = &[Need::Tenant("policy.manage"), Need::Tenant("role.manage"), Need::Tenant("manage")];
const ANSWER: Field = field("answer", "answer", Fill::Text, "");
const PENDING: &[&str] = &["pending"];

pub(super) static NOUN: Noun = Noun {
    name: "overrides",
    icon: "key",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID, $status: AccessRequestStatus, $requestedBy: ID) {
            guardrailOverrides(limit: $limit, offset: $offset, tenantId: $tenantId, status: $status, requestedBy: $requestedBy) {
              items { id for status reason requestedBy recipientId validUntil usedAt createdAt } total } }",
        at: "/guardrailOverrides",
        columns: &[
            column("reason", "/reason", Show::Text),
            column("status", "/status", Show::Badge),
            column("for", "/for", Show::Badge),
            column("requested-by", "/requestedBy", Show::Ref("entities")),
            column("valid-until", "/validUntil", Show::Time),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("status", Choose::One(&["pending", "approved", "denied", "withdrawn"])),
            filter("requestedBy", Choose::Pick("entities")),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: None,
    forms: &[
        create(
        "mutation($input: RequestGuardrailOverrideInput!) { requestGuardrailOverride(input: $input) { id } }",
        "/requestGuardrailOverride/id",
        &[
            required("rule", "input.ruleId", Fill::Text, ""),
            required("for", "input.for", Fill::One(&["entity", "group", "role", "removal"]), ""),
            field("recipient", "input.recipientId", Fill::Pick("entities"), ""),
            required("reason", "input.reason", Fill::Text, ""),
            field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
        ],
            ASKS,
        ),
        change(
            "approve",
            "mutation($id: ID!, $answer: String, $lastsSecs: Int) {
               approveGuardrailOverride(id: $id, answer: $answer, lastsSecs: $lastsSecs) { id } }",
            &[ANSWER, field("lasts", "lastsSecs", Fill::Number, "")],
            DECIDES,
        )
        .when("/status", PENDING),
        change(
            "deny",
            "mutation($id: ID!, $answer: String) { denyGuardrailOverride(id: $id, answer: $answer) { id } }",
            &[ANSWER],
            DECIDES,
        )
        .when("/status", PENDING),
    ],
    acts: &[act("withdraw", "mutation($id: ID!) { withdrawGuardrailOverride(id: $id) { id } }", ASKS)
        .when("/status", PENDING)],
};
