//! What holds for everything that belongs to a tenant.

use atoll_base::ctx::{Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Error, Result};
use atoll_policy::{Fact, FactKey, TenantStatus};
use uuid::Uuid;

/// Who administers the platform: brings back or removes for good what was deleted, and looks after what is held still.
pub const ADMINISTER: Rule = Rule::any(&[May::platform("manage")]).even_inactive();

/// The tenant, if there is one, is in use: in one that is not, nothing changes.
pub(crate) async fn active(tx: &Tx, tenant: Option<Uuid>) -> Result<()> {
    let Some(id) = tenant else { return Ok(()) };
    match tx.fact(&FactKey::Tenant { id }).await? {
        Some(Fact::Tenant { status: TenantStatus::Active, .. }) => Ok(()),
        _ => Err(Common::not_found("active tenant", id).into()),
    }
}

/// The tenant, if there is one, is in use, or the caller administers the platform: what is frozen or switched off can be
/// looked after, but nobody gives or begins anything in it.
pub async fn open(tx: &Tx, tenant: Option<Uuid>) -> Result<()> {
    let Some(id) = tenant else { return Ok(()) };
    match tx.fact(&FactKey::Tenant { id }).await? {
        Some(Fact::Tenant { status: TenantStatus::Active, .. }) => Ok(()),
        Some(Fact::Tenant { status: TenantStatus::Inactive | TenantStatus::Frozen, .. })
            if tx.ctx().may(&ADMINISTER, &Within::<()>::platform())? =>
        {
            Ok(())
        }
        _ => Err(Common::not_found("active tenant", id).into()),
    }
}

/// What is answered about something that is not there: whoever may look everywhere is told so, others learn nothing.
pub(crate) fn absent(ctx: &Ctx, kind: &'static str, id: Uuid, everywhere: &Rule) -> Error {
    match ctx.may(everywhere, &Within::<()>::platform()) {
        Ok(true) => Common::not_found(kind, id).into(),
        Ok(false) => Common::Forbidden.into(),
        Err(error) => error,
    }
}
