//! How an entity comes to what a group holds.

use std::collections::BTreeMap;

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_policy::{GroupFlavour, Status, Subject, World};
use uuid::Uuid;

use crate::groups::members;

/// The groups that pass something on to somebody, each with the ways it comes: chains of groups from that one down to
/// the one where the way begins.
#[derive(Debug, Default)]
pub(super) struct Paths(BTreeMap<Uuid, Vec<Vec<Uuid>>>);

impl Paths {
    /// The ways to an entity, from the groups that it is in now.
    pub(super) async fn of(ctx: &Ctx, world: &World, entity: Uuid) -> Result<Paths> {
        let mut joined = members::store::groups_of_each(&ctx.reader(), &[entity], ctx.now()).await?;
        Ok(Paths::from(world, &joined.remove(&entity).unwrap_or_default()))
    }

    /// The ways that begin in these groups. A group that is not in use passes nothing on, not even from above.
    pub(super) fn from(world: &World, begin: &[Uuid]) -> Paths {
        let mut paths = Paths::default();
        for direct in begin {
            let (mut way, mut next) = (Vec::new(), Some(*direct));
            while let Some((group, above)) = next.and_then(|id| Some((id, in_use(world, id)?))) {
                if way.contains(&group) {
                    break;
                }
                way.insert(0, group);
                paths.0.entry(group).or_default().push(way.clone());
                next = above;
            }
        }
        paths
    }

    /// The groups that are reached.
    pub(super) fn groups(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.0.keys().copied()
    }

    /// The ways to what a subject holds: `direct`, or `group:` with the names from that group down.
    pub(super) fn shown(&self, world: &World, subject: Subject) -> Vec<String> {
        let Subject::Group(group) = subject else { return vec!["direct".to_owned()] };
        let ways = self.0.get(&group).map_or(&[][..], Vec::as_slice);
        ways.iter().map(|way| format!("group:{}", names(world, way).join(" -> "))).collect()
    }
}

/// Whether the group is a principal group in use, and which is above it.
fn in_use(world: &World, id: Uuid) -> Option<Option<Uuid>> {
    let group = world.group(id)?;
    let used = group.flavour == GroupFlavour::Principal && group.status == Status::Active && !group.deleted;
    used.then_some(group.parent)
}

fn names<'w>(world: &'w World, groups: &[Uuid]) -> Vec<&'w str> {
    groups.iter().filter_map(|id| world.group(*id)).map(|group| group.name).collect()
}

#[cfg(test)]
mod tests {
    use atoll_policy::{Change, Fact};
    use serde_json::json;

    use super::*;

    fn group(id: u128, name: &str, parent: Option<u128>, status: Status) -> Change {
        Change::Put(Fact::Group {
            id: Uuid::from_u128(id),
            tenant: None,
            flavour: GroupFlavour::Principal,
            name: name.into(),
            status,
            deleted: false,
            parent: parent.map(Uuid::from_u128),
            attributes: json!({}),
        })
    }

    #[test]
    fn a_way_is_told_from_the_top_and_ends_where_a_group_is_not_in_use() {
        let (active, off) = (Status::Active, Status::Inactive);
        let world = World::new(true).apply(&[
            group(1, "all", None, active),
            group(2, "plant", Some(1), active),
            group(3, "crew", Some(2), active),
            group(4, "night", Some(5), active),
            group(5, "shifts", Some(1), off),
        ]);
        let id = Uuid::from_u128;
        let paths = Paths::from(&world, &[id(3), id(4)]);
        let shown = |group| paths.shown(&world, Subject::Group(id(group)));
        assert_eq!(shown(1), ["group:all -> plant -> crew"]);
        assert_eq!(shown(3), ["group:crew"]);
        assert_eq!(shown(4), ["group:night"]);
        assert!(shown(5).is_empty());
        assert_eq!(paths.shown(&world, Subject::Entity(id(9))), ["direct"]);
        assert_eq!(paths.groups().count(), 4);
    }
}
