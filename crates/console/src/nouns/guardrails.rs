//! Guardrails: which kinds of entity may be given an action, and which not.

use super::model::*;

const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];
const DECISIONS: &[&str] = &["deny", "require_override", "allow"];
const KINDS: &[&str] = &["human", "device", "service", "workload", "application"];

pub(super) static NOUN: Noun = Noun {
    name: "guardrails",
    icon: "rule",
    list: List {
        document: "query($limit: Int! = 50, $offset: Int! = 0, $tenantId: ID, $decision: ActionAssignmentRuleDecision,
              $entityKind: EntityKind, $actionName: String) {
            actionAssignmentRules(limit: $limit, offset: $offset, tenantId: $tenantId, decision: $decision,
              entityKind: $entityKind, actionName: $actionName) {
              items { id decision entityKind actionName objectKind objectType isAbsolute tenantId } total } }",
        at: "/actionAssignmentRules",
        columns: &[
            column("decision", "/decision", Show::Badge),
            column("kind", "/entityKind", Show::Badge),
            column("action", "/actionName", Show::Code),
            column("object-kind", "/objectKind", Show::Text),
            column("object-type", "/objectType", Show::Text),
            column("absolute", "/isAbsolute", Show::YesNo),
            column("tenant", "/tenantId", Show::Ref("tenants")),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("decision", Choose::One(DECISIONS)),
            filter("entityKind", Choose::One(KINDS)),
            filter("actionName", Choose::Text),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: READS_ACCESS,
        bulk: &["delete"],
    },
    one: None,
    forms: &[create(
        "mutation($input: CreateActionAssignmentRuleInput!) { createActionAssignmentRule(input: $input) { id } }",
        "/createActionAssignmentRule/id",
        &[
            required("decision", "input.decision", Fill::One(DECISIONS), ""),
            required("kind", "input.entityKind", Fill::One(KINDS), ""),
            required("action-name", "input.actionName", Fill::Text, ""),
            required("object-kind", "input.objectKind", Fill::Text, ""),
            field("object-type", "input.objectType", Fill::Text, ""),
            field("absolute", "input.isAbsolute", Fill::YesNo, ""),
            field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
        ],
        GRANTS,
    )],
    acts: &[act("delete", "mutation($id: ID!) { deleteActionAssignmentRule(id: $id) }", GRANTS).danger()],
};
