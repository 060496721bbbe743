//! Changing passwords.

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_base::settings::Settings;
use atoll_identity::passwords::{Hash, Verdict};
use atoll_identity::sessions::{self, SignIn, TenantSelector};
use atoll_server::House;
use serde_json::{Value, json};

use crate::harness::{Plant, on_both};
use crate::sessions::SECRET;

const CHANGE: &str =
    "mutation($id: ID!, $password: String!) { createPassword(entityId: $id, password: $password) }";
const NEW: &str = "a new one that is long";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_old_one_and_all_other_sessions() {
    on_both(async |plant| {
        let make = "mutation($input: CreateEntityInput!) { made: createEntity(input: $input) { id } }";
        let input = json!({ "kind": "human", "name": "anna", "attributes": { "email": "anna@example.com" } });
        let anna = plant.made(&plant.admin(), make, json!({ "input": input })).await;
        plant.give_password(anna, SECRET).await;
        let token = |login: Value| login["token"].as_str().unwrap().to_owned();
        let here = token(plant.login("anna", SECRET).await);
        let there = token(plant.login("anna@example.com", SECRET).await);
        assert!(plant.recognise(&there).await.is_ok());
        let ctx = plant.with_token(&here).await;
        plant.data(&ctx, CHANGE, json!({ "id": anna, "password": NEW })).await;
        assert!(plant.recognise(&here).await.is_ok(), "the session that changed it goes on");
        assert_eq!(plant.recognise(&there).await.unwrap_err(), "session revoked");
        for identifier in ["anna", "anna@example.com", &anna.to_string()] {
            assert_eq!(plant.no_login(identifier, SECRET, json!({})).await, "invalid credentials");
            plant.login(identifier, NEW).await;
        }
        let list = "query($id: ID!) { credentials(entityId: $id) { total items { kind status entityId } } }";
        let shown = plant.data(&ctx, list, json!({ "id": anna })).await["credentials"].take();
        let active = shown["items"].as_array().unwrap().iter().filter(|one| one["status"] == "active");
        assert_eq!((active.count(), &shown["total"]), (1, &json!(2)));
        plant.give_password(anna, SECRET).await;
        assert_eq!(plant.recognise(&here).await.unwrap_err(), "session revoked", "somebody else changed it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_an_old_password_had_opened_end_with_it() {
    on_both(async |plant| {
        let anna = plant.entity("human", "anna", None).await;
        plant.give_password(anna, SECRET).await;
        let here = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        let ctx = plant.with_token(&here).await;
        let make = "mutation($i: CreateAccessTokenInput!) { t: createAccessToken(input: $i) { token } }";
        let made = async |ctx: &Ctx, name: &str| {
            let made = plant
                .data(
                    ctx,
                    make,
                    json!({ "i": { "name": name, "subjectId": anna, "scoped": false, "permissions": [] } }),
                )
                .await;
            made["t"]["token"].as_str().unwrap().to_owned()
        };
        let own = made(&ctx, "made after signing in").await;
        let by_token = made(&plant.with_token(&own).await, "made with that token").await;
        let given = made(&plant.admin(), "given by somebody else").await;
        for token in [&own, &by_token, &given] {
            assert!(plant.recognise(token).await.is_ok());
        }
        plant.data(&ctx, CHANGE, json!({ "id": anna, "password": NEW })).await;
        assert!(plant.recognise(&own).await.is_err());
        assert!(plant.recognise(&by_token).await.is_err());
        assert!(plant.recognise(&given).await.is_ok());
        assert!(plant.recognise(&here).await.is_ok(), "the session that changed it goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_must_be_good_enough() {
    on_both(async |plant| {
        let (anna, meter) =
            (plant.entity("human", "anna", None).await, plant.entity("device", "m", None).await);
        let refusal = async |id, password: &str| {
            plant.refusal(&plant.admin(), CHANGE, json!({ "id": id, "password": password })).await
        };
        assert_eq!(refusal(anna, "short").await, "password must be at least 12 characters");
        assert_eq!(refusal(anna, "             ").await, "password cannot be blank");
        assert_eq!(refusal(meter, " ").await, "password cannot be blank");
        plant.give_password(meter, "x").await;
        plant.login("m", "x").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deny_on_the_entity_outweighs_what_its_tenant_allows() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.entity("human", "boss", Some(tenant)).await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let admin = plant.admin();
        let roles = "query($id: ID!) { roles(tenantId: $id) { items { id name } } }";
        let role = plant.data(&admin, roles, json!({ "id": tenant })).await["roles"]["items"][0]["id"].take();
        let assign = "mutation($input: CreateRoleAssignmentInput!) { made: createRoleAssignment(input: $input) { id } }";
        let input = json!({ "tenantId": tenant, "subjectKind": "entity", "subjectId": boss, "roleId": role });
        plant.made(&admin, assign, json!({ "input": input })).await;
        let boss_ctx = plant.caller(boss, Some(tenant));
        plant.data(&boss_ctx, CHANGE, json!({ "id": meter, "password": "x" })).await;
        let actions = "{ actions(objectKind: \"entity\") { items { id name } } }";
        let actions = plant.data(&admin, actions, json!({})).await["actions"]["items"].take();
        let manage = actions.as_array().unwrap().iter().find(|action| action["name"] == "manage").unwrap();
        let block = "mutation($input: CreatePermissionBlockInput!) { made: createPermissionBlock(input: $input) { id } }";
        let input = json!({ "tenantId": tenant, "scopeMode": "object", "objectKind": "entity", "objectId": meter,
            "effect": "deny", "actionIds": [manage["id"]] });
        let block = plant.made(&admin, block, json!({ "input": input })).await;
        let policy = "mutation($input: CreateDirectPolicyInput!) { made: createDirectPolicy(input: $input) { id } }";
        let input =
            json!({ "tenantId": tenant, "subjectKind": "entity", "subjectId": boss, "permissionBlockId": block });
        plant.made(&admin, policy, json!({ "input": input })).await;
        let refusal = plant.refusal(&boss_ctx, CHANGE, json!({ "id": meter, "password": "y" })).await;
        assert_eq!(refusal, "forbidden");
        let stranger = plant.caller(meter, Some(tenant));
        assert_eq!(plant.refusal(&stranger, CHANGE, json!({ "id": boss, "password": NEW })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_with_other_costs_is_right_but_outdated() {
    let plant = Plant::with(Settings::for_tests()).await;
    let verify = async |plant: &Plant, secret: &str, phc: Option<&String>| {
        let hasher = plant.app.identity.hasher();
        hasher.verify(secret.to_owned().into(), phc.cloned()).await.unwrap()
    };
    let phc = plant.app.identity.hasher().hash(SECRET.to_owned().into()).await.unwrap();
    assert_eq!(verify(&plant, SECRET, Some(&phc)).await, Verdict::Right);
    assert_eq!(verify(&plant, "x", Some(&phc)).await, Verdict::Wrong);
    assert_eq!(verify(&plant, SECRET, Some(&"rubbish".to_owned())).await, Verdict::Wrong);
    assert_eq!(verify(&plant, SECRET, None).await, Verdict::Wrong);
    let settings = Settings::for_tests();
    let iterations = settings.password_hash_iterations + 1;
    let stronger = Plant::with(Settings { password_hash_iterations: iterations, ..settings }).await;
    assert_eq!(verify(&stronger, SECRET, Some(&phc)).await, Verdict::RightButOutdated);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outdated_hash_still_signs_in_and_is_renewed() {
    use sea_orm_migration::sea_orm::ConnectionTrait as _;

    let store = atoll_base::testing::sqlite().unwrap();
    let settings = |iterations| Settings {
        database_url: Some(store.location.clone()),
        data_dir: store.folder.path().to_owned(),
        admin_secret: Some(SECRET.to_owned().into()),
        password_hash_iterations: iterations,
        ..Settings::for_tests()
    };
    drop(House::open(settings(1)).await.unwrap());
    let house = House::open(settings(2)).await.unwrap();
    let sign_in = async || {
        let ctx = Ctx::new(house.ground.clone(), Caller::Nobody, Origin::default());
        let given = SignIn {
            identifier: "admin".into(),
            secret: SECRET.to_owned().into(),
            tenant: TenantSelector::Anywhere,
            kind: String::new(),
        };
        sessions::sign_in(&ctx, &house.identity, given).await.unwrap()
    };
    let outdated = async || {
        let statement = "UPDATE credentials SET description = 'x' WHERE password_hash LIKE '%,t=1,%'";
        house.ground.db().writer().execute_unprepared(statement).await.unwrap().rows_affected()
    };
    assert_eq!(outdated().await, 1);
    sign_in().await;
    assert_eq!(outdated().await, 0);
    sign_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_try_again_and_counts_nothing() {
    let settings = Settings {
        password_hash_memory_kib: 128 * 1024,
        password_hash_iterations: 3,
        password_hash_concurrency: 1,
        password_hash_queue: 0,
        ..Settings::for_tests()
    };
    let plant = Plant::with(settings).await;
    let names: Vec<String> = (0..8).map(|number| format!("nobody-{number}")).collect();
    let guesses = names.iter().map(|name| plant.no_login(name, "x", json!({})));
    let refusals = futures::future::join_all(guesses).await;
    let busy = "too many passwords are being checked right now; please try again";
    assert!(refusals.iter().any(|text| text.as_str() == busy), "{refusals:?}");
    assert!(refusals.iter().any(|text| text.as_str() == "invalid credentials"), "{refusals:?}");
    assert!(plant.ground().metrics().hashing_refused.get() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_can_always_sign_in_first() {
    let given = Settings { admin_secret: Some(SECRET.to_owned().into()), ..Settings::for_tests() };
    let plant = Plant::with(given).await;
    plant.login("admin", SECRET).await;

    let store = atoll_base::testing::sqlite().unwrap();
    let settings = || Settings {
        database_url: Some(store.location.clone()),
        data_dir: store.folder.path().to_owned(),
        ..Settings::for_tests()
    };
    let short = Settings { admin_secret: Some("short".to_owned().into()), ..settings() };
    let refused = House::open(short).await.map(|_| ()).unwrap_err();
    assert_eq!(refused.to_string(), "admin_secret cannot be used: password must be at least 12 characters");
    let first = House::open(settings()).await.unwrap();
    let password = first.one_time_password.clone().expect("a password on the first start");
    assert_eq!(password.reveal().len(), 24);
    drop(first);
    let again = House::open(settings()).await.unwrap();
    assert!(again.one_time_password.is_none(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_tries_and_what_one_is_called_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let denied = folder.path().join("denied.txt");
    std::fs::write(&denied, "acme rockets rule\n").unwrap();
    let settings = Settings { password_denylist_file: Some(denied), ..Settings::for_tests() };
    crate::harness::on_both_with(settings, async |plant| {
        let make = "mutation($input: CreateEntityInput!) { made: createEntity(input: $input) { id } }";
        let attributes = json!({ "email": "annabel.lee@example.com" });
        let input = json!({ "kind": "human", "name": "Annabel Lee", "attributes": attributes });
        let anna = plant.made(&plant.admin(), make, json!({ "input": input })).await;
        let meter = plant.entity("device", "meter", None).await;
        let common = "this password is too common: it is on a list of passwords that are tried first; please choose another";
        let name = "a password must not be the name or the e-mail address of its account";
        for (password, why) in [
            ("password1234", common),
            ("Password1234", common),
            ("iloveyou!!2026", common),
            ("Acme Rockets Rule", common),
            ("annabel lee 1849", name),
            ("Annabel.Lee@example.com", name),
        ] {
            let refusal = plant.refusal(&plant.admin(), CHANGE, json!({ "id": anna, "password": password })).await;
            assert_eq!(refusal, why, "{password}");
        }
        plant.give_password(meter, "password1234").await;
        plant.give_password(anna, NEW).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_from_elsewhere_signs_in_and_becomes_one_of_ours() {
    use aws_lc_rs::pbkdf2;
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use sea_orm_migration::sea_orm::ConnectionTrait as _;

    on_both(async |plant| {
        plant.person("anna", None).await;
        let (mut result, salt) = ([0; 32], [7; 16]);
        let rounds = std::num::NonZeroU32::new(27_500).unwrap();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, NEW.as_bytes(), &mut result);
        let (salt, result) = (BASE64_STANDARD.encode(salt), BASE64_STANDARD.encode(result));
        let hash = Hash::keycloak("pbkdf2-sha256", 27_500, &salt, &result).unwrap();
        let changed = async |statement: String| {
            plant.ground().db().writer().execute_unprepared(&statement).await.unwrap().rows_affected()
        };
        let text = hash.text();
        let foreign =
            "UPDATE credentials SET description = 'x' WHERE password_hash LIKE '$pbkdf2%'".to_owned();
        changed(format!("UPDATE credentials SET password_hash = '{text}' WHERE kind = 'password'")).await;
        let before = changed(foreign.clone()).await;
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "invalid credentials");
        plant.login("anna", NEW).await;
        assert_eq!(changed(foreign).await, before - 1, "one of ours from now on");
        plant.login("anna", NEW).await;
    })
    .await;
}
