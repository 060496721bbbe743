//! Actions: the verbs of permission blocks.

use super::model::*;

const CHANGES: &[Need] = &[Need::Platform("policy.manage")];

pub(super) static NOUN: Noun = Noun {
    name: "actions",
    icon: "action",
    list: List {
        document: "query($limit: Int! = 50, $offset: Int! = 0, $tenantId: ID, $objectKind: String, $objectType: String) {
            actions(limit: $limit, offset: $offset, tenantId: $tenantId, objectKind: $objectKind, objectType: $objectType) {
              items { id name description applicability { objectKind objectType } createdAt } total } }",
        at: "/actions",
        columns: &[
            column("name", "/name", Show::Name),
            column("description", "/description", Show::Text),
            column("applicability", "/applicability", Show::Tags),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("objectKind", Choose::Text),
            filter("objectType", Choose::Text),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: Some(One {
        document: "query($id: ID!, $tenantId: ID) { action(id: $id, tenantId: $tenantId) { id name description applicability { objectKind objectType } createdAt updatedAt } }",
        at: "/action",
        name: "/name",
        facts: &[
            column("description", "/description", Show::Text),
            column("applicability", "/applicability", Show::Tags),
            column("created", "/createdAt", Show::Time),
            column("updated", "/updatedAt", Show::Time),
        ],
        sections: &[section(
            "applicability",
            "query($id: ID!, $tenantId: ID) { action(id: $id, tenantId: $tenantId) { applicability { objectKind objectType } } }",
            "/action/applicability",
            &[column("object-kind", "/objectKind", Show::Badge), column("object-type", "/objectType", Show::Code)],
        )
        .acts(&[act(
            "unapply",
            "mutation($id: ID!, $objectKind: String!, $objectType: String) {
               removeActionApplicability(input: { actionId: $id, objectKind: $objectKind, objectType: $objectType }) }",
            CHANGES,
        )
        .with(&[("id", From::Id), ("objectKind", From::Row("/objectKind")), ("objectType", From::Row("/objectType"))])
        .danger()])
        .forms(&["apply"])],
        why: None,
        links: &[],
    }),
    forms: &[
        create(
            "mutation($input: CreateActionInput!) { createAction(input: $input) { id } }",
            "/createAction/id",
            &[
                required("name", "input.name", Fill::Text, ""),
                field("description", "input.description", Fill::Text, ""),
            ],
            CHANGES,
        ),
        change(
            "edit",
            "mutation($id: ID!, $input: UpdateActionInput!) { updateAction(id: $id, input: $input) { id } }",
            &[
                required("name", "input.name", Fill::Text, "/name"),
                field("description", "input.description", Fill::Text, "/description"),
            ],
            CHANGES,
        ),
        change(
            "apply",
            "mutation($id: ID!, $objectKind: String!, $objectType: String) {
               addActionApplicability(input: { actionId: $id, objectKind: $objectKind, objectType: $objectType }) { id } }",
            &[
                required("object-kind", "objectKind", Fill::Text, ""),
                field("object-type", "objectType", Fill::Text, ""),
            ],
            CHANGES,
        ),
    ],
    acts: &[act("delete", "mutation($id: ID!) { deleteAction(id: $id) }", CHANGES).danger().leaves()],
};
