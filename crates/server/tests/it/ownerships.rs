//! Whose an entity is: kept for applications, and no way to more rights.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::tables_agree;
use crate::harness::on_both;

const ADD: &str =
    "mutation($a: ID!, $b: ID!, $r: String) { done: addOwnership(ownerId: $a, ownedId: $b, relation: $r)
    { ownerId ownedId relation } }";
const REMOVE: &str = "mutation($a: ID!, $b: ID!) { done: removeOwnership(ownerId: $a, ownedId: $b) }";
const OWNED: &str = "query($a: ID!) { owned: ownedEntities(ownerId: $a) { id } }";

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_owns_another_in_one_way_and_that_is_remembered() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let owner = plant.entity("human", "ann", Some(tenant)).await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let pair = json!({ "a": owner, "b": meter });
        let done = plant.data(&admin, ADD, pair.clone()).await["done"].take();
        assert_eq!(done, json!({ "ownerId": owner, "ownedId": meter, "relation": "owner" }));
        let renamed = plant.data(&admin, ADD, json!({ "a": owner, "b": meter, "r": " tenant of " })).await;
        assert_eq!(renamed["done"]["relation"], "tenant of");
        assert_eq!(plant.data(&admin, OWNED, json!({ "a": owner })).await["owned"], json!([{ "id": meter }]));
        // It gives no rights.
        assert!(!plant.check(owner, "read", "entity", meter).await.0);
        for _ in 0..2 {
            assert_eq!(plant.data(&admin, REMOVE, pair.clone()).await["done"], json!(true));
        }
        assert_eq!(plant.data(&admin, OWNED, json!({ "a": owner })).await["owned"], json!([]));
        let remembered = plant.remembered("entity").await;
        let about: Vec<_> = remembered.iter().filter(|event| event.starts_with("ownership.")).collect();
        assert_eq!(about, ["ownership.add", "ownership.add", "ownership.remove"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_manages_both_says_whose_an_entity_is() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let boss = plant.person_who_may("boss", tenant, &["manage"]).await;
        let mine = plant.entity("device", "mine", Some(tenant)).await;
        let theirs = plant.entity("device", "theirs", Some(other)).await;
        let pairs: [(Uuid, Uuid, Option<&str>); 4] = [
            (mine, theirs, Some("forbidden")),
            (theirs, mine, Some("forbidden")),
            (mine, Uuid::from_u128(404), Some("forbidden")),
            (mine, mine, None),
        ];
        for (a, b, refused) in pairs {
            let pair = json!({ "a": a, "b": b });
            match refused {
                Some(text) => assert_eq!(plant.refusal(&boss, ADD, pair.clone()).await, text),
                None => drop(plant.data(&boss, ADD, pair).await),
            }
        }
        let reader = plant.person_who_may("reader", tenant, &["read"]).await;
        let owned = plant.data(&reader, OWNED, json!({ "a": mine })).await["owned"].take();
        assert_eq!(owned, json!([{ "id": mine }]));
        assert_eq!(plant.refusal(&reader, OWNED, json!({ "a": theirs })).await, "forbidden");
        let off = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), off, json!({ "id": mine })).await;
        let text = plant.refusal(&boss, ADD, json!({ "a": mine, "b": mine })).await;
        assert_eq!(text, "ownership requires live active entities");
        assert_eq!(
            plant.data(&boss, REMOVE, json!({ "a": mine, "b": mine })).await["done"],
            Value::Bool(true)
        );
        tables_agree(&plant).await;
    })
    .await;
}
