//! Jobs: work that waits to be done, and what was given up.

use super::model::*;

const ADMINISTERS: &[Need] = &[Need::Platform("manage")];
const DEAD: &[&str] = &["dead"];

pub(super) static NOUN: Noun = Noun {
    name: "jobs",
    icon: "clock",
    list: List {
        document: "query($limit: Int, $offset: Int, $state: JobState, $kind: String) {
            jobs(limit: $limit, offset: $offset, state: $state, kind: $kind) {
              items { id kind state attempts maxAttempts dueAt lastError createdAt endedAt } total } }",
        at: "/jobs",
        columns: &[
            column("kind", "/kind", Show::Code),
            column("state", "/state", Show::Badge),
            column("attempts", "/attempts", Show::Text),
            column("due", "/dueAt", Show::Time),
            column("error", "/lastError", Show::Text),
            column("created", "/createdAt", Show::Time),
            column("given-up", "/endedAt", Show::Time),
        ],
        filters: &[
            filter("state", Choose::One(&["waiting", "leased", "dead"])),
            filter("kind", Choose::Text),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: ADMINISTERS,
        bulk: &["retry", "discard"],
    },
    one: None,
    forms: &[],
    acts: &[
        act("retry", "mutation($id: ID!) { retryJob(id: $id) }", ADMINISTERS).when("/state", DEAD),
        act("discard", "mutation($id: ID!) { discardJob(id: $id) }", ADMINISTERS)
            .when("/state", DEAD)
            .danger(),
    ],
};
