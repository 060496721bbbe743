//! `atom.v1.AliasService`.

use atoll_base::{Common, Error};
use atoll_identity::aliases::{self, AliasFault, AliasOf, Where};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::atom::alias_service_server::AliasService;
use super::atom::{ResolveAliasRequest, ResolveAliasResponse};
use super::caller;
use crate::app::App;
use crate::status;

/// The service.
pub struct Aliases(pub(super) App);

#[tonic::async_trait]
impl AliasService for Aliases {
    async fn resolve_alias(
        &self,
        request: Request<ResolveAliasRequest>,
    ) -> Result<Response<ResolveAliasResponse>, Status> {
        let Aliases(app) = self;
        let found = resolve(app, request).await;
        found.map(Response::new).map_err(|error| status::to_grpc(&error))
    }
}

async fn resolve(app: &App, request: Request<ResolveAliasRequest>) -> Result<ResolveAliasResponse, Error> {
    let ctx = caller::of(app, &request).await?;
    let asked = request.into_inner();
    let place = place(&asked)?;
    let of = AliasOf::read(&asked.object_kind)?;
    let found = aliases::resolve(&ctx, place, of, &asked.object_alias).await?;
    Ok(ResolveAliasResponse {
        tenant_id: found.tenant.map(|id| id.to_string()).unwrap_or_default(),
        object_id: found.object.to_string(),
    })
}

/// Empty strings mean "not given"; exactly one of the three is.
fn place(asked: &ResolveAliasRequest) -> Result<Where, Error> {
    match (asked.tenant_id.trim(), asked.tenant_alias.trim(), asked.global) {
        ("", "", true) => Ok(Where::Global),
        (id, "", false) if !id.is_empty() => {
            let id: Result<Uuid, _> = id.parse();
            let id = id.map_err(|_| Common::Invalid("invalid tenant_id: expected UUID".into()))?;
            Ok(Where::Tenant(id))
        }
        ("", alias, false) if !alias.is_empty() => Ok(Where::TenantAlias(alias.to_owned())),
        _ => Err(AliasFault::Selector.into()),
    }
}
