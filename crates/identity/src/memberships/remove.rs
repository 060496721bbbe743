//! Ceasing to be a member.

use atoll_access::assignments;
use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Event, Fault, Kind, Result};
use atoll_policy::{Change, FactKey};
use serde_json::json;
use uuid::Uuid;

use super::model::Membership;
use super::store;

/// Who may remove members.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]).even_inactive();

/// There is no such member.
#[derive(Debug, thiserror::Error)]
#[error("tenant member not found")]
pub struct NotAMember;

impl Fault for NotAMember {
    fn kind(&self) -> Kind {
        Kind::Missing
    }

    fn code(&self) -> &'static str {
        "not_found"
    }
}

/// Ends a membership, and with it every role, direct policy and group membership that the entity has in the tenant.
pub async fn remove(ctx: &Ctx, tenant: Uuid, entity: Uuid) -> Result<()> {
    let allowed = ctx.require(&RULE, &Within::<Membership>::tenant(Some(tenant)))?;
    let mut tx = ctx.begin().await?;
    if !store::remove(&tx, &allowed, tenant, entity).await? {
        return Err(NotAMember.into());
    }
    assignments::revoke_subject_in_tenant(&mut tx, &allowed.part(), tenant, entity).await?;
    tx.record(
        &allowed,
        Event::new("tenant_member.remove")
            .of(Some(tenant))
            .on("entity", entity)
            .detail("tenant_id", tenant.to_string())
            .before(json!({ "tenant_id": tenant }))
            .change(Change::Drop(FactKey::Membership { tenant, entity })),
    );
    tx.commit().await?;
    Ok(())
}

/// Ends every membership of an entity that is removed for good.
pub(crate) async fn leave_all(tx: &mut Tx, allowed: &Allowed<'_, Membership>, entity: Uuid) -> Result<()> {
    for tenant in store::remove_of_entity(tx, allowed, entity).await? {
        tx.record(
            allowed,
            Event::new("tenant_member.remove")
                .of(Some(tenant))
                .on("entity", entity)
                .detail("tenant_id", tenant.to_string())
                .before(json!({ "tenant_id": tenant }))
                .change(Change::Drop(FactKey::Membership { tenant, entity })),
        );
    }
    Ok(())
}
