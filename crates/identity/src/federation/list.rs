//! Which identities an entity has at providers.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use uuid::Uuid;

use super::model::LinkedIdentity;
use super::store;
use crate::{entities, passwords};

/// The identities of an entity, for itself and whoever may see its credentials; the caller's when nobody is named.
pub async fn list(ctx: &Ctx, entity: Option<Uuid>) -> Result<Vec<LinkedIdentity>> {
    let entity = match entity {
        Some(entity) => entity,
        None => ctx.signed_in()?.entity,
    };
    let known = entities::known(ctx, entity).await?;
    ctx.require(&passwords::RULE, &known)?;
    store::of_entity(&ctx.reader(), entity).await
}
