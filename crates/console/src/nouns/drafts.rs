//! Drafts: changes of access that are tried beside what is in force.

use super::model::*;

const GRANTS: &[Need] = &[Need::Tenant("policy.manage")];
const FIELDS: &[Field] = &[
    required("name", "input.name", Fill::Text, "/name"),
    field("description", "input.description", Fill::Text, "/description"),
    field("add", "input.add", Fill::Json, "/add"),
    field("leave-out", "input.leaveOut", Fill::Json, "/leaveOut"),
];

pub(super) static NOUN: Noun = Noun {
    name: "drafts",
    icon: "draft",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID, $shadow: Boolean) {
            drafts(limit: $limit, offset: $offset, tenantId: $tenantId, shadow: $shadow) {
              items { id name description shadow version tenantId appliedAt updatedAt } total } }",
        at: "/drafts",
        columns: &[
            column("name", "/name", Show::Name),
            column("description", "/description", Show::Text),
            column("shadow", "/shadow", Show::YesNo),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("applied", "/appliedAt", Show::Time),
            column("updated", "/updatedAt", Show::Time),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("shadow", Choose::One(&["true", "false"])),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: Some(One {
        document: "query($id: ID!) { draft(id: $id) { id name description shadow version tenantId entries add leaveOut appliedAt createdAt updatedAt } }",
        at: "/draft",
        name: "/name",
        facts: &[
            column("description", "/description", Show::Text),
            column("shadow", "/shadow", Show::YesNo),
            column("version", "/version", Show::Text),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("entries", "/entries", Show::Json),
            column("applied", "/appliedAt", Show::Time),
            column("updated", "/updatedAt", Show::Time),
        ],
        sections: &[
            section(
                "draft-gained",
                "query($id: ID!) { draftImpact(id: $id) { gained { subjectId action objectKind objectId } } }",
                "/draftImpact/gained",
                &[
                    column("subject", "/subjectId", Show::Ref("entities")),
                    column("action", "/action", Show::Code),
                    column("object", "/objectKind", Show::Object("/objectId")),
                ],
            ),
            section(
                "draft-lost",
                "query($id: ID!) { draftImpact(id: $id) { lost { subjectId action objectKind objectId } } }",
                "/draftImpact/lost",
                &[
                    column("subject", "/subjectId", Show::Ref("entities")),
                    column("action", "/action", Show::Code),
                    column("object", "/objectKind", Show::Object("/objectId")),
                ],
            ),
            section(
                "draft-report",
                "query($id: ID!) { draftReport(id: $id, limit: 50) {
                    items { subjectId action objectKind objectId live draft count lastSeen why } } }",
                "/draftReport/items",
                &[
                    column("subject", "/subjectId", Show::Ref("entities")),
                    column("action", "/action", Show::Code),
                    column("object", "/objectKind", Show::Object("/objectId")),
                    column("live", "/live", Show::YesNo),
                    column("draft", "/draft", Show::YesNo),
                    column("count", "/count", Show::Text),
                    column("why", "/why", Show::Text),
                    column("when", "/lastSeen", Show::Time),
                ],
            ),
        ],
        why: None,
        links: &[],
    }),
    forms: &[
        create(
            "mutation($input: DraftInput!, $tenantId: ID) { createDraft(input: $input, tenantId: $tenantId) { id } }",
            "/createDraft/id",
            &[
                required("name", "input.name", Fill::Text, ""),
                field("description", "input.description", Fill::Text, ""),
                field("tenantId", "tenantId", Fill::Pick("tenants"), ""),
                field("add", "input.add", Fill::Json, ""),
                field("leave-out", "input.leaveOut", Fill::Json, ""),
            ],
            GRANTS,
        ),
        Form {
            // What is left out of a draft's input is taken away, so what stays is sent too.
            variables: &[
                ("id", From::Id),
                ("input.name", From::Row("/name")),
                ("input.description", From::Row("/description")),
                ("input.add", From::Row("/add")),
                ("input.leaveOut", From::Row("/leaveOut")),
            ],
            ..change(
                "edit",
                "mutation($id: ID!, $input: DraftInput!) { updateDraft(id: $id, input: $input) { id } }",
                FIELDS,
                GRANTS,
            )
        }
        .when("/appliedAt", &["none"]),
    ],
    acts: &[
        act("shadow", "mutation($id: ID!, $on: Boolean!) { shadowDraft(id: $id, on: $on) { id } }", GRANTS)
            .with(&[("id", From::Id), ("on", From::True)])
            .when("/shadow", &["false"]),
        act("unshadow", "mutation($id: ID!, $on: Boolean!) { shadowDraft(id: $id, on: $on) { id } }", GRANTS)
            .with(&[("id", From::Id), ("on", From::False)])
            .when("/shadow", &["true"]),
        act("apply", "mutation($id: ID!) { applyDraft(id: $id) { id } }", GRANTS)
            .when("/appliedAt", &["none"])
            .danger(),
        act("delete", "mutation($id: ID!) { deleteDraft(id: $id) }", GRANTS).danger().leaves(),
    ],
};
