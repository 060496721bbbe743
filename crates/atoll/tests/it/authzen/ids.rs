//! Objects that are no resources, ids instead of aliases, and people about themselves.

use serde_json::{Value, json};

use super::fixture::{Fixture, made, on_both, read};

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_protected_can_be_asked_about() {
    on_both(async |server, admin| {
        let acme = Fixture::in_tenant(server, admin, "acme").await;
        let tenant = acme.tenant.as_str().unwrap();
        let admin_id = "00000000-0000-0000-0000-000000000001";
        let device = "mutation($i: CreateEntityInput!) { made: createEntity(input: $i) { id } }";
        let meter = json!({ "kind": "device", "name": "m", "alias": "meter", "tenantId": tenant });
        let meter = made(server, admin, device, meter).await;
        let ask = async |of_type: &str, id: &str| {
            let body = json!({ "subject": { "type": "entity", "id": admin_id }, "action": { "name": "read" },
                "resource": { "type": of_type, "id": id } });
            let answer = server.post(admin, "/tenants/acme/access/v1/evaluation", body).await;
            read(answer).await.1["decision"] == true
        };
        for (of_type, id) in [
            ("tenant", "acme"),
            ("tenant", tenant),
            ("entity", "meter"),
            ("entity:device", "meter"),
            ("entity:device", &meter),
            ("record", "record-1"),
            ("resource:record", &acme.record_1),
        ] {
            assert!(ask(of_type, id).await, "{of_type} {id}");
        }
        for (of_type, id) in [("entity:human", "meter"), ("record", "meter"), ("group", "acme")] {
            assert!(!ask(of_type, id).await, "{of_type} {id}");
        }
        let search = async |of_type: &str| {
            let body = json!({ "subject": { "type": "entity", "id": admin_id }, "action": { "name": "read" },
                "resource": { "type": of_type } });
            read(server.post(admin, "/tenants/acme/access/v1/search/resource", body).await).await.1
        };
        let found = |of_type: &str, id: &str| json!([{ "type": of_type, "id": id }]);
        assert_eq!(search("tenant").await["results"], found("tenant", "acme"));
        assert_eq!(search("entity:device").await["results"], found("entity:device", "meter"));
        assert_eq!(search("resource:record").await["page"]["count"], 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_ask_about_themselves_wherever_things_are() {
    on_both(async |server, admin| {
        let acme = Fixture::in_tenant(server, admin, "acme").await;
        let outside = Fixture::lay(server, admin, Value::Null).await;
        let alice = outside.token(server, admin, &outside.alice).await;
        let search = async |base: &str| {
            let body = json!({ "subject": { "type": "user", "id": outside.alice }, "action": { "name": "read" },
                "resource": { "type": "record" } });
            let path = format!("{base}/access/v1/search/resource");
            let (status, answer) = read(server.post(&alice, &path, body).await).await;
            assert_eq!(status, 200, "{answer}");
            let results = answer["results"].as_array().unwrap().iter();
            results.map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        // Her grant outside all tenants is about records everywhere. An alias is one where the request is about.
        let everywhere = search("").await;
        assert_eq!(everywhere.len(), 4);
        assert!(everywhere.contains(&"record-1".to_owned()) && everywhere.contains(&acme.record_1));
        let mut there = search("/tenants/acme").await;
        there.sort();
        assert_eq!(there, ["record-1", "record-2"]);
        assert!(search("/tenants/nowhere").await.is_empty());
        // About Bob she may not ask.
        let body = json!({ "subject": { "type": "user", "id": outside.bob }, "action": { "name": "read" },
            "resource": { "type": "record" } });
        let answer = server.post(&alice, "/access/v1/search/resource", body).await;
        assert_eq!(read(answer).await.0, 403);
    })
    .await;
}
