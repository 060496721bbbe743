//! As whom an endpoint is carried out.

use std::sync::Arc;

use atoll_base::ctx::{Caller, CredentialKind, Ctx, May, Methods, Rule, SignedIn};
use atoll_base::{Common, Result};
use atoll_policy::{EntityKind, Status, TenantStatus};
use uuid::Uuid;

use super::fault::EndpointFault;
use super::model::{Definition, Endpoint};
use super::permission;
use crate::entities;

/// Who may let an endpoint act as a service: whoever could give that service a credential.
pub(crate) const APPOINT: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]).unscoped();

/// Whether the caller may let the endpoint act as its service, if it does: a service that the caller manages, of the
/// endpoint's tenant or of the platform, and nobody in person.
pub(super) async fn may_appoint(ctx: &Ctx, definition: &Definition) -> Result<()> {
    let Some(id) = definition.service_entity else { return Ok(()) };
    let service = entities::known(ctx, id).await?;
    ctx.require(&APPOINT, &service)?;
    if service.kind == EntityKind::Human {
        return Err(EndpointFault::ServiceIsPerson.into());
    }
    if service.tenant.is_some() && definition.tenant.is_some() && service.tenant != definition.tenant {
        return Err(EndpointFault::ServiceElsewhere.into());
    }
    Ok(())
}

/// Whether the endpoint may be called at all: not while its tenant is not in use.
pub fn open(ctx: &Ctx, endpoint: &Endpoint) -> Result<()> {
    in_use(ctx, endpoint.definition.tenant)
}

/// The request as the endpoint carries it out: as the caller, with the caller's ceiling, or as the service with a ceiling
/// of what the endpoint says. Refused while the service or its tenant is not in use.
pub fn context(ctx: &Ctx, endpoint: &Endpoint) -> Result<Ctx> {
    if !endpoint.definition.is_service() {
        return Ok(ctx.clone());
    }
    let id = endpoint.definition.service_entity.ok_or(Common::Forbidden)?;
    let world = ctx.world()?;
    let service = world.entity(id).filter(|service| !service.deleted && service.status == Status::Active);
    let service = service.ok_or(Common::Forbidden)?;
    in_use(ctx, service.tenant)?;
    let ceiling = permission::ceiling(&endpoint.definition.service_permissions);
    let who = SignedIn {
        entity: id,
        tenant: service.tenant,
        session: None,
        credential: None,
        kind: CredentialKind::AccessToken,
        expires_at: None,
        since: None,
        methods: Methods::NONE,
        ceiling: Some(Arc::new(ceiling)),
        actors: ctx.caller().signed_in().map(SignedIn::chain).unwrap_or_default(),
    };
    Ok(ctx.as_caller(Caller::Entity(Arc::new(who))))
}

fn in_use(ctx: &Ctx, tenant: Option<Uuid>) -> Result<()> {
    let Some(id) = tenant else { return Ok(()) };
    match ctx.world()?.tenant(id) {
        Some(tenant) if tenant.status == TenantStatus::Active => Ok(()),
        _ => Err(Common::Forbidden.into()),
    }
}
