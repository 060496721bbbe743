//! Facts are kept in a ledger as JSON, so their form is fixed.

use atoll_policy::{Change, Fact, FactKey};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::worlds;

#[test]
fn the_form_is_fixed() {
    let one = "00000000-0000-0000-0000-000000000001";
    let two = "00000000-0000-0000-0000-000000000002";
    let table: [(Value, &str); 15] = [
        (json!({"fact": "tenant", "id": one, "status": "frozen", "attributes": {"a": 1}}), "id"),
        (
            json!({
                "fact": "entity", "id": one, "tenant": null, "kind": "human", "name": "n", "status": "active",
                "deleted": false, "attributes": {},
            }),
            "id",
        ),
        (
            json!({
                "fact": "resource", "id": one, "tenant": two, "kind": "channel", "name": null, "deleted": true,
                "attributes": {},
            }),
            "id",
        ),
        (
            json!({
                "fact": "group", "id": one, "tenant": two, "flavour": "object", "name": "n", "status": "suspended",
                "deleted": false, "parent": two, "attributes": {},
            }),
            "id",
        ),
        (json!({"fact": "placement", "object": {"kind": "resource", "id": one}, "group": two}), "object"),
        (json!({"fact": "member", "group": one, "entity": two}), "group,entity"),
        (json!({"fact": "membership", "tenant": one, "entity": two}), "tenant,entity"),
        (
            json!({
                "fact": "credential", "id": one, "entity": two, "tenant": null, "kind": "password", "attributes": {},
            }),
            "id",
        ),
        (json!({"fact": "action", "id": one, "name": "read"}), "id"),
        (
            json!({"fact": "applicability", "action": one, "object_kind": "audit_log", "object_type": null}),
            "action,object_kind,object_type",
        ),
        (
            json!({
                "fact": "block", "id": one, "tenant": two, "effect": "deny", "conditions": {"context.a": 1},
                "scope": {"mode": "group_direct_objects", "of": {"group": two, "object_type": "resource:channel"}},
                "actions": [two],
            }),
            "id",
        ),
        (json!({"fact": "role", "id": one, "tenant": null, "name": "n", "deleted": false}), "id"),
        (json!({"fact": "role_block", "role": one, "block": two}), "role,block"),
        (
            json!({"fact": "assignment", "id": one, "tenant": two, "subject": {"entity": two}, "role": two}),
            "id",
        ),
        (
            json!({"fact": "direct_policy", "id": one, "tenant": null, "subject": {"group": two}, "block": two}),
            "id",
        ),
    ];
    for (fact, key) in table {
        let change: Change = serde_json::from_value(json!({"put": fact})).unwrap();
        assert_eq!(serde_json::to_value(&change).unwrap(), json!({"put": fact}));
        let Change::Put(known) = &change else { panic!("{change:?}") };
        let mut expected = json!({"fact": fact["fact"]});
        for part in key.split(',') {
            expected[part] = fact[part].clone();
        }
        let dropped = Change::Drop(known.key());
        assert_eq!(serde_json::to_value(&dropped).unwrap(), json!({"drop": expected}));
        assert_eq!(serde_json::from_value::<Change>(json!({"drop": expected})).unwrap(), dropped);
    }
}

#[test]
fn attributes_and_conditions_may_be_left_out() {
    let id = "00000000-0000-0000-0000-000000000001";
    let text = json!({"fact": "tenant", "id": id, "status": "active"}).to_string();
    let fact: Fact = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&fact).unwrap()["attributes"], json!({}));
    assert_eq!(fact.key(), FactKey::Tenant { id: id.parse().unwrap() });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_fact_survives_json(numbers in prop::collection::vec(any::<u128>(), worlds::size())) {
        for fact in worlds::facts(&numbers) {
            let text = serde_json::to_string(&fact).unwrap();
            prop_assert_eq!(serde_json::from_str::<Fact>(&text).unwrap(), fact);
        }
    }
}
