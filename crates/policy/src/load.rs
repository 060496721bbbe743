//! Takes in many facts at once. What there is most of, and the links between it, is put off and then carried out in the
//! order in which the tables it goes to lie in memory, which is several times faster than doing each as it comes.

use uuid::Uuid;

use crate::change::Stale;
use crate::fact::{Fact, Subject};
use crate::posting::Entry;
use crate::rows::{Assignment, Block, BlockSlot, Policy};
use crate::scope::Scope;
use crate::sharded::hash_of;
use crate::usage::Use;
use crate::world::World;

/// How much waits at most, so that waiting takes little memory.
const WAITING: usize = 1 << 19;

#[derive(Default)]
struct Waiting {
    blocks: Vec<(Uuid, Block)>,
    policies: Vec<(Uuid, Policy)>,
    assignments: Vec<(Uuid, Assignment)>,
}

/// An entry on its way to the index.
struct Post {
    boundary: Option<Uuid>,
    action: Uuid,
    scope: Scope,
    entry: Entry,
}

impl World {
    /// A world in which these facts hold; a later fact replaces an earlier one with the same key.
    pub fn load(strict: bool, facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut world = Self::new(strict);
        let (mut stale, mut waiting) = (Stale::default(), Waiting::default());
        for fact in facts {
            match fact {
                Fact::Block { id, tenant, scope, effect, conditions, actions } => {
                    waiting.blocks.push((id, Block::new(tenant, scope, effect, &conditions, actions)));
                }
                Fact::DirectPolicy { id, tenant, subject, block, window } => {
                    let timed = world.set_window(id, window);
                    waiting.policies.push((id, Policy { tenant, subject, block, timed }));
                }
                Fact::Assignment { id, tenant, subject, role, window } => {
                    let timed = world.set_window(id, window);
                    waiting.assignments.push((id, Assignment { tenant, subject, role, timed }));
                }
                other => world.put(other, &mut stale),
            }
            if waiting.blocks.len() + waiting.policies.len() + waiting.assignments.len() >= WAITING {
                world.link(&mut waiting);
            }
        }
        world.link(&mut waiting);
        world.refresh(stale);
        world
    }

    fn link(&mut self, waiting: &mut Waiting) {
        let Waiting { blocks, policies, assignments } = std::mem::take(waiting);
        let (policies, assignments) = (latest(policies), latest(assignments));
        for (id, block) in latest(blocks) {
            self.set_block(id, Some(block));
        }
        for (id, row) in &policies {
            if let Some(before) = self.policies.insert(*id, *row) {
                self.unlink_policy(*id, before);
            }
        }
        for (id, row) in &assignments {
            if let Some(before) = self.assignments.insert(*id, *row) {
                self.unlink_assignment(*id, before);
            }
        }
        for at in order(&policies, |(_, row)| hash_of(&row.subject)) {
            let (id, row) = policies[at];
            self.edit_held(row.subject, |held| held.policies.insert(id));
        }
        let mut posts = Vec::with_capacity(policies.len());
        for at in order(&policies, |(_, row)| hash_of(&row.block)) {
            let (id, row) = policies[at];
            let user = Use::Policy(id, row);
            let slot = self.blocks.get_or_insert_with(row.block, BlockSlot::default);
            slot.users.insert(user.key());
            let Some(block) = &slot.block else { continue };
            let Some((boundary, entry)) = user.entry(row.block, block) else { continue };
            let scope = &block.scope;
            posts.extend(block.actions.iter().map(|action| Post {
                boundary,
                action: *action,
                scope: scope.clone(),
                entry,
            }));
        }
        for at in order(&posts, |post| match (&post.scope, post.entry.holder.id()) {
            (Scope::Object { id, .. }, _) => (hash_of(&(post.boundary, post.action)), hash_of(id)),
            (_, holder) => (hash_of(&(post.boundary, post.action)), hash_of(&holder)),
        }) {
            let Post { boundary, action, scope, entry } = &posts[at];
            self.index_insert(*boundary, *action, scope, *entry);
        }
        for at in order(&assignments, |(_, row)| hash_of(&row.subject)) {
            let (id, row) = assignments[at];
            self.edit_held(row.subject, |held| held.assignments.insert(id));
        }
        let by_role = |(_, row): &(Uuid, Assignment)| match row.subject {
            Subject::Entity(id) | Subject::Group(id) => (hash_of(&row.role), hash_of(&id)),
        };
        for at in order(&assignments, by_role) {
            let (id, row) = assignments[at];
            self.add_assignee(id, row);
        }
    }
}

/// The last item of each id, in the order in which they lie in memory.
fn latest<T>(mut items: Vec<(Uuid, T)>) -> Vec<(Uuid, T)> {
    items.reverse();
    items.sort_by_cached_key(|(id, _)| (hash_of(id), *id));
    items.dedup_by_key(|(id, _)| *id);
    items
}

/// The positions of the items, ordered by the key.
fn order<T, K: Ord>(items: &[T], key: impl Fn(&T) -> K) -> impl Iterator<Item = usize> {
    let mut keyed: Vec<(K, usize)> = items.iter().enumerate().map(|(at, item)| (key(item), at)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, at)| at)
}
