//! How a tenant is set up leaves as files and comes back as the same.

use std::collections::BTreeMap;

use atoll_base::settings::Settings;
use atoll_identity::moving::configuration::{
    self, Assignment, Block, Change, Configuration, Free, Group, Guardrail, Policy, PolicyTest, Profile,
    Resource, Role, SignIn, Tenant, Version, files,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both};

fn free(value: &Value) -> Free {
    Free::of(value)
}

fn block(actions: &[&str], scope: &str) -> Block {
    Block {
        effect: "allow".into(),
        actions: actions.iter().map(|name| (*name).to_owned()).collect(),
        scope: scope.into(),
        ..Block::default()
    }
}

fn group(kind: &str, name: &str, parent: Option<&str>) -> Group {
    let (kind, name, parent) = (kind.into(), name.into(), parent.map(str::to_owned));
    Group { kind, name, parent, status: "active".into(), ..Group::default() }
}

/// A bit of everything.
fn everything() -> Configuration {
    let held = Block { group: Some("Halls".into()), ..block(&["read"], "group_direct_objects") };
    let held = Block { object_kind: Some("resource".into()), object_type: Some("channel".into()), ..held };
    let on_pump = Block { object: Some("resource:pump".into()), ..block(&["read", "write"], "object") };
    let when = Block {
        object_kind: Some("resource".into()),
        conditions: free(&json!({ "context.shift": "night", "context.level": 3 })),
        effect: "deny".into(),
        ..block(&["delete"], "object_kind")
    };
    let may = |subject: &str, role: &str| Assignment {
        subject: subject.into(),
        role: role.into(),
        ..Assignment::default()
    };
    Configuration {
        tenant: Tenant {
            name: "Acme \"Works\"".into(),
            alias: Some("acme".into()),
            tags: vec!["one".into(), "two".into()],
            sign_in: SignIn { second_factor: "any".into(), grace_secs: 60 },
            policy_tests_refuse_changes: true,
            attributes: free(&json!({ "none": null, "deep": { "a": [1, 2.5, "x"] } })),
            ..Tenant::default()
        },
        groups: Some(vec![
            Group { description: Some("two\nlines".into()), ..group("object", "Halls", None) },
            group("object", "Annex", Some("Halls")),
            Group {
                attributes: free(&json!({ "z": { "y": 1 }, "a": 2 })),
                ..group("principal", "Staff", None)
            },
            Group { status: "inactive".into(), ..group("principal", "Night: watch", Some("Staff")) },
        ]),
        resources: Some(vec![Resource {
            alias: Some("pump".into()),
            kind: "channel".into(),
            name: Some("The pump".into()),
            group: Some("Annex".into()),
            owner: Some("entity:ann".into()),
            ..Resource::default()
        }]),
        roles: Some(vec![
            Role {
                name: "operator".into(),
                description: Some("runs it".into()),
                blocks: vec![held, on_pump.clone(), when],
            },
            Role { name: "empty".into(), ..Role::default() },
            Role {
                name: "tenant-admin".into(),
                blocks: vec![block(&["manage", "read"], "tenant")],
                ..Role::default()
            },
        ]),
        assignments: Some(vec![
            may("principal_group:Staff", "operator"),
            Assignment {
                not_before: Some("2030-01-01T00:00:00Z".into()),
                expires_at: Some("2031-01-01T00:00:00Z".into()),
                reason: Some("the season".into()),
                ..may("entity:ann", "operator")
            },
            may("platform_entity:admin", "tenant-admin"),
        ]),
        policies: Some(vec![Policy { subject: "entity:ann".into(), block: on_pump, ..Policy::default() }]),
        profiles: Some(vec![Profile {
            object_kind: "entity".into(),
            kind: "device".into(),
            key: "meter/1".into(),
            display_name: "Meter".into(),
            status: "active".into(),
            versions: vec![Version {
                number: 1,
                status: "active".into(),
                schema: "s.json".into(),
                ui_schema: None,
            }],
            ..Profile::default()
        }]),
        guardrails: Some(vec![Guardrail {
            entity_kind: "device".into(),
            action: "delete".into(),
            object_kind: "resource".into(),
            object_type: Some("channel".into()),
            decision: "deny".into(),
        }]),
        tests: Some(vec![PolicyTest {
            name: "ann reads the pump".into(),
            subject: "entity:ann".into(),
            action: "read".into(),
            object: "resource:pump".into(),
            may: true,
            ..PolicyTest::default()
        }]),
        schemas: BTreeMap::from([("s.json".into(), json!({ "type": "object", "required": ["serial"] }))]),
    }
}

/// Files of a configuration, read again.
fn written(configuration: &Configuration) -> (tempfile::TempDir, configuration::Wish) {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), configuration).unwrap();
    let wish = files::read(folder.path()).unwrap();
    (folder, wish)
}

/// Applies it, to a new tenant where there is none.
async fn apply(plant: &Plant, tenant: Option<Uuid>, said: &Configuration) -> configuration::Plan {
    let (_folder, wish) = written(said);
    let ctx = plant.admin();
    let plan = configuration::preview(&ctx, tenant, false, &wish, true).await.unwrap();
    configuration::apply(&ctx, tenant, false, &wish, true, &plan).await.unwrap();
    plan
}

async fn tenant_called(plant: &Plant, name: &str) -> Uuid {
    let query = "query { tenants(limit: 100) { items { id name } } }";
    let all = plant.data(&plant.admin(), query, json!({})).await;
    let items = all["tenants"]["items"].as_array().unwrap();
    items.iter().find(|one| one["name"] == name).unwrap()["id"].as_str().unwrap().parse().unwrap()
}

/// Sets up a tenant with ann in it, so that files can speak of her; what is exported then.
async fn set_up(plant: &Plant, said: &Configuration) -> (Uuid, Configuration) {
    let bare = Configuration { tenant: said.tenant.clone(), ..Configuration::default() };
    let plan = apply(plant, None, &bare).await;
    assert!(plan.new);
    let tenant = tenant_called(plant, &said.tenant.name).await;
    plant.entity("human", "ann", Some(tenant)).await;
    let plan = apply(plant, Some(tenant), said).await;
    assert_eq!(plan.left, [""; 0]);
    (tenant, configuration::export(&plant.admin(), tenant, true).await.unwrap().configuration)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_one_store_makes_the_same_in_another() {
    let first = Plant::with(Settings::for_tests()).await;
    let (tenant, exported) = set_up(&first, &everything()).await;
    let texts = files::texts(&exported);
    assert!(texts["roles.toml"].contains("group = \"Halls\""), "{}", texts["roles.toml"]);
    assert!(
        !texts.iter().any(|(file, text)| file.ends_with("toml") && text.contains(&tenant.to_string())),
        "{texts:?}"
    );
    on_both(async |plant| {
        let (tenant, again) = set_up(&plant, &exported).await;
        assert_eq!(files::texts(&again), texts);
        // Once more changes nothing.
        let plan = apply(&plant, Some(tenant), &again).await;
        assert!(plan.is_empty(), "{:?}", plan.steps);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_said_and_done_and_the_rest_is_left_alone() {
    on_both(async |plant| {
        let (tenant, mut said) = set_up(&plant, &everything()).await;
        said.roles.as_mut().unwrap().retain(|role| role.name != "empty");
        let operator = said.roles.as_mut().unwrap().iter_mut().find(|role| role.name == "operator").unwrap();
        operator.description = Some("keeps it going".into());
        said.assignments.as_mut().unwrap().retain(|one| !one.subject.ends_with("Staff"));
        said.assignments.as_mut().unwrap()[0].reason = None;
        let carl =
            Assignment { subject: "entity:carl".into(), role: "operator".into(), ..Assignment::default() };
        said.assignments.as_mut().unwrap().push(carl);
        let (_folder, wish) = written(&said);
        let ctx = plant.admin();
        let looked = configuration::preview(&ctx, Some(tenant), false, &wish, false).await.unwrap();
        assert_eq!(looked.left, ["assignment: entity:carl has operator, who is not here"]);
        assert_eq!(looked.removed(), 2, "{:?}", looked.steps);
        let changed = looked.steps.iter().find(|step| step.key == "role:operator").unwrap();
        let fields = vec![("description".into(), "runs it".into(), "keeps it going".into())];
        assert_eq!(changed.change, Change::Changed(fields));
        // Looking did nothing.
        let there = configuration::export(&ctx, tenant, true).await.unwrap().configuration;
        assert_eq!(there.roles.unwrap().len(), 3);
        apply(&plant, Some(tenant), &said).await;
        let there = configuration::export(&ctx, tenant, true).await.unwrap().configuration;
        assert_eq!(there.roles, said.roles);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_a_guard_refuses_changes_nothing() {
    on_both(async |plant| {
        let (tenant, mut said) = set_up(&plant, &everything()).await;
        said.policies = Some(Vec::new());
        said.assignments.as_mut().unwrap().retain(|one| one.subject == "platform_entity:admin");
        said.groups.as_mut().unwrap().push(group("object", "New", None));
        let (_folder, wish) = written(&said);
        let refused = configuration::preview(&plant.admin(), Some(tenant), false, &wish, true).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("ann reads the pump"), "{refused}");
        said.groups.as_mut().unwrap().last_mut().unwrap().parent = Some("Nowhere".into());
        let (_folder, wish) = written(&said);
        let refused = configuration::preview(&plant.admin(), Some(tenant), false, &wish, true).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("groups.toml:") && refused.contains("add it to groups.toml"), "{refused}");
    })
    .await;
}

prop_compose! {
    /// A small configuration: names of any letters, groups in chains, blocks of several scopes.
    fn small()(
        names in prop::collection::btree_set("[a-zA-Zé \"#=.:/\\[\\]-]{0,8}[a-z]", 1..5),
        picks in prop::collection::vec((0usize..5, 0usize..4, any::<bool>()), 1..6),
        text in prop::option::of("[ -~\n]{0,20}x"),
        number in any::<i32>(),
        tags in prop::collection::btree_set("[a-z]{1,5}", 0..3),
    ) -> Configuration {
        let names: Vec<String> = names.into_iter().map(|name| name.trim().to_owned()).collect();
        let names: std::collections::BTreeSet<String> = names.into_iter().collect();
        let names: Vec<String> = names.into_iter().collect();
        let name = |at: usize| names[at % names.len()].clone();
        let groups = (0..names.len()).map(|at| Group {
            attributes: free(&json!({ "n": number, "f": f64::from(number) / 4.0, "t": text, "list": [{ "k": number }] })),
            ..group("object", &name(at), at.checked_sub(1).map(name).as_deref())
        });
        let mut blocks: Vec<Block> = picks.iter().map(|(at, scope, deny)| {
            let mut made = match scope {
                0 => block(&["read"], "tenant"),
                1 => Block { object_kind: Some("resource".into()), ..block(&["read", "write"], "object_kind") },
                2 => Block { object_kind: Some("resource".into()), object_type: Some("channel".into()), ..block(&["delete"], "object_type") },
                _ => Block { object: Some(format!("object_group:{}", name(*at))), ..block(&["read"], "object") },
            };
            if *deny {
                made.effect = "deny".into();
                made.conditions = free(&json!({ "context.x": number }));
            }
            made
        }).collect();
        let direct: Vec<Policy> = blocks.pop().into_iter().map(|block| Policy { subject: "entity:ann".into(), block, reason: text.clone().map(|text| text.trim().to_owned()), ..Policy::default() }).collect();
        Configuration {
            tenant: Tenant { name: "Small".into(), tags: tags.into_iter().collect(), ..Tenant::default() },
            groups: Some(groups.collect()),
            roles: Some(vec![Role { name: name(0), description: text, blocks }]),
            assignments: Some(vec![Assignment { subject: "entity:ann".into(), role: name(0), ..Assignment::default() }]),
            policies: Some(direct),
            ..Configuration::default()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_small_configuration_comes_back_as_it_left() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let said = small().new_tree(&mut runner).unwrap().current();
        let first = Plant::with(Settings::for_tests()).await;
        let (_, exported) = set_up(&first, &said).await;
        let second = Plant::with(Settings::for_tests()).await;
        let (_, again) = set_up(&second, &exported).await;
        assert_eq!(files::texts(&again), files::texts(&exported), "{said:?}");
    }
}
