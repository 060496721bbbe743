//! What a group gives: to those who are in it, or to those who may act on what lies in it.

use atoll_base::ctx::Ctx;
use atoll_base::{Page, PageRequest, Result};
use atoll_policy::{GroupFlavour, ObjectKind, ObjectRef, Subject};
use uuid::Uuid;

use super::grants::{Access, grouped};
use super::object_access::naming_group;
use super::paths::Paths;
use super::store::{self, Which};
use super::{About, READ, shown_within};
use crate::tenancy::absent;

/// A page of grants. Of a principal group: those that its members receive, the group's own and those of the groups above
/// it. Of an object group: those whose blocks name it or, where they reach further down, a group above it.
pub async fn group_access(ctx: &Ctx, group: Uuid, page: PageRequest) -> Result<Page<Access>> {
    ctx.signed_in()?;
    let world = ctx.world()?;
    let Some(known) = world.group(group).filter(|known| !known.deleted) else {
        return Err(absent(ctx, "group", group, &READ));
    };
    let about = About { object: ObjectRef::new(ObjectKind::Group, group), tenant: known.tenant };
    ctx.require(&READ, &about)?;
    let within = shown_within(ctx, known.tenant)?;
    let (which, paths) = match known.flavour {
        GroupFlavour::Principal => {
            let paths = Paths::from(&world, &[group]);
            let subjects = paths.groups().map(Subject::Group).collect();
            (Which { subjects: Some(subjects), within, ..Which::default() }, paths)
        }
        GroupFlavour::Object => {
            let blocks = naming_group(ctx, group).await?;
            (Which { within, blocks: Some(blocks), ..Which::default() }, Paths::default())
        }
    };
    let held = store::grants(&ctx.reader(), &which, ctx.now(), page).await?;
    grouped(ctx, &world, held, &paths).await
}
