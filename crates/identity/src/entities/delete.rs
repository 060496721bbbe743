//! Deleting an entity: a tombstone that frees its name and ends every way in.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, Status};
use uuid::Uuid;

use super::{find, store};
use crate::{credentials, emails, sessions};

/// Who may delete an entity; not the entity itself, unless it holds these.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Soft-deletes: its credentials and sessions end and its address is free again, everything else stays as it is, hidden.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut entity = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("entity", id))?;
    let before = entity.state();
    entity.status = Status::Inactive;
    entity.deleted_at = Some(ctx.now());
    entity.deleted_by = ctx.caller().entity_id();
    entity.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &entity).await?;
    let revoked = credentials::revoke_of_entity(&mut tx, &allowed.part(), id, "entity_deleted").await?;
    sessions::revoke_of_entity(&mut tx, &allowed.part(), id, None).await?;
    emails::bury(&tx, &allowed.part(), &entity).await?;
    tx.record(
        &allowed,
        Event::new("entity.delete")
            .on("entity", id)
            .detail("revoked_credentials", revoked)
            .before(before)
            .after(entity.state())
            .change(Change::Put(entity.fact())),
    );
    tx.commit().await?;
    Ok(())
}
