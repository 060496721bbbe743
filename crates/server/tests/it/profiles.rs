//! Profiles.

use serde_json::json;

use crate::harness::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn the_house_begins_with_seven_profiles() {
    on_both(async |plant| {
        let query = "{ profiles(objectKind: \"entity\") { total items { key kind status } } }";
        let page = plant.data(&plant.admin(), query, json!({})).await["profiles"].take();
        let keys: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
        let order = ["application", "client", "gateway", "water_meter", "user", "service_account", "workload"];
        assert_eq!((keys.as_slice(), &page["total"]), (&order[..], &json!(7)));
        let user = plant.profile("user").await;
        let versions = "query($id: ID!) { profileVersions(profileId: $id) { version jsonSchema status } profile(id: $id) { displayName tenantId } }";
        let shown = plant.data(&plant.admin(), versions, json!({ "id": user })).await;
        assert_eq!(shown["profileVersions"], json!([{ "version": 1, "jsonSchema": {}, "status": "active" }]));
        assert_eq!(shown["profile"], json!({ "displayName": "User", "tenantId": null }));
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let own = "query($id: ID) { profiles(tenantId: $id) { total } }";
        assert_eq!(plant.data(&boss, own, json!({ "id": tenant })).await["profiles"]["total"], json!(0));
        assert_eq!(plant.refusal(&boss, own, json!({})).await, "forbidden");
    })
    .await;
}
