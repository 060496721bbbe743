//! Who is in which principal group, for many at once: for doors that show groups with their members.

use std::collections::HashMap;

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_policy::GroupFlavour;
use uuid::Uuid;

use super::super::find::{LOOK_INTO, READ};
use super::super::model::{GroupAt, GroupFault};
use super::store;

/// The most memberships that are read at once.
const MOST: usize = 50_000;

/// The members of each of these groups, as far as the caller may look into them. There may be deleted entities among
/// them.
///
/// # Errors
/// When there are too many to be read at once.
pub async fn of_groups(ctx: &Ctx, groups: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let world = ctx.world()?;
    let mut open = Vec::new();
    for id in groups {
        let Some(group) = world.group(*id) else { continue };
        if ctx.may(&LOOK_INTO, &GroupAt { id: *id, tenant: group.tenant })? {
            open.push(*id);
        }
    }
    let rows = store::members_of_each(&ctx.reader(), &open, ctx.now(), MOST as u64 + 1).await?;
    if rows.len() > MOST {
        return Err(GroupFault::TooManyMembers.into());
    }
    let mut members: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (group, entity) in rows {
        members.entry(group).or_default().push(entity);
    }
    Ok(members)
}

/// The principal groups of a tenant that each of these entities is directly in, each with its name, as far as the caller
/// may read them.
pub async fn groups_of_entities(
    ctx: &Ctx,
    tenant: Uuid,
    entities: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(Uuid, String)>>> {
    let joined = store::groups_of_each(&ctx.reader(), entities, ctx.now()).await?;
    let world = ctx.world()?;
    let mut known: HashMap<Uuid, Option<String>> = HashMap::new();
    for id in joined.values().flatten() {
        if known.contains_key(id) {
            continue;
        }
        let group = world.group(*id).filter(|group| {
            group.tenant == Some(tenant) && group.flavour == GroupFlavour::Principal && !group.deleted
        });
        let name = match group {
            Some(group) if ctx.may(&READ, &GroupAt { id: *id, tenant: group.tenant })? => {
                Some(group.name.to_string())
            }
            _ => None,
        };
        known.insert(*id, name);
    }
    let shown = |groups: Vec<Uuid>| -> Vec<(Uuid, String)> {
        groups.into_iter().filter_map(|id| Some((id, known.get(&id)?.clone()?))).collect()
    };
    Ok(joined.into_iter().map(|(entity, groups)| (entity, shown(groups))).collect())
}
