//! Reading ownerships.

use atoll_base::Result;
use atoll_base::ctx::{Ctx, May, Rule};
use uuid::Uuid;

use crate::entities::{self, Entity};

/// Who may see what an entity owns.
pub(crate) const READ: Rule =
    Rule::any(&[May::object("read"), May::object("manage"), May::scope("read"), May::scope("manage")]);

/// The live entities that an entity owns, newest first.
pub async fn owned(ctx: &Ctx, owner: Uuid) -> Result<Vec<Entity>> {
    ctx.require(&READ, &entities::known(ctx, owner).await?)?;
    entities::store::owned_by(&ctx.reader(), owner).await
}
