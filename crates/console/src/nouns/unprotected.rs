//! Resources that nobody is granted anything on.

use super::model::*;

pub(super) static NOUN: Noun = Noun {
    name: "unprotected",
    icon: "warn",
    list: List {
        document: "query($limit: Int, $after: String, $kind: String, $tenantId: ID) {
            unprotectedResources(limit: $limit, after: $after, kind: $kind, tenantId: $tenantId) {
              items { id name kind tenantId createdAt } total nextCursor } }",
        at: "/unprotectedResources",
        columns: &[
            column("resource", "/id", Show::Ref("resources")),
            column("kind", "/kind", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[filter("kind", Choose::Text), filter("tenantId", Choose::Pick("tenants"))],
        paging: Paging::Cursor,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: None,
    forms: &[],
    acts: &[],
};
