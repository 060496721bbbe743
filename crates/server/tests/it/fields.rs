//! What every noun promises about its fields.

use serde_json::{Value, json};

use crate::harness::on_both;

/// How each noun is made, with an input that lacks nothing.
const NOUNS: [(&str, &str); 6] = [
    ("Tenant", "{}"),
    ("Entity", r#"{ "kind": "device" }"#),
    ("Resource", r#"{ "kind": "channel" }"#),
    ("ObjectGroup", "{}"),
    ("PrincipalGroup", "{}"),
    ("Role", "{}"),
];

fn making(noun: &str) -> String {
    format!("mutation($i: Create{}Input!) {{ made: create{noun}(input: $i) {{ id }} }}", noun_of_input(noun))
}

fn noun_of_input(noun: &str) -> &str {
    if noun.ends_with("Group") { "Group" } else { noun }
}

fn with(base: &str, name: &str, value: Value) -> Value {
    let mut input: Value = serde_json::from_str(base).expect("JSON");
    input["name"] = json!("thing");
    input[name] = value;
    json!({ "i": input })
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_called_by_a_blank() {
    on_both(async |plant| {
        let admin = plant.admin();
        for (noun, base) in NOUNS.into_iter().filter(|(noun, _)| *noun != "Resource") {
            for blank in ["", "  ", "\t"] {
                let text = plant.refusal(&admin, &making(noun), with(base, "name", json!(blank))).await;
                assert_eq!(text, "name is required", "{noun}");
            }
        }
        let action = "mutation { createAction(input: { name: \" \" }) { id } }";
        assert_eq!(plant.refusal(&admin, action, json!({})).await, "name is required");
        // Resources need no name: a blank one is none.
        let made = plant
            .data(&admin, &making("Resource"), with(r#"{ "kind": "channel" }"#, "name", json!(" ")))
            .await;
        let show = "query($id: ID!) { resource(id: $id) { name } }";
        let shown = plant.data(&admin, show, json!({ "id": made["made"]["id"] })).await;
        assert_eq!(shown["resource"]["name"], json!(null));
        let kind = plant.refusal(&admin, &making("Resource"), with("{}", "kind", json!(" "))).await;
        assert_eq!(kind, "kind is required");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_are_objects() {
    on_both(async |plant| {
        let admin = plant.admin();
        for (noun, base) in NOUNS.into_iter().filter(|(noun, _)| *noun != "Role") {
            for odd in [json!([]), json!("text"), json!(7), json!(true)] {
                let text = plant.refusal(&admin, &making(noun), with(base, "attributes", odd)).await;
                assert_eq!(text, "attributes must be a JSON object", "{noun}");
            }
            plant.data(&admin, &making(noun), with(base, "attributes", json!(null))).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_can_be_taken_away() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let group = plant.group("object", "hall", Some(tenant)).await;
        let role = plant.role("reader", Some(tenant), &[]).await;
        let make = "mutation { made: createAction(input: { name: \"calibrate\", description: \"x\" }) { id } }";
        let action = plant.made(&admin, make, json!({})).await;
        for (noun, id) in [("Group", group), ("Role", role), ("Action", action)] {
            let update = format!(
                "mutation($id: ID!, $d: String) {{ done: update{noun}(id: $id, input: {{ description: $d }}) {{ description }} }}"
            );
            for (given, kept) in [(json!("for a while"), json!("for a while")), (json!(null), json!("for a while")), (json!(" "), json!(null))] {
                let done = plant.data(&admin, &update, json!({ "id": id, "d": given })).await;
                assert_eq!(done["done"]["description"], kept, "{noun}");
            }
        }
        let resource = plant.resource(json!({ "kind": "channel", "name": "c", "alias": "c", "tenantId": tenant })).await;
        let update = "mutation($id: ID!) { done: updateResource(id: $id, input: { name: \" \", alias: \"\" }) { name alias } }";
        let done = plant.data(&admin, update, json!({ "id": resource })).await;
        assert_eq!(done["done"], json!({ "name": null, "alias": null }));
    })
    .await;
}

/// An entity can leave its tenant and its profile, and what it was given there stays behind.
#[tokio::test(flavor = "multi_thread")]
async fn an_entity_can_be_moved_to_the_platform_and_out_of_its_profile() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let profiles = "{ profiles(kind: \"device\") { items { id } } }";
        let profile = plant.data(&admin, profiles, json!({})).await["profiles"]["items"][0]["id"].take();
        let input = json!({ "i": { "profileId": profile, "name": "meter", "tenantId": tenant } });
        let meter = plant.made(&admin, &making("Entity"), input).await;
        let block = plant.block(crate::giving::over_tenant(tenant, &["read"])).await;
        plant.give(block, "entity", meter, Some(tenant)).await;
        let update = "mutation($id: ID!, $i: UpdateEntityInput!) { done: updateEntity(id: $id, input: $i)
            { kind tenantId profileId profileVersionId } }";
        let boss = plant.tenant_admin("boss", tenant).await;
        let moving = json!({ "id": meter, "i": { "tenantId": "" } });
        assert_eq!(plant.refusal(&boss, update, moving.clone()).await, "forbidden");
        let moved = plant.data(&admin, update, moving).await["done"].take();
        assert_eq!((&moved["tenantId"], &moved["profileId"]), (&json!(null), &profile));
        let list = "query($t: ID!, $s: ID!) { directPolicies(tenantId: $t, subjectId: $s) { total } }";
        let left = plant.data(&admin, list, json!({ "t": tenant, "s": meter })).await;
        assert_eq!(left["directPolicies"]["total"], 0);
        let bare = plant.data(&admin, update, json!({ "id": meter, "i": { "profileId": " " } })).await;
        let nothing =
            json!({ "kind": "device", "tenantId": null, "profileId": null, "profileVersionId": null });
        assert_eq!(bare["done"], nothing);
        crate::giving::tables_agree(&plant).await;
    })
    .await;
}
