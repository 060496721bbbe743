//! Placing a resource in an object group, and taking it out.

use atoll_base::Result;
use atoll_base::ctx::{Ctx, May, Rule};
use uuid::Uuid;

use super::find;
use super::model::Resource;
use crate::groups::{self, placement};
use crate::tenancy;

/// Who may move a resource, asked of the resource.
pub(crate) const MOVE: Rule =
    Rule::any(&[May::object("manage"), May::object("write"), May::scope("manage"), May::scope("write")]);

/// Who may move something into a group, asked of the group.
pub(crate) const RECEIVE: Rule =
    Rule::any(&[May::object("write"), May::scope("manage"), May::scope("write")]);

/// Places the resource in the group. Whoever may write to the group may place what is in the same tenant there.
pub async fn set_parent(ctx: &Ctx, id: Uuid, group: Uuid) -> Result<Resource> {
    let resource = find::known(ctx, id).await?;
    let target = groups::known(ctx, group).await?;
    let allowed = if ctx.may(&MOVE, &resource)? {
        ctx.require(&MOVE, &resource)?.part()
    } else if target.tenant == resource.tenant {
        ctx.require(&RECEIVE, &target)?.part()
    } else {
        ctx.require(&MOVE, &resource)?.part()
    };
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, resource.tenant).await?;
    placement::set(&mut tx, &allowed, resource.reference(), resource.tenant, group).await?;
    tx.commit().await?;
    Ok(resource)
}

/// Takes the resource out of its group.
pub async fn clear_parent(ctx: &Ctx, id: Uuid) -> Result<Resource> {
    let resource = find::known(ctx, id).await?;
    let allowed = ctx.require(&MOVE, &resource)?.part();
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, resource.tenant).await?;
    placement::clear(&mut tx, &allowed, resource.reference()).await?;
    tx.commit().await?;
    Ok(resource)
}
