//! Lists of random worlds, through the doors and on both engines: what they show is what the engine's filter and the oracle
//! say, and their total is how many those are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::decisions::Source as _;
use atoll_policy::oracle::Oracle;
use atoll_policy::{
    Ceiling, CeilingEntry, CeilingScope, Fact, ObjectKind, ObjectRef, Scope, TenantStatus, Visible, Window,
    World,
};
use serde_json::json;
use uuid::Uuid;

use crate::digits::{Class, Digits, id};
use crate::harness::{Plant, on_both};
use crate::scenarios::Stage;
use crate::worlds;

/// Worlds a run looks at, unless `ATOLL_WORLDS` says otherwise.
const WORLDS: u64 = 5;

const LISTS: [(&str, ObjectKind, &[&str]); 4] = [
    ("entities", ObjectKind::Entity, &["read"]),
    ("resources", ObjectKind::Resource, &["read"]),
    ("groups", ObjectKind::Group, &["read"]),
    ("tenants", ObjectKind::Tenant, &["read", "manage"]),
];

/// Who lists the whole of tenants.
const EVERY_TENANT: Rule = Rule::any(&[May::platform("read"), May::platform("manage")]);

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_what_engine_and_oracle_say() {
    let worlds = std::env::var("ATOLL_WORLDS").ok().and_then(|count| count.parse().ok()).unwrap_or(WORLDS);
    let (shown, hidden) = (AtomicU64::new(0), AtomicU64::new(0));
    for seed in 0..worlds {
        let numbers = numbers(seed, worlds::size());
        on_both(async |plant| {
            let name = format!("world {seed}");
            let mut stage = Stage { plant: &plant, name: &name, made: BTreeMap::new(), forgiving: true };
            stage.set_up(&fitted(worlds::facts(&numbers))).await;
            let (some, others) = look(&plant, seed).await;
            shown.fetch_add(some, Relaxed);
            hidden.fetch_add(others, Relaxed);
        })
        .await;
    }
    let (shown, hidden) = (shown.into_inner(), hidden.into_inner());
    assert!(shown > 10 * worlds && hidden > 20 * worlds, "{shown} shown, {hidden} hidden");
}

/// Numbers that are the same in each run (SplitMix64).
fn numbers(seed: u64, count: usize) -> Vec<u128> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u128::from(mixed ^ (mixed >> 31))
    };
    (0..count).map(|_| next() << 64 | next()).collect()
}

/// The same world with more of what the doors take: grants bounded as their blocks and roles are, always in force, and
/// subjects of the platform that are members everywhere.
fn fitted(mut facts: Vec<Fact>) -> Vec<Fact> {
    let mut within = BTreeMap::new();
    for fact in &mut facts {
        match fact {
            Fact::Entity { id: entity, tenant, .. } if (0..3).any(|n| *entity == id(Class::Entity, n)) => {
                *tenant = None
            }
            Fact::Block { id, tenant, scope, .. } => {
                if let Scope::Tenant(of) = scope {
                    *tenant = Some(*of);
                }
                within.insert(*id, *tenant);
            }
            Fact::Role { id, tenant, .. } => drop(within.insert(*id, *tenant)),
            _ => {}
        }
    }
    for fact in &mut facts {
        match fact {
            Fact::DirectPolicy { tenant, window, block, .. } => {
                (*tenant, *window) = (within.get(block).copied().flatten(), Window::ALWAYS);
            }
            Fact::Assignment { tenant, window, role, .. } => {
                (*tenant, *window) = (within.get(role).copied().flatten(), Window::ALWAYS);
            }
            Fact::Member { window, .. } | Fact::Membership { window, .. } => *window = Window::ALWAYS,
            _ => {}
        }
    }
    let everywhere = (0..9).map(|n| Fact::Membership {
        tenant: id(Class::Tenant, n / 3),
        entity: id(Class::Entity, n % 3),
        window: Window::ALWAYS,
    });
    // Before the grants that need them.
    everywhere.chain(facts).collect()
}

/// Compares every list of every subject; how much was shown and how much was not.
async fn look(plant: &Plant, seed: u64) -> (u64, u64) {
    let world = plant.ground().decisions().world().unwrap();
    let facts = facts(plant).await;
    let oracle = Oracle::new(world.is_strict(), facts.clone());
    let (mut shown, mut hidden) = (0, 0);
    for subject in (0..5).map(|n| id(Class::Entity, n)) {
        let tenant = world.entity(subject).and_then(|entity| entity.tenant);
        let ceiling = ceiling(Digits(numbers(seed ^ subject.as_u128() as u64, 1)[0]));
        for (ctx, ceiling) in [
            (plant.caller(subject, tenant), None),
            (plant.capped(subject, tenant, ceiling.clone()), Some(ceiling)),
        ] {
            let asked = Asked { plant, world: &world, oracle: &oracle, subject, ctx, ceiling };
            for (list, kind, actions) in LISTS {
                let objects: Vec<Uuid> = facts.iter().filter_map(|fact| object(fact, kind)).collect();
                let found = asked.compare(list, kind, actions, &objects).await;
                shown += found;
                hidden += objects.len() as u64 - found;
            }
        }
    }
    (shown, hidden)
}

struct Asked<'a> {
    plant: &'a Plant,
    world: &'a World,
    oracle: &'a Oracle,
    subject: Uuid,
    ctx: Ctx,
    ceiling: Option<Ceiling>,
}

impl Asked<'_> {
    async fn compare(&self, list: &str, kind: ObjectKind, actions: &[&str], objects: &[Uuid]) -> u64 {
        let (now, ceiling) = (self.ctx.now().0, self.ceiling.as_ref());
        let all = list == "tenants" && self.ctx.may(&EVERY_TENANT, &Within::<()>::platform()).unwrap();
        let filters: Vec<Visible> = actions
            .iter()
            .map(|action| self.world.visible(self.subject, now, ceiling, action, kind))
            .collect();
        let mut expected = BTreeSet::new();
        for id in objects {
            let object = ObjectRef::new(kind, *id);
            let admitted = filters.iter().any(|filter| filter.admits(self.world, object));
            let listed =
                actions.iter().any(|action| self.oracle.lists(self.subject, now, ceiling, action, object));
            assert_eq!(admitted, listed, "{list} {object}");
            let kept = || self.world.tenant(*id).is_some_and(|tenant| tenant.status != TenantStatus::Deleted);
            if if all { kept() } else { admitted } {
                expected.insert(*id);
            }
        }
        let query = format!("{{ {list}(limit: 100, sort: name_desc) {{ total items {{ id }} }} }}");
        let page = self.plant.data(&self.ctx, &query, json!({})).await[list].take();
        let items = page["items"].as_array().unwrap().iter();
        let shown: Vec<Uuid> = items.map(|item| item["id"].as_str().unwrap().parse().unwrap()).collect();
        let whose = format!("{list} of {} within {:?}", self.subject, self.ceiling);
        assert_eq!(page["total"], expected.len(), "{whose}");
        assert_eq!(shown.len(), expected.len(), "{whose}");
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), expected, "{whose}");
        expected.len() as u64
    }
}

/// What is in the store.
async fn facts(plant: &Plant) -> Vec<Fact> {
    let tx = plant.ground().db().frozen().await.unwrap();
    let mut facts = Vec::new();
    let mut sink = |fact| facts.push(fact);
    atoll_identity::IdentityFacts.load(&tx, &mut sink).await.unwrap();
    atoll_access::AccessFacts.load(&tx, &mut sink).await.unwrap();
    facts
}

fn object(fact: &Fact, of: ObjectKind) -> Option<Uuid> {
    match (of, fact) {
        (ObjectKind::Entity, Fact::Entity { id, .. })
        | (ObjectKind::Resource, Fact::Resource { id, .. })
        | (ObjectKind::Group, Fact::Group { id, .. })
        | (ObjectKind::Tenant, Fact::Tenant { id, .. }) => Some(*id),
        _ => None,
    }
}

/// Of one to three entries.
fn ceiling(mut digits: Digits) -> Ceiling {
    let count = 1 + digits.below(3);
    let mut entry = || {
        let scope = match digits.below(6) {
            0 => CeilingScope::Platform,
            1 | 2 => CeilingScope::Tenant(id(Class::Tenant, digits.below(3))),
            3 => CeilingScope::Kind { kind: ObjectKind::Resource, tenant: None },
            _ => CeilingScope::Object(worlds::any_object(&mut digits).id),
        };
        CeilingEntry::new(["read"], scope, &json!({}))
    };
    Ceiling { entries: (0..count).map(|_| entry()).collect() }
}
