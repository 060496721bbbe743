//! Applicability: which actions make sense on what.

use super::model::*;

pub(super) static NOUN: Noun = Noun {
    name: "applicability",
    icon: "apply",
    list: List {
        document: "query($limit: Int! = 50, $offset: Int! = 0, $tenantId: ID, $actionName: String, $objectKind: String,
              $objectType: String) {
            actionApplicability(limit: $limit, offset: $offset, tenantId: $tenantId, actionName: $actionName, objectKind: $objectKind,
              objectType: $objectType) { items { id: actionId actionName objectKind objectType description } total } }",
        at: "/actionApplicability",
        columns: &[
            column("action", "/id", Show::Ref("actions")),
            column("object-kind", "/objectKind", Show::Badge),
            column("object-type", "/objectType", Show::Code),
            column("description", "/description", Show::Text),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("actionName", Choose::Text),
            filter("objectKind", Choose::Text),
            filter("objectType", Choose::Text),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: None,
    forms: &[create(
        "mutation($input: AddActionApplicabilityInput!) { addActionApplicability(input: $input) { id } }",
        "/addActionApplicability/id",
        &[
            required("action", "input.actionId", Fill::Pick("actions"), ""),
            required("object-kind", "input.objectKind", Fill::Text, ""),
            field("object-type", "input.objectType", Fill::Text, ""),
        ],
        &[Need::Platform("policy.manage")],
    )],
    acts: &[],
};
