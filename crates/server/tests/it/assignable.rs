//! Finding people who could become members: of those one may read.

use serde_json::{Value, json};

use crate::harness::on_both;

const FIND: &str = "query($t: ID!, $q: String!, $n: Int) {
    found: tenantAssignableEntities(tenantId: $t, q: $q, limit: $n) { total items { name } } }";

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_those_who_may_read_them() {
    on_both(async |plant| {
        let (own, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let boss = plant.tenant_admin("boss", own).await;
        for (name, tenant) in [("ann one", Some(own)), ("ann two", Some(other)), ("ann three", None)] {
            plant.entity("human", name, tenant).await;
        }
        plant.entity("device", "ann device", Some(own)).await;
        let off = plant.entity("human", "ann off", None).await;
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), disable, json!({ "id": off })).await;
        let member = plant.entity("human", "ann member", None).await;
        let add = "mutation($t: ID!, $e: ID!) { addTenantMember(tenantId: $t, entityId: $e) }";
        plant.data(&plant.admin(), add, json!({ "t": own, "e": member })).await;
        let asked = |q: &str| json!({ "t": own, "q": q });
        let names = |answer: Value| {
            let items = answer["found"]["items"].as_array().cloned().unwrap_or_default();
            let mut names: Vec<String> =
                items.iter().filter_map(|item| item["name"].as_str().map(str::to_owned)).collect();
            names.sort();
            assert_eq!(answer["found"]["total"], json!(names.len()));
            names
        };
        let all = names(plant.data(&plant.admin(), FIND, asked(" ANN ")).await);
        assert_eq!(all, ["ann one", "ann three", "ann two"]);
        // Whoever administers one tenant sees only who is there.
        assert_eq!(names(plant.data(&boss, FIND, asked("ann")).await), ["ann one"]);
        assert_eq!(names(plant.data(&boss, FIND, asked("a%n")).await), Vec::<String>::new());
        let short = "q must contain at least 3 characters";
        assert_eq!(plant.refusal(&boss, FIND, asked(" an ")).await, short);
        let stranger = plant.tenant_admin("stranger", other).await;
        assert_eq!(plant.refusal(&stranger, FIND, asked("ann")).await, "forbidden");
        assert_eq!(plant.refusal(&plant.nobody(), FIND, asked("ann")).await, "missing authentication");
        let many = plant.data(&plant.admin(), FIND, json!({ "t": own, "q": "ann", "n": 1000 })).await;
        assert_eq!(many["found"]["total"], 3);
        let delete = "mutation($id: ID!) { deleteTenant(id: $id) }";
        plant.data(&plant.admin(), delete, json!({ "id": own })).await;
        let members = "query($t: ID!) { tenantMembers(tenantId: $t) { total } }";
        let gone = plant.refusal(&plant.admin(), members, json!({ "t": own })).await;
        assert_eq!(plant.refusal(&plant.admin(), FIND, asked("ann")).await, gone);
    })
    .await;
}
