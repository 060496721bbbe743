//! Custom endpoints: routes of one's own over the API.

use super::model::*;

const MANAGES: &[Need] = &[Need::Platform("manage")];
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];
const MODES: &[&str] = &["caller_context", "service_context"];

const FIELDS: &[Field] = &[
    required("name", "input.name", Fill::Text, "/name"),
    required("key", "input.key", Fill::Text, "/key"),
    required("method", "input.method", Fill::One(METHODS), "/method"),
    required("path", "input.path", Fill::Text, "/path"),
    required("operation-kind", "input.operationKind", Fill::One(&["query", "mutation"]), "/operationKind"),
    required("graphql", "input.graphql", Fill::Long, "/graphql"),
    field("description", "input.description", Fill::Text, "/description"),
    field("request-schema", "input.requestSchema", Fill::Json, "/requestSchema"),
    field("variables-mapping", "input.variablesMapping", Fill::Json, "/variablesMapping"),
    field("response-mapping", "input.responseMapping", Fill::Json, "/responseMapping"),
    field("auth-mode", "input.authMode", Fill::Maybe(MODES), "/authMode"),
    field("service-entity", "input.serviceEntityId", Fill::Pick("entities"), "/serviceEntityId"),
    field("service-permissions", "input.servicePermissions", Fill::Json, "/servicePermissions"),
];

pub(super) static NOUN: Noun = Noun {
    name: "endpoints",
    icon: "endpoint",
    list: List {
        document: "query($limit: Int, $offset: Int, $tenantId: ID, $status: String) {
            apiEndpoints(limit: $limit, offset: $offset, tenantId: $tenantId, status: $status) {
              items { id name method path operationKind authMode status tenantId } total } }",
        at: "/apiEndpoints",
        columns: &[
            column("name", "/name", Show::Name),
            column("method", "/method", Show::Code),
            column("path", "/path", Show::Code),
            column("operation-kind", "/operationKind", Show::Badge),
            column("auth-mode", "/authMode", Show::Badge),
            column("status", "/status", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
        ],
        filters: &[
            filter("tenantId", Choose::Pick("tenants")),
            filter("status", Choose::One(&["draft", "active", "disabled"])),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: &[Need::Tenant("manage"), Need::Tenant("execute")],
        bulk: &[],
    },
    one: Some(One {
        document: "query($id: ID!) { apiEndpoint(id: $id) { id name key description method path operationKind authMode status
            graphql requestSchema variablesMapping responseMapping serviceEntityId
            servicePermissions { actions scopeMode objectKind objectType objectId tenantId conditions }
            tenantId createdAt updatedAt } }",
        at: "/apiEndpoint",
        name: "/name",
        facts: &[
            column("status", "/status", Show::Badge),
            column("method", "/method", Show::Code),
            column("path", "/path", Show::Code),
            column("key", "/key", Show::Code),
            column("description", "/description", Show::Text),
            column("operation-kind", "/operationKind", Show::Badge),
            column("auth-mode", "/authMode", Show::Badge),
            column("service-entity", "/serviceEntityId", Show::Ref("entities")),
            column("graphql", "/graphql", Show::Code),
            column("variables-mapping", "/variablesMapping", Show::Json),
            column("response-mapping", "/responseMapping", Show::Json),
            column("tenant", "/tenantId", Show::Ref("tenants")),
            column("updated", "/updatedAt", Show::Time),
        ],
        sections: &[section(
            "executions",
            "query($id: ID!) { apiEndpointExecutions(endpointId: $id, limit: 50) {
                items { id status callerEntityId error requestSummary responseSummary createdAt } } }",
            "/apiEndpointExecutions/items",
            &[
                column("status", "/status", Show::Badge),
                column("caller", "/callerEntityId", Show::Ref("entities")),
                column("error", "/error", Show::Text),
                column("request", "/requestSummary", Show::Json),
                column("response", "/responseSummary", Show::Json),
                column("when", "/createdAt", Show::Time),
            ],
        )],
        why: None,
        links: &[("call", &[Need::Platform("manage")])],
    }),
    forms: &[
        create(
            "mutation($input: CreateApiEndpointInput!) { createApiEndpoint(input: $input) { id } }",
            "/createApiEndpoint/id",
            &[
                required("name", "input.name", Fill::Text, ""),
                required("key", "input.key", Fill::Text, ""),
                required("method", "input.method", Fill::One(METHODS), ""),
                required("path", "input.path", Fill::Text, ""),
                required("operation-kind", "input.operationKind", Fill::One(&["query", "mutation"]), ""),
                required("graphql", "input.graphql", Fill::Long, ""),
                field("description", "input.description", Fill::Text, ""),
                field("request-schema", "input.requestSchema", Fill::Json, ""),
                field("variables-mapping", "input.variablesMapping", Fill::Json, ""),
                field("response-mapping", "input.responseMapping", Fill::Json, ""),
                field("auth-mode", "input.authMode", Fill::Maybe(MODES), ""),
                field("service-entity", "input.serviceEntityId", Fill::Pick("entities"), ""),
                field("service-permissions", "input.servicePermissions", Fill::Json, ""),
                field("tenantId", "input.tenantId", Fill::Pick("tenants"), ""),
            ],
            MANAGES,
        ),
        change(
            "edit",
            "mutation($id: ID!, $input: UpdateApiEndpointInput!) { updateApiEndpoint(id: $id, input: $input) { id } }",
            FIELDS,
            MANAGES,
        ),
    ],
    acts: &[
        act("enable", "mutation($id: ID!) { enableApiEndpoint(id: $id) { id } }", MANAGES)
            .when("/status", &["disabled", "draft"]),
        act("disable", "mutation($id: ID!) { disableApiEndpoint(id: $id) { id } }", MANAGES)
            .when("/status", &["active"])
            .danger(),
    ],
};
