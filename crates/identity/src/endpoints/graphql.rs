//! The GraphQL door of custom endpoints.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result};
use serde_json::Value;

use super::model::{CALLER, Definition};
use super::permission::ServicePermission;
use super::{EndpointFilter, EndpointPatch, create, disable, enable, executions, find, list, model, update};

/// The most that an endpoint may do as its service: actions, and where.
#[derive(SimpleObject)]
pub struct ApiEndpointServicePermission {
    actions: Vec<String>,
    /// `platform`, `tenant`, `object_kind`, `object_type` or `object`.
    scope_mode: String,
    tenant_id: Option<ID>,
    object_kind: Option<String>,
    object_type: Option<String>,
    object_id: Option<ID>,
    conditions: Json<Value>,
}

/// The same, to be set: in the form of an access token's permissions.
#[derive(InputObject)]
pub struct ApiEndpointServicePermissionInput {
    /// Names of actions, at least one.
    actions: Vec<String>,
    /// `platform`, `tenant`, `object_kind`, `object_type` or `object`.
    scope_mode: String,
    /// The tenant; of `object_kind` and `object_type`, the only one.
    tenant_id: Option<ID>,
    object_kind: Option<String>,
    /// `kind:type`.
    object_type: Option<String>,
    object_id: Option<ID>,
    /// `{}` when left out.
    conditions: Option<Json<Value>>,
}

impl ApiEndpointServicePermissionInput {
    fn read(inputs: Vec<ApiEndpointServicePermissionInput>) -> Result<Vec<ServicePermission>> {
        inputs
            .into_iter()
            .map(|input| {
                Ok(ServicePermission {
                    actions: input.actions,
                    scope_mode: input.scope_mode,
                    tenant_id: door::optional_id("tenantId", input.tenant_id.as_ref())?,
                    object_kind: input.object_kind,
                    object_type: input.object_type,
                    object_id: door::optional_id("objectId", input.object_id.as_ref())?,
                    conditions: door::object("conditions", input.conditions)?,
                })
            })
            .collect()
    }
}

impl From<ServicePermission> for ApiEndpointServicePermission {
    fn from(permission: ServicePermission) -> Self {
        ApiEndpointServicePermission {
            actions: permission.actions,
            scope_mode: permission.scope_mode,
            tenant_id: permission.tenant_id.map(door::show),
            object_kind: permission.object_kind,
            object_type: permission.object_type,
            object_id: permission.object_id.map(door::show),
            conditions: Json(permission.conditions),
        }
    }
}

/// A custom endpoint: an HTTP route and the GraphQL operation that it carries out.
#[derive(SimpleObject)]
#[graphql(name = "ApiEndpoint")]
pub struct EndpointView {
    id: ID,
    tenant_id: Option<ID>,
    key: String,
    name: String,
    description: Option<String>,
    method: String,
    path: String,
    /// `query` or `mutation`.
    operation_kind: String,
    graphql: String,
    /// `caller_context` or `service_context`.
    auth_mode: String,
    service_entity_id: Option<ID>,
    /// The most that it may do as its service; nothing means nothing.
    service_permissions: Vec<ApiEndpointServicePermission>,
    variables_mapping: Json<Value>,
    request_schema: Json<Value>,
    response_mapping: Json<Value>,
    /// `draft`, `active` or `disabled`.
    status: String,
    created_by: Option<ID>,
    updated_by: Option<ID>,
    created_at: String,
    updated_at: Option<String>,
}

impl From<model::Endpoint> for EndpointView {
    fn from(endpoint: model::Endpoint) -> EndpointView {
        let definition = endpoint.definition;
        EndpointView {
            id: door::show(endpoint.id),
            tenant_id: definition.tenant.map(door::show),
            key: definition.key,
            name: definition.name,
            description: definition.description,
            method: definition.method,
            path: definition.path,
            operation_kind: definition.operation_kind,
            graphql: definition.graphql,
            auth_mode: definition.auth_mode,
            service_entity_id: definition.service_entity.map(door::show),
            service_permissions: definition.service_permissions.into_iter().map(Into::into).collect(),
            variables_mapping: Json(definition.variables_mapping),
            request_schema: Json(definition.request_schema),
            response_mapping: Json(definition.response_mapping),
            status: definition.status,
            created_by: endpoint.created_by.map(door::show),
            updated_by: endpoint.updated_by.map(door::show),
            created_at: endpoint.created_at.rfc3339(),
            updated_at: endpoint.updated_at.map(Moment::rfc3339),
        }
    }
}

/// A page of custom endpoints.
#[derive(SimpleObject)]
pub struct ApiEndpointList {
    items: Vec<EndpointView>,
    total: i64,
}

/// One call of a custom endpoint, without secrets.
#[derive(SimpleObject)]
#[graphql(name = "ApiEndpointExecution")]
pub struct ExecutionView {
    id: ID,
    endpoint_id: Option<ID>,
    caller_entity_id: Option<ID>,
    /// `success`, `error` or `denied`.
    status: String,
    request_summary: Json<Value>,
    response_summary: Json<Value>,
    /// What went wrong, more than the caller was told.
    error: Option<String>,
    created_at: String,
}

impl From<executions::Execution> for ExecutionView {
    fn from(execution: executions::Execution) -> ExecutionView {
        ExecutionView {
            id: door::show(execution.id),
            endpoint_id: execution.endpoint.map(door::show),
            caller_entity_id: execution.caller.map(door::show),
            status: execution.status,
            request_summary: Json(execution.request),
            response_summary: Json(execution.response),
            error: execution.error,
            created_at: execution.created_at.rfc3339(),
        }
    }
}

/// A page of calls.
#[derive(SimpleObject)]
pub struct ApiEndpointExecutionList {
    items: Vec<ExecutionView>,
    total: i64,
}

/// A new custom endpoint.
#[derive(InputObject)]
pub struct CreateApiEndpointInput {
    /// Whose it is; the platform's when left out.
    tenant_id: Option<ID>,
    /// Unique in its tenant.
    key: String,
    name: String,
    description: Option<String>,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    method: String,
    /// Begins with `/api/custom/`.
    path: String,
    /// `query` or `mutation`.
    operation_kind: String,
    graphql: String,
    /// `caller_context` (when left out) or `service_context`.
    auth_mode: Option<String>,
    service_entity_id: Option<ID>,
    /// The most that it may do as its service; nothing when left out.
    service_permissions: Option<Vec<ApiEndpointServicePermissionInput>>,
    variables_mapping: Option<Json<Value>>,
    request_schema: Option<Json<Value>>,
    response_mapping: Option<Json<Value>>,
    /// `draft` (when left out), `active` or `disabled`.
    status: Option<String>,
}

/// What to change about a custom endpoint: fields left out or null stay; a blank takes the description away.
#[derive(InputObject)]
pub struct UpdateApiEndpointInput {
    key: Option<String>,
    name: Option<String>,
    description: Option<String>,
    method: Option<String>,
    path: Option<String>,
    operation_kind: Option<String>,
    graphql: Option<String>,
    auth_mode: Option<String>,
    service_entity_id: Option<ID>,
    /// All of them.
    service_permissions: Option<Vec<ApiEndpointServicePermissionInput>>,
    variables_mapping: Option<Json<Value>>,
    request_schema: Option<Json<Value>>,
    response_mapping: Option<Json<Value>>,
    status: Option<String>,
}

/// Queries about custom endpoints.
#[derive(Default)]
pub struct EndpointQuery;

#[Object]
impl EndpointQuery {
    /// The custom endpoints, for administrators of the platform.
    async fn api_endpoints(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        status: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<ApiEndpointList> {
        let filter = EndpointFilter { tenant: door::optional_id("tenantId", tenant_id.as_ref())?, status };
        let page = list(door::ctx(door)?, &filter, door::page(PageBounds::ORDINARY, limit, offset)).await?;
        let total = door::total(page.total);
        Ok(ApiEndpointList { total, items: page.items.into_iter().map(Into::into).collect() })
    }

    /// One custom endpoint, for administrators of the platform.
    async fn api_endpoint(&self, door: &Context<'_>, id: ID) -> Result<EndpointView> {
        Ok(find(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// What was done through a custom endpoint lately, newest first, for administrators of the platform.
    async fn api_endpoint_executions(
        &self,
        door: &Context<'_>,
        endpoint_id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<ApiEndpointExecutionList> {
        let (endpoint, page) =
            (door::id("endpointId", &endpoint_id)?, door::page(PageBounds::ORDINARY, limit, offset));
        let page = executions::list(door::ctx(door)?, endpoint, page).await?;
        let total = door::total(page.total);
        Ok(ApiEndpointExecutionList { total, items: page.items.into_iter().map(Into::into).collect() })
    }
}

/// Changes of custom endpoints.
#[derive(Default)]
pub struct EndpointMutation;

#[Object]
impl EndpointMutation {
    /// Makes a custom endpoint, for administrators of the platform.
    async fn create_api_endpoint(
        &self,
        door: &Context<'_>,
        input: CreateApiEndpointInput,
    ) -> Result<EndpointView> {
        let json = |value| door::json(value).unwrap_or_default();
        let definition = Definition {
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            key: input.key,
            name: input.name,
            description: input.description,
            method: input.method,
            path: input.path,
            operation_kind: input.operation_kind,
            graphql: input.graphql,
            auth_mode: input.auth_mode.unwrap_or_else(|| CALLER.to_owned()),
            service_entity: door::optional_id("serviceEntityId", input.service_entity_id.as_ref())?,
            service_permissions: ApiEndpointServicePermissionInput::read(
                input.service_permissions.unwrap_or_default(),
            )?,
            variables_mapping: json(input.variables_mapping),
            request_schema: json(input.request_schema),
            response_mapping: json(input.response_mapping),
            status: input.status.unwrap_or_else(|| "draft".to_owned()),
        };
        Ok(create(door::ctx(door)?, definition).await?.into())
    }

    /// Changes a custom endpoint, for administrators of the platform.
    async fn update_api_endpoint(
        &self,
        door: &Context<'_>,
        id: ID,
        input: UpdateApiEndpointInput,
    ) -> Result<EndpointView> {
        let json = |value| door::json(value).filter(|value| !value.is_null());
        let patch = EndpointPatch {
            key: input.key,
            name: input.name,
            description: input.description,
            method: input.method,
            path: input.path,
            operation_kind: input.operation_kind,
            graphql: input.graphql,
            auth_mode: input.auth_mode,
            service_entity: door::optional_id("serviceEntityId", input.service_entity_id.as_ref())?,
            service_permissions: input
                .service_permissions
                .map(ApiEndpointServicePermissionInput::read)
                .transpose()?,
            variables_mapping: json(input.variables_mapping),
            request_schema: json(input.request_schema),
            response_mapping: json(input.response_mapping),
            status: input.status,
        };
        Ok(update(door::ctx(door)?, door::id("id", &id)?, patch).await?.into())
    }

    /// Serves a custom endpoint from now on, for administrators of the platform.
    async fn enable_api_endpoint(&self, door: &Context<'_>, id: ID) -> Result<EndpointView> {
        Ok(enable(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// No longer serves a custom endpoint, for administrators of the platform.
    async fn disable_api_endpoint(&self, door: &Context<'_>, id: ID) -> Result<EndpointView> {
        Ok(disable(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }
}
