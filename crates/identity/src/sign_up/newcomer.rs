//! The account of somebody who comes by themselves.

use atoll_access::groups;
use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Event, Result};
use atoll_policy::{Change, EntityKind, Status};
use serde_json::Value;

use super::model::another_name;
use crate::emails::{self, Email};
use crate::entities::{self, Entity};
use crate::seed::AUTHENTICATED_USERS;

/// Who comes.
pub(crate) struct Newcomer<'n> {
    /// What they are to be called; with a few letters after it when somebody is called so already.
    pub(crate) name: &'n str,
    /// Their address, in lower case.
    pub(crate) address: &'n str,
    /// Whether it is proved to be theirs.
    pub(crate) verified: bool,
    /// More about them, an object.
    pub(crate) attributes: Value,
}

/// Makes the account of a person who belongs to no tenant, with their address; nothing yet to sign in with.
pub(crate) async fn welcome(
    tx: &mut Tx,
    allowed: &Allowed<'_, Entity>,
    new: Newcomer<'_>,
) -> Result<(Entity, Email)> {
    let ctx = tx.ctx().clone();
    let name = match entities::store::is_named_at_platform(tx.conn(), new.name).await? {
        true => another_name(new.name, ctx.chance()),
        false => new.name.to_owned(),
    };
    let entity = Entity {
        id: ctx.new_id(),
        kind: EntityKind::Human,
        name,
        alias: None,
        tenant: None,
        profile: None,
        profile_version: None,
        status: Status::Active,
        attributes: new.attributes,
        deleted_by: None,
        deleted_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    entities::store::insert(tx, allowed, &entity).await?;
    let event = Event::new("entity.create").on("entity", entity.id).after(entity.state());
    tx.record(allowed, event.change(Change::Put(entity.fact())));
    groups::join(tx, &allowed.part(), AUTHENTICATED_USERS, entity.id).await?;
    let email = Email {
        id: ctx.new_id(),
        entity: entity.id,
        address: new.address.to_owned(),
        verified_at: new.verified.then(|| ctx.now()),
        pending_since: (!new.verified).then(|| ctx.now()),
        noticed_at: None,
        deleted_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    emails::store::insert(tx, &allowed.part(), &email).await?;
    Ok((entity, email))
}
