//! Who holds a role.

use std::collections::{BTreeMap, BTreeSet};

use atoll_base::ctx::Ctx;
use atoll_base::{Page, PageRequest, Result};
use atoll_policy::{EntityKind, Status, Subject, World};
use uuid::Uuid;

use super::READ;
use super::paths::Paths;
use crate::groups::{self, members};
use crate::{assignments, roles};

/// Somebody who holds a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub entity: Uuid,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Where it stands in its life.
    pub status: Status,
    /// `direct`, or the groups through which the role comes.
    pub paths: Vec<String>,
}

/// A page of the live entities that hold a role, by name, for those who deal with policies where the role belongs.
pub async fn role_holders(ctx: &Ctx, role: Uuid, page: PageRequest) -> Result<Page<Holder>> {
    let role = roles::known(ctx, role).await?;
    ctx.require(&READ, &role)?;
    let (conn, world) = (&ctx.reader(), ctx.world()?);
    let assigned: BTreeSet<Uuid> =
        assignments::store::groups_now(conn, role.id, ctx.now()).await?.into_iter().collect();
    let below = in_use_below(ctx, &world, &assigned).await?;
    let found = assignments::store::holders(conn, role.id, &below, ctx.now(), page).await?;
    let ids: Vec<Uuid> = found.items.iter().map(|holder| holder.id).collect();
    let joined = members::store::groups_of_each(conn, &ids, ctx.now()).await?;
    let items = found.items.into_iter().map(|row| {
        let mut shown = Vec::new();
        if row.direct {
            shown.push("direct".to_owned());
        }
        let paths = Paths::from(&world, joined.get(&row.id).map_or(&[][..], Vec::as_slice));
        let through = paths.groups().filter(|group| assigned.contains(group));
        shown.extend(through.flat_map(|group| paths.shown(&world, Subject::Group(group))));
        Holder { entity: row.id, name: row.name, kind: row.kind, status: row.status, paths: shown }
    });
    Ok(Page { items: items.collect(), total: found.total })
}

/// The groups in use whose members receive what these groups hold: themselves and those below, as far as nothing in
/// between is switched off.
async fn in_use_below(ctx: &Ctx, world: &World, assigned: &BTreeSet<Uuid>) -> Result<Vec<Uuid>> {
    let mut reached: BTreeMap<Uuid, bool> = BTreeMap::new();
    for top in assigned {
        for group in groups::store::below(&ctx.reader(), *top).await? {
            reached.entry(group).or_insert_with(|| {
                let paths = Paths::from(world, &[group]);
                paths.groups().any(|passing| assigned.contains(&passing))
            });
        }
    }
    Ok(reached.into_iter().filter(|(_, receives)| *receives).map(|(group, _)| group).collect())
}
