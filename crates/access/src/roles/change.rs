//! Making, changing and deleting roles.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::model::{Role, RolePatch};
use super::{find, store};
use crate::tenancy;

/// Who may deal with roles.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("role.manage")]);

/// What is needed for a role.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    /// Its id, if whoever makes it brings one.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// Its tenant; none for a role of the platform.
    pub tenant: Option<Uuid>,
    /// What it is for.
    pub description: Option<String>,
}

/// Makes a role that holds nothing.
pub async fn create(ctx: &Ctx, new: NewRole) -> Result<Role> {
    let allowed = ctx.require(&RULE, &Within::<Role>::tenant(new.tenant))?;
    let role = Role {
        id: new.id.unwrap_or_else(|| ctx.new_id()),
        name: new.name,
        tenant: new.tenant,
        description: new.description,
        deleted_by: None,
        deleted_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, role.tenant).await?;
    store::insert(&tx, &allowed, &role).await?;
    tx.record(
        &allowed,
        Event::new("role.create").on("role", role.id).after(role.state()).change(Change::Put(role.fact())),
    );
    tx.commit().await?;
    Ok(role)
}

/// Applies a patch.
pub async fn update(ctx: &Ctx, id: Uuid, patch: RolePatch) -> Result<Role> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut role = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("role", id))?;
    let before = role.state();
    let fields = role.apply(patch, ctx.now());
    store::save(&tx, &allowed, &role).await?;
    tx.record(
        &allowed,
        Event::new("role.update")
            .on("role", id)
            .detail("updated_fields", fields)
            .before(before)
            .after(role.state())
            .change(Change::Put(role.fact())),
    );
    tx.commit().await?;
    Ok(role)
}

/// Deletes a role softly: it grants nothing any more; its blocks and assignments stay for the day it comes back.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut role = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("role", id))?;
    let before = role.state();
    role.deleted_at = Some(ctx.now());
    role.deleted_by = ctx.caller().entity_id();
    role.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &role).await?;
    tx.record(
        &allowed,
        Event::new("role.delete").on("role", id).before(before).change(Change::Put(role.fact())),
    );
    tx.commit().await?;
    Ok(())
}
