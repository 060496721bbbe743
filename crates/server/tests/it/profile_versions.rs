//! Profiles that hold: attributes are what the chosen version says.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both};

const PROFILE: &str = "mutation($i: CreateProfileInput!) { made: createProfile(input: $i)
    { id tenantId objectKind kind key displayName description status createdAt updatedAt } }";
const CHANGE: &str = "mutation($id: ID!, $i: UpdateProfileInput!) { made: updateProfile(id: $id, input: $i)
    { id displayName description status updatedAt } }";
const VERSION: &str =
    "mutation($id: ID!, $i: CreateProfileVersionInput!) { made: createProfileVersion(profileId: $id, input: $i)
    { id profileId version jsonSchema uiSchema status createdAt } }";
const ENTITY: &str = "mutation($i: CreateEntityInput!) { made: createEntity(input: $i)
    { id kind profileId profileVersionId attributes } }";
const UPDATE: &str = "mutation($id: ID!, $i: UpdateEntityInput!) { made: updateEntity(id: $id, input: $i)
    { id kind profileId profileVersionId attributes } }";

fn meter(tenant: Option<Uuid>, key: &str) -> Value {
    json!({ "i": { "tenantId": tenant, "objectKind": "entity", "kind": "device", "key": key, "displayName": "Meter" } })
}

fn serial() -> Value {
    json!({
        "type": "object",
        "properties": { "serial": { "type": "string", "pattern": "^[0-9]+$" } },
        "required": ["serial"],
    })
}

impl Plant {
    async fn version(&self, profile: Uuid, number: i32, schema: Value) -> Uuid {
        let input = json!({ "id": profile, "i": { "version": number, "jsonSchema": schema } });
        self.made(&self.admin(), VERSION, input).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_makes_its_own_profiles() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let made = plant.data(&boss, PROFILE, meter(Some(tenant), "meter")).await["made"].take();
        assert_eq!(
            (&made["tenantId"], &made["status"], &made["updatedAt"], &made["description"]),
            (&json!(tenant), &json!("active"), &Value::Null, &Value::Null)
        );
        assert_eq!(plant.refusal(&boss, PROFILE, meter(Some(tenant), "meter")).await, "already exists");
        assert_eq!(plant.refusal(&boss, PROFILE, meter(None, "meter")).await, "forbidden");
        let (profile, admin) = (made["id"].clone(), plant.admin());
        let change = |input: Value| json!({ "id": profile, "i": input });
        let changed = plant
            .data(
                &boss,
                CHANGE,
                change(json!({ "displayName": " Water ", "status": "deprecated", "description": "d" })),
            )
            .await;
        assert_eq!(
            (&changed["made"]["displayName"], &changed["made"]["status"], &changed["made"]["description"]),
            (&json!("Water"), &json!("deprecated"), &json!("d"))
        );
        assert_ne!(changed["made"]["updatedAt"], Value::Null);
        let status = "status must be active, deprecated, or disabled";
        assert_eq!(plant.refusal(&boss, CHANGE, change(json!({ "status": "draft" }))).await, status);
        let gone = Uuid::from_u128(404);
        let missing = json!({ "id": gone, "i": {} });
        assert_eq!(plant.refusal(&admin, CHANGE, missing.clone()).await, format!("profile {gone} not found"));
        assert_eq!(plant.refusal(&boss, CHANGE, missing).await, "forbidden");
        let other = plant.tenant("plant-b").await;
        let stranger = plant.tenant_admin("stranger", other).await;
        assert_eq!(plant.refusal(&stranger, CHANGE, change(json!({}))).await, "forbidden");
        assert_eq!(plant.refusal(&plant.nobody(), CHANGE, change(json!({}))).await, "missing authentication");
        let with = |field: &str, value: &str| {
            let mut input = meter(Some(tenant), "other");
            input["i"][field] = json!(value);
            input
        };
        for (field, value, text) in [
            ("kind", "channel", "profile kind 'channel' is not a valid entity kind"),
            ("objectKind", "role", "invalid value"),
            ("status", "draft", status),
            ("key", "  ", "key is required"),
            ("displayName", "", "displayName is required"),
        ] {
            assert_eq!(plant.refusal(&boss, PROFILE, with(field, value)).await, text, "{field}");
        }
        let remembered = plant.remembered("profile").await;
        assert!(
            remembered.ends_with(&["profile.create".to_owned(), "profile.update".to_owned()]),
            "{remembered:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_or_dangerous_schema_is_refused_at_once() {
    on_both(async |plant| {
        let profile = plant.made(&plant.admin(), PROFILE, meter(None, "meter-2")).await;
        let add = |input: Value| json!({ "id": profile, "i": input });
        for schema in [
            json!({ "type": "nonsense" }),
            json!([]),
            json!({ "pattern": "(" }),
            json!({ "$ref": "https://example.com/x.json" }),
            json!({ "$ref": "file:///etc/passwd" }),
            json!({ "items": { "$ref": "#" } }),
            json!({ "title": "x".repeat(70_000) }),
        ] {
            let refused = plant
                .refusal(&plant.admin(), VERSION, add(json!({ "version": 1, "jsonSchema": schema })))
                .await;
            assert!(refused.starts_with("invalid profile JSON schema: "), "{refused}");
        }
        plant.version(profile, 1, serial()).await;
        let admin = plant.admin();
        let again = add(json!({ "version": 1 }));
        assert_eq!(plant.refusal(&admin, VERSION, again).await, "already exists");
        let zero = add(json!({ "version": 0 }));
        assert_eq!(plant.refusal(&admin, VERSION, zero).await, "version must be at least 1");
        let status = add(json!({ "version": 2, "status": "gone" }));
        assert_eq!(plant.refusal(&admin, VERSION, status).await, "invalid value");
        let draft =
            plant.data(&admin, VERSION, add(json!({ "version": 3, "status": "draft" }))).await["made"].take();
        assert_eq!(
            (&draft["status"], &draft["jsonSchema"], &draft["uiSchema"]),
            (&json!("draft"), &json!({}), &json!({}))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_are_what_the_chosen_version_says() {
    on_both(async |plant| {
        let (admin, tenant) = (plant.admin(), plant.tenant("plant-a").await);
        let profile = plant.made(&admin, PROFILE, meter(Some(tenant), "meter")).await;
        let entity = |name: &str, attributes: Value| {
            json!({ "i": { "name": name, "profileId": profile, "tenantId": tenant, "attributes": attributes } })
        };
        assert_eq!(
            plant.refusal(&admin, ENTITY, entity("a", json!({}))).await,
            format!("profile {profile} has no active version")
        );
        let first = plant.version(profile, 1, serial()).await;
        let refused = plant.refusal(&admin, ENTITY, entity("a", json!({ "serial": "x" }))).await;
        assert!(refused.starts_with("attributes failed profile schema validation: "), "{refused}");
        let a = plant.made(&admin, ENTITY, entity("a", json!({ "serial": "1" }))).await;
        let update = |input: Value| json!({ "id": a, "i": input });
        assert!(plant.refusal(&admin, UPDATE, update(json!({ "attributes": {} }))).await.starts_with("attributes failed"));
        plant.data(&admin, UPDATE, update(json!({ "attributes": { "serial": "2" } }))).await;
        // A new version leaves who is there alone, until they are moved.
        let strict = json!({ "required": ["serial", "place"] });
        let second = plant.version(profile, 2, strict).await;
        let renamed = plant.data(&admin, UPDATE, update(json!({ "name": "b" }))).await;
        assert_eq!(renamed["made"]["profileVersionId"], json!(first));
        plant.data(&admin, UPDATE, update(json!({ "attributes": { "serial": "3" } }))).await;
        let moved = plant.refusal(&admin, UPDATE, update(json!({ "profileVersionId": second }))).await;
        assert!(moved.starts_with("attributes failed") && moved.contains("place"), "{moved}");
        let both = json!({ "profileVersionId": second, "attributes": { "serial": "3", "place": "north" } });
        assert_eq!(plant.data(&admin, UPDATE, update(both)).await["made"]["profileVersionId"], json!(second));
        assert!(plant.refusal(&admin, ENTITY, entity("c", json!({ "serial": "1" }))).await.contains("place"));
        // Another kind, or another tenant's profile, is no profile for it.
        let kind = plant.refusal(&admin, UPDATE, update(json!({ "kind": "service" }))).await;
        assert_eq!(kind, "profile kind 'device' conflicts with requested entity kind 'service'");
        let other = plant.tenant("plant-b").await;
        let theirs = plant.made(&admin, PROFILE, meter(Some(other), "meter")).await;
        plant.version(theirs, 1, json!({})).await;
        let foreign = format!("profile {theirs} not found");
        assert_eq!(plant.refusal(&admin, UPDATE, update(json!({ "profileId": theirs }))).await, foreign);
        let mut input = entity("d", json!({ "serial": "1", "place": "x" }));
        input["i"]["profileId"] = json!(theirs);
        assert_eq!(plant.refusal(&admin, ENTITY, input).await, foreign);
        let version = format!("profile_version_id {first} does not belong to profile_id {theirs}");
        let mut input = entity("e", json!({}));
        input["i"] = json!({ "name": "e", "profileId": theirs, "profileVersionId": first, "tenantId": other });
        assert_eq!(plant.refusal(&admin, ENTITY, input).await, version);
        // One that is no longer used is not chosen.
        plant.data(&admin, CHANGE, json!({ "id": profile, "i": { "status": "disabled" } })).await;
        let unused = plant.refusal(&admin, ENTITY, entity("f", json!({ "serial": "1", "place": "x" }))).await;
        assert_eq!(unused, format!("profile {profile} is not active"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_not_empty_and_attributes_are_objects() {
    on_both(async |plant| {
        let admin = plant.admin();
        for (input, text) in [
            (json!({ "kind": "device", "name": " " }), "name is required"),
            (json!({ "kind": "device", "name": "x", "attributes": [1] }), "attributes must be a JSON object"),
            (json!({ "kind": "device", "name": "x", "attributes": "a" }), "attributes must be a JSON object"),
        ] {
            assert_eq!(plant.refusal(&admin, ENTITY, json!({ "i": input })).await, text);
        }
    })
    .await;
}
