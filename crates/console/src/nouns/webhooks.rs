//! Webhooks: who is told of what happens.

use super::model::*;

const MANAGES: &[Need] = &[Need::Tenant("manage")];
const FIELDS: &[Field] = &[
    required("name", "input.name", Fill::Text, "/name"),
    required("url", "input.url", Fill::Text, "/url"),
    field("events", "input.events", Fill::Tags, "/events"),
];

pub(super) static NOUN: Noun = Noun {
    name: "webhooks",
    icon: "webhook",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID) { webhooks(limit: $limit, offset: $offset, tenantId: $tenantId) {
            items { id name url status failingSince lastSuccessAt tenantId } total } }",
        at: "/webhooks",
        columns: &[
            column("name", "/name", Show::Name),
            column("url", "/url", Show::Code),
            column("status", "/status", Show::Badge),
            column("failing", "/failingSince", Show::Time),
            column("last-success", "/lastSuccessAt", Show::Time),
            column("tenant", "/tenantId", Show::Ref("tenants")),
        ],
        filters: &[filter("tenantId", Choose::Pick("tenants"))],
        paging: Paging::Offset,
        wants: None,
        reads: &[Need::Tenant("manage")],
        bulk: &[],
    },
    one: Some(One {
        document: "query($id: ID!) { webhook(id: $id) { id name url status events attempts failingSince lastError lastSuccessAt
            nextAttemptAt oldSecretUntil toldRevision tenantId createdAt updatedAt } }",
        at: "/webhook",
        name: "/name",
        facts: &[
            column("status", "/status", Show::Badge),
            column("url", "/url", Show::Code),
            column("events", "/events", Show::Tags),
            column("failing", "/failingSince", Show::Time),
            column("last-error", "/lastError", Show::Text),
            column("last-success", "/lastSuccessAt", Show::Time),
            column("next-attempt", "/nextAttemptAt", Show::Time),
            column("old-secret", "/oldSecretUntil", Show::Time),
            column("told-revision", "/toldRevision", Show::Text),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("created", "/createdAt", Show::Time),
        ],
        sections: &[section(
            "deliveries",
            "query($id: ID!) { webhookDeliveries(webhookId: $id, limit: 50) {
                items { id event revision status attempt responseStatus error durationMillis attemptedAt } } }",
            "/webhookDeliveries/items",
            &[
                column("event", "/event", Show::Code),
                column("revision", "/revision", Show::Text),
                column("status", "/status", Show::Badge),
                column("attempt", "/attempt", Show::Text),
                column("response", "/responseStatus", Show::Text),
                column("error", "/error", Show::Text),
                column("duration", "/durationMillis", Show::Text),
                column("when", "/attemptedAt", Show::Time),
            ],
        )
        .acts(&[act("retry", "mutation($id: ID!) { retryWebhookDelivery(id: $id) { id } }", MANAGES)
            .with(&[("id", From::Row("/id"))])
            .when("/status", &["dead"])])],
        why: None,
        links: &[],
    }),
    forms: &[
        create(
            "mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { id secret } }",
            "/createWebhook/id",
            &[
                required("name", "input.name", Fill::Text, ""),
                required("url", "input.url", Fill::Text, ""),
                field("events", "input.events", Fill::Tags, ""),
                field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
            ],
            MANAGES,
        )
        .yields("/createWebhook/secret"),
        change(
            "edit",
            "mutation($id: ID!, $input: UpdateWebhookInput!) { updateWebhook(id: $id, input: $input) { id } }",
            FIELDS,
            MANAGES,
        ),
        change(
            "rotate",
            "mutation($id: ID!, $overlap: Int) { rotateWebhookSecret(id: $id, overlapSecs: $overlap) { secret } }",
            &[field("overlap", "overlap", Fill::Number, "")],
            MANAGES,
        )
        .yields("/rotateWebhookSecret/secret"),
        change(
            "replay",
            "mutation($id: ID!, $revision: Int!) { replayWebhook(id: $id, fromRevision: $revision) { id } }",
            &[required("from-revision", "revision", Fill::Number, "")],
            MANAGES,
        ),
    ],
    acts: &[
        act("pause", "mutation($id: ID!) { pauseWebhook(id: $id) { id } }", MANAGES).when("/status", &["active"]),
        act("resume", "mutation($id: ID!) { resumeWebhook(id: $id) { id } }", MANAGES)
            .when("/status", &["paused", "disabled"]),
        act("delete", "mutation($id: ID!) { deleteWebhook(id: $id) }", MANAGES).danger().leaves(),
    ],
};
