//! What an entity has been granted, itself and through its groups.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Page, PageRequest, Result};
use atoll_policy::Subject;
use uuid::Uuid;

use super::grants::{Access, grouped};
use super::paths::Paths;
use super::store::{self, Which};
use super::{About, READ};
use crate::tenancy::absent;

/// A page of the grants of an entity in a tenant, or of all, for those who deal with policies there; its own first, then
/// those of each group. What people may do as members of a tenant is not stored and not shown.
pub async fn entity_access(
    ctx: &Ctx,
    entity: Uuid,
    tenant: Option<Uuid>,
    page: PageRequest,
) -> Result<Page<Access>> {
    ctx.require(&READ, &Within::<About>::tenant(tenant))?;
    let world = ctx.world()?;
    let known = world.entity(entity).filter(|known| !known.deleted);
    let conn = &ctx.reader();
    let paths = Paths::of(ctx, &world, entity).await?;
    let subjects = [Subject::Entity(entity)].into_iter().chain(paths.groups().map(Subject::Group)).collect();
    let which = Which { subjects: Some(subjects), within: tenant, ..Which::default() };
    let held = store::grants(conn, &which, ctx.now(), page).await?;
    // Whoever looks after one tenant learns nothing about entities that have nothing to do with it.
    let foreign = known.is_none_or(|known| tenant.is_some() && known.tenant != tenant) && held.total == 0;
    if foreign || known.is_none() {
        return Err(absent(ctx, "entity", entity, &READ));
    }
    grouped(ctx, &world, held, &paths).await
}
