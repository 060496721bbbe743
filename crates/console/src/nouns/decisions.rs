//! Decisions that were recorded.

use super::model::*;

pub(super) static NOUN: Noun = Noun {
    name: "decisions",
    icon: "clock",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID, $subjectId: ID, $action: String, $allowed: Boolean) {
            decisionLog(limit: $limit, offset: $offset, tenantId: $tenantId, subjectId: $subjectId, action: $action,
              allowed: $allowed) { items { id subjectId action objectKind objectId allowed reason door at } total } }",
        at: "/decisionLog",
        columns: &[
            column("subject", "/subjectId", Show::Ref("entities")),
            column("allowed", "/allowed", Show::YesNo),
            column("action", "/action", Show::Code),
            column("object", "/objectKind", Show::Object("/objectId")),
            column("reason", "/reason", Show::Text),
            column("door", "/door", Show::Badge),
            column("when", "/at", Show::Time),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("subjectId", Choose::Pick("entities")),
            filter("action", Choose::Text),
            filter("allowed", Choose::One(&["true", "false"])),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: None,
    forms: &[],
    acts: &[],
};
