//! Ceasing to be a member of a principal group.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Event, Result};
use atoll_policy::{Change, FactKey};
use serde_json::json;
use uuid::Uuid;

use super::super::find;
use super::super::model::Group;
use super::store;
use crate::tenancy;

/// Who may remove members.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Takes an entity out of a group; nothing happens when it is not in it.
pub async fn remove(ctx: &Ctx, group: Uuid, entity: Uuid) -> Result<()> {
    let known = find::known(ctx, group).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    if store::delete(&tx, &allowed, group, entity).await? {
        tx.record(
            &allowed,
            Event::new("group_member.remove")
                .on("group", group)
                .detail("entity_id", entity.to_string())
                .before(json!({ "entity_id": entity }))
                .change(Change::Drop(FactKey::Member { group, entity })),
        );
    }
    tx.commit().await?;
    Ok(())
}

/// Takes an entity out of every group of a tenant that it leaves.
pub async fn leave_tenant(
    tx: &mut Tx,
    allowed: &Allowed<'_, Group>,
    tenant: Uuid,
    entity: Uuid,
) -> Result<()> {
    for group in store::delete_in_tenant(tx, allowed, tenant, entity).await? {
        tx.record(
            allowed,
            Event::new("group_member.remove")
                .of(Some(tenant))
                .on("group", group)
                .detail("entity_id", entity.to_string())
                .before(json!({ "entity_id": entity }))
                .change(Change::Drop(FactKey::Member { group, entity })),
        );
    }
    Ok(())
}

/// Takes an entity that is no more out of every group.
pub(crate) async fn leave_all(tx: &mut Tx, allowed: &Allowed<'_, Group>, entity: Uuid) -> Result<()> {
    for (group, tenant) in store::delete_everywhere(tx, allowed, entity).await? {
        let mut event = Event::new("group_member.remove")
            .on("group", group)
            .detail("entity_id", entity.to_string())
            .before(json!({ "entity_id": entity }))
            .change(Change::Drop(FactKey::Member { group, entity }));
        if tenant.is_some() {
            event = event.of(tenant);
        }
        tx.record(allowed, event);
    }
    Ok(())
}
