//! Credentials that end soon.

use super::model::*;

pub(super) static NOUN: Noun = Noun {
    name: "expiring",
    icon: "clock",
    list: List {
        document: "query($limit: Int, $offset: Int, $kind: CredentialKind, $entityId: ID) {
            expiringCredentials(limit: $limit, offset: $offset, kind: $kind, entityId: $entityId, days: 30) {
              id entityId kind identifier status expiresAt } }",
        at: "/expiringCredentials",
        columns: &[
            column("entity", "/entityId", Show::Ref("entities")),
            column("kind", "/kind", Show::Badge),
            column("identifier", "/identifier", Show::Code),
            column("expires", "/expiresAt", Show::Time),
        ],
        filters: &[
            filter("kind", Choose::One(&["access_token", "shared_key", "certificate"])),
            filter("entityId", Choose::Pick("entities")),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: &[Need::Platform("read"), Need::Platform("manage")],
        bulk: &[],
    },
    one: None,
    forms: &[],
    acts: &[],
};
