//! Changing an entity.

use atoll_access::groups::placement::{self, Wish};
use atoll_access::{assignments, tenancy};
use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, EntityKind};
use uuid::Uuid;

use super::create::{self, active_tenant};
use super::model::{Entity, EntityPatch};
use super::{find, store};
use crate::profiles::{self, Wanted};
use crate::{credentials, memberships, sessions};

/// Who may change an entity.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage"), May::scope("write")]);

/// Who may change how it is called: also the entity itself.
pub(crate) const RENAME: Rule = RULE.or_self();

/// Applies the patch. Moving to another tenant needs the right to make entities there as well; it ends the sessions of
/// the entity, its place in an object group, and what it was given in the tenant it leaves.
pub async fn update(ctx: &Ctx, id: Uuid, patch: EntityPatch) -> Result<Entity> {
    let known = find::known(ctx, id).await?;
    let rule = if patch.is_only_naming() { &RENAME } else { &RULE };
    let allowed = ctx.require(rule, &known)?;
    if let Some(home) = patch.tenant.filter(|home| *home != known.tenant) {
        ctx.require(&create::RULE, &Within::<Entity>::tenant(home))?;
    }
    let wish = patch.attributes.as_ref().map_or(Ok(Wish::Keep), placement::wish)?;
    let mut tx = ctx.begin().await?;
    let mut entity = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("entity", id))?;
    if entity.tenant != known.tenant {
        // It moved meanwhile: what was allowed was allowed for where it was.
        return Err(Common::Forbidden.into());
    }
    tenancy::open(&tx, entity.tenant).await?;
    let old = entity.clone();
    let patch = settle_profile(&tx, &old, patch).await?;
    let checked = patch.attributes.is_some() || patch.profile.is_some() || patch.profile_version.is_some();
    let fields = entity.apply(patch, ctx.now());
    if let Some(version) = entity.profile_version.filter(|_| checked) {
        profiles::validate(tx.conn(), version, &entity.attributes).await?;
    }
    if entity.kind != old.kind && entity.kind == EntityKind::Human {
        credentials::refuse_shared_keys(&tx, id).await?;
    }
    store::save(&tx, &allowed, &entity).await?;
    tx.record(
        &allowed,
        Event::new("entity.update")
            .on("entity", id)
            .detail("updated_fields", fields)
            .before(old.state())
            .after(entity.state())
            .change(Change::Put(entity.fact())),
    );
    if entity.tenant != old.tenant {
        leave_tenant(&mut tx, &allowed, &old, &entity).await?;
    }
    placement::follow(&mut tx, &allowed.part(), entity.as_object(), entity.tenant, wish).await?;
    tx.commit().await?;
    Ok(entity)
}

/// Makes the profile in the patch fit what the entity will be.
async fn settle_profile(tx: &Tx, old: &Entity, mut patch: EntityPatch) -> Result<EntityPatch> {
    let kind = patch.kind.unwrap_or(old.kind);
    let tenant = patch.tenant.unwrap_or(old.tenant);
    if patch.profile.is_some() || patch.profile_version.is_some() {
        let profile = patch.profile.unwrap_or(old.profile);
        let wanted = Wanted { kind: Some(kind), profile, version: patch.profile_version, tenant };
        let chosen = profiles::choose(tx.conn(), wanted).await?;
        patch.profile = Some(chosen.profile);
        patch.profile_version = chosen.version;
    } else if let Some(profile) = old.profile
        && (kind != old.kind || tenant != old.tenant)
    {
        profiles::fits(tx.conn(), profile, kind, tenant).await?;
    }
    Ok(patch)
}

async fn leave_tenant(tx: &mut Tx, allowed: &Allowed<'_, Entity>, old: &Entity, new: &Entity) -> Result<()> {
    active_tenant(tx, new.tenant).await?;
    sessions::revoke_of_entity(tx, &allowed.part(), new.id, None).await?;
    credentials::follow_entity(tx, &allowed.part(), new).await?;
    placement::clear(tx, &allowed.part(), new.as_object()).await?;
    match old.tenant {
        Some(tenant) if !is_member(tx, tenant, new.id).await? => {
            assignments::revoke_subject_in_tenant(tx, &allowed.part(), tenant, new.id).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn is_member(tx: &Tx, tenant: Uuid, entity: Uuid) -> Result<bool> {
    Ok(memberships::store::find(tx.conn(), tenant, entity).await?.is_some())
}
