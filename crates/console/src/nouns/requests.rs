//! Access requests: roles that people ask for, for a while.

use super::model::*;

const DECIDES: &[Need] = &[Need::Tenant("policy.manage")];
const PENDING: &[&str] = &["pending"];
const ANSWER: Field = field("answer", "answer", Fill::Text, "");

pub(super) static NOUN: Noun = Noun {
    name: "requests",
    icon: "request",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID, $status: AccessRequestStatus, $requesterId: ID) {
            accessRequests(limit: $limit, offset: $offset, tenantId: $tenantId, status: $status, requesterId: $requesterId) {
              items { id requesterId roleId reason lastsSecs status answer decidedBy expiresAt createdAt } total } }",
        at: "/accessRequests",
        columns: &[
            column("requested-by", "/requesterId", Show::Ref("entities")),
            column("role", "/roleId", Show::Ref("roles")),
            column("reason", "/reason", Show::Text),
            column("status", "/status", Show::Badge),
            column("answer", "/answer", Show::Text),
            column("expires", "/expiresAt", Show::Time),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("status", Choose::One(&["pending", "approved", "denied", "withdrawn"])),
            filter("requesterId", Choose::Pick("entities")),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: READS_ACCESS,
        bulk: &[],
    },
    one: None,
    forms: &[
        create(
            "mutation($input: RequestAccessInput!) { requestAccess(input: $input) { id } }",
            "/requestAccess/id",
            &[
                required("role", "input.roleId", Fill::Pick("roles"), ""),
                required("reason", "input.reason", Fill::Text, ""),
                field("lasts", "input.lastsSecs", Fill::Number, ""),
            ],
            &[Need::Own],
        ),
        change(
            "approve",
            "mutation($id: ID!, $answer: String, $expiresAt: String) {
               approveAccessRequest(id: $id, answer: $answer, expiresAt: $expiresAt) { id } }",
            &[ANSWER, field("expires", "expiresAt", Fill::Time, "")],
            DECIDES,
        )
        .when("/status", PENDING),
        change(
            "deny",
            "mutation($id: ID!, $answer: String) { denyAccessRequest(id: $id, answer: $answer) { id } }",
            &[ANSWER],
            DECIDES,
        )
        .when("/status", PENDING),
    ],
    acts: &[act("withdraw", "mutation($id: ID!) { withdrawAccessRequest(id: $id) { id } }", &[Need::Own])
        .when("/status", PENDING)],
};
