//! Changing a group.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, Status};
use uuid::Uuid;

use super::model::{Group, GroupPatch};
use super::{find, store};
use crate::tenancy;

/// Who may change a group.
pub const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Applies the patch.
pub async fn update(ctx: &Ctx, id: Uuid, patch: GroupPatch) -> Result<Group> {
    change(ctx, id, patch, "group.update").await
}

/// Sets the status.
pub async fn set_status(ctx: &Ctx, id: Uuid, status: Status) -> Result<Group> {
    let event = match status {
        Status::Active => "group.enable",
        Status::Inactive => "group.disable",
        Status::Suspended => "group.suspend",
    };
    change(ctx, id, GroupPatch { status: Some(status), ..GroupPatch::default() }, event).await
}

async fn change(ctx: &Ctx, id: Uuid, patch: GroupPatch, event: &'static str) -> Result<Group> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut group = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("group", id))?;
    let before = group.state();
    let fields = group.apply(patch, ctx.now());
    store::save(&tx, &allowed, &group).await?;
    tx.record(
        &allowed,
        Event::new(event)
            .on("group", id)
            .detail("updated_fields", fields)
            .before(before)
            .after(group.state())
            .change(Change::Put(group.fact())),
    );
    tx.commit().await?;
    Ok(group)
}
