//! Whatever somebody does, and in whatever order, nobody can do more afterwards than they could before, or than whoever did it
//! could.

use std::collections::BTreeSet;
use std::sync::Arc;

use atoll_base::ctx::Ctx;
use atoll_base::time::Clock;
use atoll_policy::{ObjectKind, ObjectRef, Question, Selector, World, catalogue};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{ASSIGN, BLOCK, POLICY, REPLACE, assignment, policy};
use crate::harness::{Plant, on_both};

/// How much is done in each state.
const STEPS: usize = 60;

/// States that are tried; more with `ATOLL_PROOF=long`.
fn states() -> u64 {
    if std::env::var("ATOLL_PROOF").is_ok_and(|profile| profile == "long") { 70 } else { 9 }
}

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % count as u64).expect("below a usize")
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// What there is, for both to do something with.
#[derive(Default)]
struct Things {
    tenant: Uuid,
    people: Vec<Uuid>,
    devices: Vec<Uuid>,
    resources: Vec<Uuid>,
    places: Vec<Uuid>,
    crews: Vec<Uuid>,
    blocks: Vec<Uuid>,
    roles: Vec<Uuid>,
    policies: Vec<Uuid>,
    assignments: Vec<Uuid>,
}

impl Things {
    async fn lay(plant: &Plant, dice: &mut Dice, name: &str) -> Things {
        let tenant = plant.tenant(name).await;
        let of = Some(tenant);
        let mut things = Things { tenant, ..Things::default() };
        for number in 0..4 {
            things.people.push(plant.entity("human", &format!("person-{number}"), of).await);
            things.places.push(plant.group("object", &format!("place-{number}"), of).await);
            things.crews.push(plant.group("principal", &format!("crew-{number}"), of).await);
            let kind = dice.one(&["channel", "rule"]);
            things.resources.push(plant.resource(json!({ "kind": kind, "tenantId": tenant })).await);
        }
        for number in 0..2 {
            things.devices.push(plant.entity("device", &format!("device-{number}"), of).await);
        }
        for number in 0..3 {
            things.roles.push(plant.role(&format!("role-{number}"), of, &[]).await);
        }
        let admin = plant.admin();
        for _ in 0..45 {
            things.step(plant, &admin, dice).await;
        }
        things
    }

    fn entity(&self, dice: &mut Dice) -> Uuid {
        if dice.below(3) == 0 { dice.one(&self.devices) } else { dice.one(&self.people) }
    }

    fn subject(&self, dice: &mut Dice) -> (&'static str, Uuid) {
        if dice.below(3) == 0 { ("group", dice.one(&self.crews)) } else { ("entity", self.entity(dice)) }
    }

    fn block(&self, dice: &mut Dice) -> Value {
        let tenant = self.tenant;
        let object_type = dice.one(&["resource:channel", "resource:rule", "entity:device", "entity:human"]);
        let (kind, _) = object_type.split_once(':').unwrap_or_default();
        let group = dice.one(&self.places);
        let mut block = match dice.below(9) {
            0 => json!({ "scopeMode": "tenant" }),
            1 => json!({ "scopeMode": "object_kind", "objectKind": kind }),
            2 | 3 => json!({ "scopeMode": "object_type", "objectKind": kind, "objectType": object_type }),
            4 => {
                json!({ "scopeMode": "object", "objectKind": "resource", "objectId": dice.one(&self.resources) })
            }
            5 => json!({ "scopeMode": "object", "objectKind": "group", "objectId": dice.one(&self.crews) }),
            6 => {
                json!({ "scopeMode": "group_direct_objects", "groupId": group, "objectKind": kind, "objectType": object_type })
            }
            7 => {
                json!({ "scopeMode": "group_descendant_objects", "groupId": group, "objectKind": kind, "objectType": object_type })
            }
            _ => json!({ "scopeMode": "group_descendant_groups", "groupId": group }),
        };
        let names =
            ["read", "write", "delete", "manage", "policy.manage", "role.manage", "publish", "execute"];
        let action = catalogue::id(dice.one(&names)).expect("a seeded action");
        block["tenantId"] = json!(tenant);
        block["actionIds"] = json!([action]);
        block["effect"] = json!(dice.one(&["allow", "allow", "allow", "deny"]));
        json!({ "i": block })
    }

    /// Does something at random; what it is, and whether it was done.
    async fn step(&mut self, plant: &Plant, caller: &Ctx, dice: &mut Dice) -> (String, bool) {
        let (query, variables, made) = self.choose(dice);
        let answer = plant.answer(caller, query, variables.clone()).await;
        let done = answer.get("errors").is_none();
        if let (true, Some(list), Some(id)) = (done, made, answer["data"]["made"]["id"].as_str()) {
            let id = id.parse().expect("a UUID");
            match list {
                "block" => self.blocks.push(id),
                "policy" => self.policies.push(id),
                _ => self.assignments.push(id),
            }
        }
        (format!("{query} {variables}"), done)
    }

    fn choose(&self, dice: &mut Dice) -> (&'static str, Value, Option<&'static str>) {
        let (tenant, of) = (self.tenant, Some(self.tenant));
        let (kind, subject) = self.subject(dice);
        let some =
            |list: &[Uuid], dice: &mut Dice| if list.is_empty() { Uuid::nil() } else { dice.one(list) };
        let with = |query, variables| (query, variables, None);
        match dice.below(24) {
            0..=4 => (BLOCK, self.block(dice), Some("block")),
            5 | 6 => (POLICY, policy(kind, some(&self.blocks, dice), subject, of), Some("policy")),
            7 | 8 => (ASSIGN, assignment(kind, dice.one(&self.roles), subject, of), Some("assignment")),
            9 | 10 => {
                let held: BTreeSet<Uuid> = (0..dice.below(4)).map(|_| some(&self.blocks, dice)).collect();
                with(REPLACE, json!({ "r": dice.one(&self.roles), "b": held }))
            }
            11 | 12 => with(
                "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }",
                json!({ "g": dice.one(&self.crews), "e": self.entity(dice) }),
            ),
            13 => with(
                "mutation($g: ID!, $e: ID!) { removeGroupMember(groupId: $g, entityId: $e) }",
                json!({ "g": dice.one(&self.crews), "e": self.entity(dice) }),
            ),
            14 | 15 => {
                let groups = if dice.below(2) == 0 { &self.crews } else { &self.places };
                with(
                    "mutation($a: ID!, $b: ID!) { setGroupParent(id: $a, parentId: $b) { id } }",
                    json!({ "a": dice.one(groups), "b": dice.one(groups) }),
                )
            }
            16 | 17 => with(
                "mutation($r: ID!, $g: ID!) { setResourceParentGroup(resourceId: $r, groupId: $g) { id } }",
                json!({ "r": dice.one(&self.resources), "g": dice.one(&self.places) }),
            ),
            18 => with(
                "mutation($e: ID!, $g: ID!) { setEntityParentGroup(entityId: $e, groupId: $g) { id } }",
                json!({ "e": self.entity(dice), "g": dice.one(&self.places) }),
            ),
            19 => with(
                "mutation($id: ID!) { deleteDirectPolicy(id: $id) }",
                json!({ "id": some(&self.policies, dice) }),
            ),
            20 => with(
                "mutation($id: ID!) { deleteRoleAssignment(id: $id) }",
                json!({ "id": some(&self.assignments, dice) }),
            ),
            21 => {
                let kind = dice.one(&["human", "device", "service"]);
                with(
                    "mutation($id: ID!, $k: EntityKind) { updateEntity(id: $id, input: { kind: $k }) { id } }",
                    // The first two stay people: they are the ones who administer.
                    json!({ "id": dice.one(&[self.people[2], self.people[3], self.devices[0]]), "k": kind }),
                )
            }
            22 => {
                let group = if dice.below(2) == 0 { dice.one(&self.crews) } else { dice.one(&self.places) };
                let to = dice.one(&["disableGroup", "enableGroup"]);
                let query = match to {
                    "disableGroup" => "mutation($id: ID!) { disableGroup(id: $id) { id } }",
                    _ => "mutation($id: ID!) { enableGroup(id: $id) { id } }",
                };
                with(query, json!({ "id": group }))
            }
            _ => with(
                "mutation($t: ID!, $e: ID!) { addTenantMember(tenantId: $t, entityId: $e) }",
                json!({ "t": tenant, "e": self.entity(dice) }),
            ),
        }
    }

    fn objects(&self) -> Vec<ObjectRef> {
        let of = |kind: ObjectKind, ids: &[Uuid]| {
            ids.iter().map(move |id| ObjectRef::new(kind, *id)).collect::<Vec<_>>()
        };
        [
            of(ObjectKind::Tenant, &[self.tenant]),
            of(ObjectKind::Resource, &self.resources),
            of(ObjectKind::Entity, &self.people),
            of(ObjectKind::Entity, &self.devices),
            of(ObjectKind::Group, &self.places),
            of(ObjectKind::Group, &self.crews),
        ]
        .concat()
    }

    /// Everything that anybody may do.
    fn access(&self, plant: &Plant, world: &World) -> BTreeSet<(Uuid, &'static str, ObjectRef)> {
        let nothing = json!({});
        let mut may = BTreeSet::new();
        for subject in self.people.iter().chain(&self.devices) {
            for object in self.objects() {
                for action in catalogue::ACTIONS {
                    let question = Question {
                        subject: *subject,
                        action: action.name,
                        object: Selector::object(object),
                        context: &nothing,
                        session: &nothing,
                        now: plant.clock.now().0,
                        ceiling: None,
                        administrative: true,
                    };
                    if world.decide(&question).is_ok_and(|decision| decision.allowed) {
                        may.insert((*subject, action.name, object));
                    }
                }
            }
        }
        may
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sequence_of_operations_raises_anybody() {
    on_both(async |plant| {
        let (mut done, mut gained) = (0, 0);
        for seed in 0..states() {
            let mut dice = Dice(seed);
            let mut things = Things::lay(&plant, &mut dice, &format!("plant-{seed}")).await;
            // Two people who may administer, each a part; what else they hold is up to chance.
            let callers = [
                (things.people[0], vec!["policy.manage", "role.manage", "manage"]),
                (things.people[1], vec!["policy.manage", "role.manage", "manage", "read", "publish"]),
            ];
            for (person, actions) in &callers {
                let block = plant.block(crate::giving::over_tenant(things.tenant, actions)).await;
                plant.give(block, "entity", *person, Some(things.tenant)).await;
            }
            for step in 0..STEPS {
                let (person, _) = callers[dice.below(2)];
                let caller = plant.caller(person, Some(things.tenant));
                let world = || -> Arc<World> { plant.ground().decisions().world().unwrap() };
                let before = things.access(&plant, &world());
                let (what, was_done) = things.step(&plant, &caller, &mut dice).await;
                done += usize::from(was_done);
                for raised in things.access(&plant, &world()).difference(&before) {
                    gained += 1;
                    let (_, action, object) = *raised;
                    // Whoever is made a member of a tenant sees it: that is what a membership says.
                    if (action, object.kind) == ("read", ObjectKind::Tenant) {
                        continue;
                    }
                    assert!(
                        before.contains(&(person, action, object)),
                        "state {seed}, step {step}: {person} raised {raised:?} by {what}"
                    );
                }
            }
        }
        assert!(
            done > 60 && gained > 20,
            "{done} of the operations were done, {gained} times somebody gained something"
        );
    })
    .await;
}
