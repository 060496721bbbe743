//! Changing an endpoint.

use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::{Allowed, Ctx, Tx};
use atoll_base::{Common, Event, Result};
use serde_json::Value;
use uuid::Uuid;

use super::create::limits;
use super::model::{Definition, Endpoint};
use super::permission::ServicePermission;
use super::{acting, find, store};

/// What to change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct EndpointPatch {
    /// Another short name.
    pub key: Option<String>,
    /// Another name for people.
    pub name: Option<String>,
    /// Another description; a blank takes it away.
    pub description: Option<String>,
    /// Another method.
    pub method: Option<String>,
    /// Another path.
    pub path: Option<String>,
    /// The other kind.
    pub operation_kind: Option<String>,
    /// Another operation.
    pub graphql: Option<String>,
    /// The other mode.
    pub auth_mode: Option<String>,
    /// Another service.
    pub service_entity: Option<Uuid>,
    /// Other permissions, all of them.
    pub service_permissions: Option<Vec<ServicePermission>>,
    /// Another mapping.
    pub variables_mapping: Option<Value>,
    /// Another schema.
    pub request_schema: Option<Value>,
    /// Another mapping.
    pub response_mapping: Option<Value>,
    /// Another status.
    pub status: Option<String>,
}

impl EndpointPatch {
    fn onto(self, old: Definition) -> Definition {
        Definition {
            tenant: old.tenant,
            key: self.key.unwrap_or(old.key),
            name: self.name.unwrap_or(old.name),
            description: self.description.or(old.description),
            method: self.method.unwrap_or(old.method),
            path: self.path.unwrap_or(old.path),
            operation_kind: self.operation_kind.unwrap_or(old.operation_kind),
            graphql: self.graphql.unwrap_or(old.graphql),
            auth_mode: self.auth_mode.unwrap_or(old.auth_mode),
            service_entity: self.service_entity.or(old.service_entity),
            service_permissions: self.service_permissions.unwrap_or(old.service_permissions),
            variables_mapping: self.variables_mapping.unwrap_or(old.variables_mapping),
            request_schema: self.request_schema.unwrap_or(old.request_schema),
            response_mapping: self.response_mapping.unwrap_or(old.response_mapping),
            status: self.status.unwrap_or(old.status),
        }
    }
}

/// Applies the patch, for administrators of the platform.
pub async fn update(ctx: &Ctx, id: Uuid, patch: EndpointPatch) -> Result<Endpoint> {
    change(ctx, id, "api_endpoint.update", patch).await
}

/// Applies the patch and records it under this name.
pub(super) async fn change(
    ctx: &Ctx,
    id: Uuid,
    event: &'static str,
    patch: EndpointPatch,
) -> Result<Endpoint> {
    let known = find(ctx, id).await?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let tx = ctx.begin().await?;
    let endpoint = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("api endpoint", id))?;
    let definition = patch.onto(endpoint.definition.clone()).settled(limits(ctx))?;
    acting::may_appoint(ctx, &definition).await?;
    settle(tx, &allowed, endpoint, definition, event).await
}

/// Keeps what an endpoint is from now on, and records it under this name.
pub(super) async fn settle(
    mut tx: Tx,
    allowed: &Allowed<'_, Endpoint>,
    mut endpoint: Endpoint,
    definition: Definition,
    event: &'static str,
) -> Result<Endpoint> {
    let before = endpoint.state();
    endpoint.definition = definition;
    endpoint.updated_by = tx.ctx().caller().entity_id();
    endpoint.updated_at = Some(tx.ctx().now());
    store::save(&tx, allowed, &endpoint).await?;
    tx.record(
        allowed,
        Event::new(event)
            .of(endpoint.definition.tenant)
            .on("api_endpoint", endpoint.id)
            .before(before)
            .after(endpoint.state()),
    );
    tx.commit().await?;
    Ok(endpoint)
}
