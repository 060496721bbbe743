//! Takes in many facts at once. Of grants there are most, and each is linked to others: they are put off, and what is made of
//! them is then made in one go, in the order in which it lies in memory. That is several times faster than doing each as
//! it comes, and wastes no memory.

use std::sync::Arc;

use hashbrown::HashSet;
use uuid::Uuid;

use crate::bag::Bag;
use crate::change::Stale;
use crate::fact::{Fact, Subject};
use crate::index::ActionIndex;
use crate::posting::Entry;
use crate::rows::{Assignment, Block, BlockSlot, Held, Policy, Terms};
use crate::scope::Scope;
use crate::sharded::{Sharded, hash_of};
use crate::usage::Use;
use crate::world::World;

/// With more grants than this, two cores are quicker than one.
const WORTH_A_THREAD: usize = 20_000;

/// What is put off.
#[derive(Default)]
struct Waiting {
    blocks: Vec<(Uuid, Block)>,
    policies: Vec<(Uuid, Policy)>,
    assignments: Vec<(Uuid, Assignment)>,
    /// Roles' blocks, few of them, as they came.
    role_blocks: Vec<Fact>,
}

/// An entry on its way to the index.
struct Post {
    boundary: Option<Uuid>,
    action: Uuid,
    scope: Scope,
    entry: Entry,
}

/// Takes in facts one by one, in any order, and makes a world of them all.
pub struct Loader {
    world: World,
    stale: Stale,
    waiting: Waiting,
    /// Terms that blocks share.
    seen: HashSet<Arc<Terms>>,
}

impl Loader {
    /// Nothing has been taken in yet; see [`World::new`].
    pub fn new(strict: bool) -> Self {
        let world = World::new(strict);
        Self { world, stale: Stale::default(), waiting: Waiting::default(), seen: HashSet::new() }
    }

    /// Takes in a fact; it replaces an earlier one with the same key.
    pub fn take(&mut self, fact: Fact) {
        let Self { world, stale, waiting, seen } = self;
        match fact {
            Fact::Block { id, tenant, scope, effect, conditions, actions } => {
                let block = Block::new(tenant, scope, effect, &conditions, actions);
                waiting.blocks.push((id, block.sharing(seen)));
            }
            Fact::DirectPolicy { id, tenant, subject, block, window } => {
                let timed = world.set_window(id, window);
                waiting.policies.push((id, Policy { tenant, subject, block, timed }));
            }
            Fact::Assignment { id, tenant, subject, role, window } => {
                let timed = world.set_window(id, window);
                waiting.assignments.push((id, Assignment { tenant, subject, role, timed }));
            }
            Fact::RoleBlock { .. } => waiting.role_blocks.push(fact),
            other => world.put(other, stale),
        }
    }

    /// The world in which all of them hold.
    pub fn finish(self) -> World {
        let Self { mut world, mut stale, waiting, seen } = self;
        drop(seen);
        world.link(waiting, &mut stale);
        world.refresh(stale);
        world
    }
}

impl World {
    /// A world in which these facts hold; a later fact replaces an earlier one with the same key.
    pub fn load(strict: bool, facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut loader = Loader::new(strict);
        facts.into_iter().for_each(|fact| loader.take(fact));
        loader.finish()
    }

    /// Makes everything of what was put off. Nothing of it is in the world yet.
    fn link(&mut self, waiting: Waiting, stale: &mut Stale) {
        let Waiting { blocks, policies, assignments, role_blocks } = waiting;
        let policies = latest(policies);
        let (by_block, by_subject) = both(
            policies.len() > WORTH_A_THREAD,
            || granted(latest(blocks), &policies),
            || (held(&policies), Sharded::of_sorted(policies.clone())),
        );
        (self.blocks, self.index) = by_block;
        (self.held, self.policies) = by_subject;
        for fact in role_blocks {
            self.put(fact, stale);
        }
        let assignments = latest(assignments);
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
        self.assignments = Sharded::of_sorted(assignments);
    }
}

/// What each subject holds directly.
fn held(policies: &[(Uuid, Policy)]) -> Sharded<Subject, Held> {
    let mut order: Vec<(u64, Subject, Uuid)> =
        policies.iter().map(|(id, row)| (hash_of(&row.subject), row.subject, *id)).collect();
    order.sort_unstable();
    let one = |same: &[(u64, Subject, Uuid)]| {
        let policies = Bag::of_all(same.iter().map(|(_, _, id)| *id).collect());
        (same[0].1, Held { policies, assignments: Bag::default() })
    };
    Sharded::of_sorted(order.chunk_by(|one, other| one.1 == other.1).map(one).collect())
}

type Slots = Sharded<Uuid, BlockSlot>;
type Index = Sharded<(Option<Uuid>, Uuid), Arc<ActionIndex>>;

/// The blocks, each with the policies that use it, and what they grant. Policies may name blocks that are not there.
fn granted(blocks: Vec<(Uuid, Block)>, policies: &[(Uuid, Policy)]) -> (Slots, Index) {
    let mut users = order(policies, |(_, row)| (hash_of(&row.block), row.block)).peekable();
    let mut blocks = blocks.into_iter().peekable();
    let (mut slots, mut posts): (Vec<(Uuid, BlockSlot)>, Vec<Post>) = (Vec::new(), Vec::new());
    loop {
        let used = users.peek().map(|at| policies[*at].1.block);
        let known = blocks.peek().map(|(id, _)| *id);
        let Some(id) = [used, known].into_iter().flatten().min_by_key(|id| (hash_of(id), *id)) else { break };
        let mut slot = BlockSlot {
            block: blocks.next_if(|(next, _)| *next == id).map(|(_, block)| block),
            ..BlockSlot::default()
        };
        while let Some(at) = users.next_if(|at| policies[*at].1.block == id) {
            let user = Use::Policy(policies[at].0, policies[at].1);
            slot.users.insert(user.key());
            let Some(block) = &slot.block else { continue };
            let Some((boundary, entry)) = user.entry(id, block) else { continue };
            let post = |action: &Uuid| Post { boundary, action: *action, scope: block.scope(), entry };
            posts.extend(block.actions.iter().map(post));
        }
        slots.push((id, slot));
    }
    (Sharded::of_sorted(slots), index(posts))
}

/// The grants, where questions look for them.
fn index(mut posts: Vec<Post>) -> Index {
    let place = |post: &Post| (post.boundary, post.action);
    posts.sort_by_cached_key(|post| (hash_of(&place(post)), place(post)));
    let mut actions = Vec::new();
    let mut posts = posts.into_iter().peekable();
    while let Some(here) = posts.peek().map(place) {
        let entries = std::iter::from_fn(|| posts.next_if(|post| place(post) == here));
        let index = ActionIndex::of(entries.map(|post| (post.scope, post.entry)));
        actions.push((here, Arc::new(index)));
    }
    Sharded::of_sorted(actions)
}

/// Both, side by side where that is worth it.
fn both<A: Send, B>(worth_it: bool, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    if !worth_it {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let aside = scope.spawn(one);
        let here = other();
        match aside.join() {
            Ok(there) => (there, here),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue;
    use crate::fact::Change;
    use crate::question::{Question, Selector};
    use crate::window::Window;
    use crate::words::{Effect, EntityKind, ObjectKind, Status, TenantStatus};

    const GRANTS: usize = WORTH_A_THREAD + 500;
    const ENTITIES: usize = 10;

    fn id(class: u128, number: usize) -> Uuid {
        Uuid::from_u128((class << 64) | number as u128)
    }

    fn tenant() -> Uuid {
        id(1, 0)
    }

    fn entity(number: usize) -> Fact {
        Fact::Entity {
            id: id(2, number),
            tenant: Some(tenant()),
            kind: EntityKind::Device,
            name: String::new(),
            status: Status::Active,
            deleted: false,
            attributes: json!({}),
        }
    }

    fn resource(number: usize) -> Fact {
        Fact::Resource {
            id: id(3, number),
            tenant: Some(tenant()),
            kind: "channel".to_owned(),
            name: None,
            deleted: false,
            attributes: json!({}),
        }
    }

    fn block(number: usize) -> Fact {
        let kind = Some(ObjectKind::Resource);
        Fact::Block {
            id: id(4, number),
            tenant: Some(tenant()),
            scope: Scope::Object { id: id(3, number), kind, object_type: None },
            effect: Effect::Allow,
            conditions: json!({}),
            actions: vec![catalogue::id("read").unwrap()],
        }
    }

    fn policy(number: usize, to: usize, of: usize) -> Fact {
        let subject = Subject::Entity(id(2, to % ENTITIES));
        let (tenant, block) = (Some(tenant()), id(4, of));
        Fact::DirectPolicy { id: id(5, number), tenant, subject, block, window: Window::ALWAYS }
    }

    fn may(world: &World, entity: usize, resource: usize) -> bool {
        let nothing = json!({});
        let question = Question {
            subject: id(2, entity),
            action: "read",
            object: Selector::resource(id(3, resource)),
            context: &nothing,
            session: &nothing,
            now: 0,
            ceiling: None,
            administrative: false,
        };
        world.decide(&question).unwrap().allowed
    }

    #[test]
    fn so_many_grants_that_two_cores_make_them_hold_and_go_again() {
        let place = Fact::Tenant { id: tenant(), status: TenantStatus::Active, attributes: json!({}) };
        let asked = || (0..GRANTS).step_by(97);
        let around = catalogue::facts().chain([place]).chain((0..ENTITIES).map(entity));
        // A third is told before as something else, and of the blocks of a seventh nobody tells.
        let earlier = (0..GRANTS).step_by(3).map(|n| policy(n, n + 1, 1));
        let blocks = (0..GRANTS).filter(|n| n % 7 != 0).map(block);
        let policies = (0..GRANTS).map(|n| policy(n, n, n));
        let facts = around.chain(asked().map(resource)).chain(earlier).chain(blocks).chain(policies.clone());
        let world = World::load(true, facts);
        assert_eq!(world.stats().direct_policies, GRANTS);
        for fact in policies {
            assert_eq!(world.fact(&fact.key()), Some(fact));
        }
        let known = |n: usize| !n.is_multiple_of(7);
        for (entity, n) in (0..ENTITIES).flat_map(|entity| asked().map(move |n| (entity, n))) {
            assert_eq!(may(&world, entity, n), known(n) && n % ENTITIES == entity, "{entity} {n}");
        }
        let gone = (0..GRANTS).flat_map(|n| [block(n), policy(n, n, n)]).map(|fact| Change::Drop(fact.key()));
        let empty = world.apply(&gone.collect::<Vec<_>>());
        assert!(empty.index.is_empty() && empty.held.is_empty());
        assert!(empty.blocks.is_empty() && empty.policies.is_empty());
        assert!(may(&world, 1, 291) && !may(&empty, 1, 291), "a world stays what it was");
    }
}
