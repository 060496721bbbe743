//! Pages of lists: going on after a cursor whatever is added or removed meanwhile, and the orders.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_policy::{Ceiling, CeilingEntry, CeilingScope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::action;
use crate::harness::{ADMIN, Plant, on_both};

const SORTS: [&str; 4] = ["created_desc", "created_asc", "name_asc", "name_desc"];

impl Plant {
    /// One page of three: what is on it, by id, and the cursor of the next.
    async fn page(&self, ctx: &Ctx, list: &str, sort: &str, after: &Value) -> (Vec<Uuid>, Value) {
        let query = format!(
            "query($after: String) {{ page: {list}(limit: 3, sort: {sort}, after: $after) {{ items {{ id }} nextCursor }} }}"
        );
        let page = self.data(ctx, &query, json!({ "after": after })).await["page"].take();
        let ids = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap().parse().unwrap());
        (ids.collect(), page["nextCursor"].clone())
    }

    /// Everything on a list, page by page, in its order.
    async fn walk(&self, ctx: &Ctx, list: &str, sort: &str) -> Vec<Uuid> {
        let (mut all, mut after) = (Vec::new(), Value::Null);
        loop {
            let (ids, next) = self.page(ctx, list, sort, &after).await;
            assert!(ids.len() == 3 || next.is_null(), "{list} {sort}");
            all.extend(ids);
            if next.is_null() {
                return all;
            }
            after = next;
        }
    }

    async fn thing(&self, list: &str, name: &str, tenant: Uuid) -> Uuid {
        match list {
            "entities" => self.entity("device", name, Some(tenant)).await,
            "resources" => self.resource(json!({ "kind": "pump", "name": name, "tenantId": tenant })).await,
            "objectGroups" | "groups" => self.group("object", name, Some(tenant)).await,
            "principalGroups" => self.group("principal", name, Some(tenant)).await,
            "roles" => self.role(name, Some(tenant), &[]).await,
            _ => self.tenant(name).await,
        }
    }

    async fn delete(&self, list: &str, id: Uuid) {
        let field = match list {
            "entities" => "deleteEntity",
            "resources" => "deleteResource",
            "roles" => "deleteRole",
            "tenants" => "deleteTenant",
            _ => "deleteGroup",
        };
        self.data(&self.admin(), &format!("mutation($id: ID!) {{ {field}(id: $id) }}"), json!({ "id": id }))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_throughout_is_seen_exactly_once() {
    on_both(async |plant| {
        let tenant = plant.tenant("home").await;
        for list in ["entities", "resources", "groups", "objectGroups", "principalGroups", "roles", "tenants"]
        {
            for sort in SORTS {
                let mut things = Vec::new();
                for at in 0..10 {
                    // Some were made at the same moment.
                    plant.clock.advance(Duration::from_micros(at % 3));
                    things.push(plant.thing(list, &format!("{list} {sort} {}", 9 - at), tenant).await);
                }
                let (mut seen, mut after) = (BTreeMap::<Uuid, usize>::new(), Value::Null);
                let mut gone = BTreeSet::new();
                for round in 0.. {
                    let (ids, next) = plant.page(&plant.admin(), list, sort, &after).await;
                    for id in &ids {
                        *seen.entry(*id).or_default() += 1;
                    }
                    if next.is_null() {
                        break;
                    }
                    after = next;
                    plant.clock.advance(Duration::from_micros(1));
                    // Also the very row that the cursor names is deleted.
                    for id in [things[(round * 7) % 10], ids[ids.len() - 1]] {
                        if round < 2 && things.contains(&id) && gone.insert(id) {
                            plant.delete(list, id).await;
                        }
                    }
                    if round < 3 {
                        plant.thing(list, &format!("{list} {sort} {round} later"), tenant).await;
                    }
                }
                assert!(seen.values().all(|times| *times == 1), "{list} {sort}");
                for thing in things.iter().filter(|thing| !gone.contains(thing)) {
                    assert!(seen.contains_key(thing), "{list} {sort}");
                }
                assert!(!gone.is_empty());
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_caller_walks_what_they_may_read_in_every_order() {
    on_both(async |plant| {
        let tenants = [plant.tenant("home").await, plant.tenant("away").await];
        let mut made = Vec::new();
        for at in 0..14 {
            plant.clock.advance(Duration::from_micros(1));
            let (name, tenant) = (format!("device {:02}", (at * 5) % 14), tenants[at % 2]);
            made.push((plant.entity("device", &name, Some(tenant)).await, name, tenant));
        }
        let names = async |ids: &[Uuid], sort: &str| {
            let mut own: Vec<_> = made.iter().enumerate().filter(|(_, one)| ids.contains(&one.0)).collect();
            if sort.starts_with("name") {
                own.sort_by(|one, other| one.1.1.cmp(&other.1.1));
            }
            if sort.ends_with("desc") {
                own.reverse();
            }
            own.into_iter().map(|(_, one)| one.0).collect::<Vec<_>>()
        };
        let reader = plant.entity("service", "reader", None).await;
        let join = "mutation($t: ID!, $e: ID!) { addTenantMember(tenantId: $t, entityId: $e) }";
        plant.data(&plant.admin(), join, json!({ "t": tenants[1], "e": reader })).await;
        let mut given: Vec<Uuid> = Vec::new();
        let give = async |scope: Value| {
            let mut input = json!({ "actionIds": [action("read")] });
            scope.as_object().unwrap().iter().for_each(|(name, value)| input[name] = value.clone());
            let tenant = input["tenantId"].as_str().map(|id| id.parse().unwrap());
            let block = plant.block(json!({ "i": input })).await;
            plant.give(block, "entity", reader, tenant).await;
        };
        // Single objects, then a tenant beside them, then a deny of one.
        for (id, _, _) in made.iter().filter(|(_, name, _)| name.ends_with(['1', '3', '0'])) {
            give(json!({ "scopeMode": "object", "objectKind": "entity", "objectId": id })).await;
            given.push(*id);
        }
        let asks = plant.caller(reader, None);
        for round in 0..3 {
            for sort in SORTS {
                let seen = plant.walk(&asks, "entities", sort).await;
                assert_eq!(seen, names(&given, sort).await, "{round} {sort}");
            }
            let counted = plant.data(&asks, "{ entities { total } }", json!({})).await["entities"]["total"].clone();
            assert_eq!(counted, given.len(), "{round}");
            let devices = plant.data(&asks, "{ entities(q: \"device 1\") { total items { name } } }", json!({})).await;
            let fitting = made.iter().filter(|one| given.contains(&one.0) && one.1.starts_with("device 1")).count();
            assert_eq!(devices["entities"]["total"], fitting, "{round}");
            if round == 0 {
                give(json!({ "scopeMode": "object_kind", "objectKind": "entity", "tenantId": tenants[1] })).await;
                given.extend(made.iter().filter(|one| one.2 == tenants[1]).map(|one| one.0));
                given.sort_unstable();
                given.dedup();
            } else if round == 1 {
                let deny = json!({ "scopeMode": "object", "objectKind": "entity", "objectId": given[0], "effect": "deny" });
                give(deny).await;
                given.remove(0);
            }
        }
        // A token for one tenant, and one for two objects.
        let capped = |scopes: Vec<CeilingScope>| {
            let entries = scopes.into_iter().map(|scope| CeilingEntry::new(["read"], scope, &json!({})));
            plant.capped(ADMIN, None, Ceiling { entries: entries.collect() })
        };
        let of_tenant: Vec<Uuid> = made.iter().filter(|one| one.2 == tenants[0]).map(|one| one.0).collect();
        let token = capped(vec![CeilingScope::Tenant(tenants[0])]);
        assert_eq!(plant.walk(&token, "entities", "name_asc").await, names(&of_tenant, "name_asc").await);
        let two = [made[3].0, made[8].0];
        let token = capped(two.iter().map(|id| CeilingScope::Object(*id)).collect());
        assert_eq!(plant.walk(&token, "entities", "created_asc").await, two);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_goes_on_while_it_grows() {
    on_both(async |plant| {
        let tenant = plant.tenant("home").await;
        let (mut before, mut seen) = (BTreeSet::new(), Vec::new());
        let all = "query($t: ID!) { auditLogs(tenantId: $t, limit: 200) { items { revision } nextCursor } }";
        for at in 0..8 {
            plant.entity("device", &format!("device {at}"), Some(tenant)).await;
        }
        let rows = plant.data(&plant.admin(), all, json!({ "t": tenant })).await["auditLogs"].take();
        assert!(rows["nextCursor"].is_null());
        before.extend(rows["items"].as_array().unwrap().iter().map(|row| row["revision"].as_i64().unwrap()));
        let mut after = Value::Null;
        let page = "query($t: ID!, $a: String) { page: auditLogs(tenantId: $t, limit: 3, after: $a) { items { revision } nextCursor } }";
        loop {
            let found = plant.data(&plant.admin(), page, json!({ "t": tenant, "a": after })).await["page"].take();
            seen.extend(found["items"].as_array().unwrap().iter().map(|row| row["revision"].as_i64().unwrap()));
            plant.entity("device", &format!("later {}", seen.len()), Some(tenant)).await;
            after = found["nextCursor"].clone();
            if after.is_null() {
                break;
            }
        }
        assert!(seen.is_sorted_by(|one, other| one > other));
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_is_not_ours_is_refused_in_words() {
    on_both(async |plant| {
        let admin = plant.admin();
        for at in 0..3 {
            plant.tenant(&format!("tenant {at}")).await;
            plant.entity("device", &format!("device {at}"), None).await;
        }
        let ask = |list: &str, more: &str| format!("query($after: String) {{ page: {list}(limit: 1, {more} after: $after) {{ items {{ id }} nextCursor }} }}");
        let cursor = plant.data(&admin, &ask("entities", ""), json!({})).await["page"]["nextCursor"].clone();
        let foreign = "the cursor is not one that this list returned";
        for bad in [json!("x"), json!("AAAA"), json!("WzEsImVudGl0aWVzIl0"), cursor.clone()] {
            assert_eq!(plant.refusal(&admin, &ask("tenants", ""), json!({ "after": bad })).await, foreign);
        }
        let other = plant.refusal(&admin, &ask("entities", "sort: name_asc,"), json!({ "after": cursor })).await;
        assert_eq!(other, "the cursor belongs to another sort of this list; send the sort it came with, or begin without it");
        let both = plant.refusal(&admin, &ask("entities", "offset: 2,"), json!({ "after": cursor })).await;
        assert_eq!(both, "give either after or offset, not both");
        // An empty one is none.
        plant.data(&admin, &ask("entities", "offset: 2,"), json!({ "after": "" })).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_only_limit_and_offset_sees_what_they_saw() {
    on_both(async |plant| {
        let mut made = Vec::new();
        for at in 0..5 {
            plant.clock.advance(Duration::from_micros(1));
            made.push(plant.tenant(&format!("tenant {at}")).await);
        }
        made.reverse();
        let query = "{ tenants(limit: 2, offset: 1) { total items { id } } }";
        let page = plant.data(&plant.admin(), query, json!({})).await["tenants"].take();
        assert_eq!(page, json!({ "total": 5, "items": [{ "id": made[1] }, { "id": made[2] }] }));
        let past =
            plant.data(&plant.admin(), "{ tenants(offset: 50) { total items { id } } }", json!({})).await;
        assert_eq!(past["tenants"], json!({ "total": 5, "items": [] }));
    })
    .await;
}
