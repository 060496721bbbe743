//! Finding people who could become members.

use atoll_base::ctx::{Ctx, Visibility, Within};
use atoll_base::{Common, ListRequest, ListSort, Listed, Result};
use atoll_policy::ObjectKind;
use uuid::Uuid;

use super::list::may_list;
use crate::entities::{self, Entity, READ_ALL};

/// The shortest text that is looked for, in bytes.
const SHORTEST: usize = 3;

/// A page of the people in use who are no members of the tenant and whom the caller may read: everybody for those who
/// read the whole platform, for others only whom they see anyway. `q` is text in their names or attributes.
pub async fn assignable(
    ctx: &Ctx,
    tenant: Uuid,
    q: &str,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Entity>> {
    let q = q.trim();
    if q.len() < SHORTEST {
        return Err(Common::Invalid("q must contain at least 3 characters".into()).into());
    }
    may_list(ctx, tenant)?;
    let seen = match ctx.may(&READ_ALL, &Within::<Entity>::platform())? {
        true => Visibility::Everything,
        false => ctx.visible(&["read", "manage"], ObjectKind::Entity)?,
    };
    entities::store::assignable(&ctx.reader(), &seen, tenant, ctx.now(), q, request).await
}
