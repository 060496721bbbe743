//! Moving in from other houses, with the real binary.

use serde_json::json;

use crate::guides;
use crate::server::{TestServer, on_both};

const REALM: &str = include_str!("../data/keycloak-realm.json");

async fn tenant(server: &TestServer, admin: &str) -> String {
    let made = "mutation { made: createTenant(input: { name: \"Harbour\", alias: \"harbour\" }) { id } }";
    let data = server.data(admin, made, json!({})).await;
    data["made"]["id"].as_str().unwrap().to_owned()
}

fn put(server: &TestServer, name: &str, text: &str) {
    std::fs::write(server.folder().join(name), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_a_keycloak_realm_move_in_with_their_passwords() {
    on_both(async |server| {
        let admin = server.admin().await;
        let tenant = tenant(server, &admin).await;
        put(server, "realm.json", REALM);
        let import = ["import", "keycloak", "realm.json", "--tenant", "harbour"];

        // First it is only looked at, and nobody is asked where nobody is.
        let looked = server.atoll(&[&import[..], &["--dry-run"]].concat()).ended_with(0);
        assert!(looked.out.contains("Cannot be taken over"), "{}", looked.out);
        for left in ["1 × credential of the kind otp", "1 × identity provider", "1 × password hash (legacy-md5)"] {
            assert!(looked.out.contains(left), "{left}: {}", looked.out);
        }
        server.atoll(&import).ended_with(2);
        let people = "query($t: ID!) { entities(tenantId: $t, limit: 100) { total items { name kind status attributes } } }";
        let before = server.data(&admin, people, json!({ "t": tenant })).await;
        assert_eq!(before["entities"]["total"], 0);

        let done = server.atoll(&[&import[..], &["--yes"]].concat()).ended_with(0);
        assert!(done.out.contains("Made 4 roles, 5 groups and 8 people and services."), "{}", done.out);
        assert!(!done.out.contains("argon2id") && !done.err.contains("argon2id"));

        // Once more does nothing, while Atoll runs.
        let again = server.atoll(&[&import[..], &["--yes"]].concat()).ended_with(0);
        assert!(again.err.contains("nothing to do"), "{}{}", again.out, again.err);
        server.atoll(&["ledger", "verify"]).ended_with(0);

        let found = server.data(&admin, people, json!({ "t": tenant })).await;
        let items = found["entities"]["items"].as_array().unwrap();
        let one = |name: &str| items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("{name}: {found}"));
        assert_eq!((&one("cranes")["kind"], &one("timetable")["kind"]), (&json!("service"), &json!("application")));
        assert_eq!(one("rosa")["status"], "inactive");
        assert_eq!(one("nina")["attributes"]["languages"], json!(["nl", "en"]));
        assert_eq!(one("nina")["attributes"]["email"], "nina@harbour.example");

        // Old passwords still open the door.
        for name in ["nina", "omar", "pia", "quentin"] {
            server.login(name, &format!("{name} has a long password")).await;
            assert_eq!(server.try_login(name, "another long password").await.status(), 401, "{name}");
        }
        assert_eq!(server.try_login("rosa", "rosa has a long password").await.status(), 401);
        assert_eq!(server.try_login("nina", "nina has a wrong password").await.status(), 401);

        // Nested groups, and roles within roles, are what they were.
        let groups = "query($t: ID!) { principalGroups(tenantId: $t, limit: 100) { items { name parentId id } } }";
        let groups = server.data(&admin, groups, json!({ "t": tenant })).await;
        let groups = groups["principalGroups"]["items"].as_array().unwrap().clone();
        let id = |name: &str| groups.iter().find(|group| group["name"] == name).unwrap_or_else(|| panic!("{name}: {groups:?}"));
        for name in ["Quay/Office", "Ships/Office", "Night watch"] {
            assert!(!id(name)["parentId"].is_null(), "{name}");
        }
        assert_eq!(id("Night watch")["parentId"], id("Quay")["id"]);
        let held = "query($t: ID!) { roleAssignments(tenantId: $t, limit: 100) { items { role { name } subjectId } } }";
        let held = server.data(&admin, held, json!({ "t": tenant })).await;
        let ids = "query($t: ID!) { entities(tenantId: $t, q: \"nina\") { items { id } } }";
        let nina = server.data(&admin, ids, json!({ "t": tenant })).await["entities"]["items"][0]["id"].clone();
        let mut roles: Vec<&str> = held["roleAssignments"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["subjectId"] == nina)
            .map(|one| one["role"]["name"].as_str().unwrap())
            .collect();
        roles.sort_unstable();
        assert_eq!(roles, ["cranes/operate", "harbour-master", "pilot"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_people_moves_in() {
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin).await;
        put(
            server,
            "people.csv",
            "name,email,groups,active\nann,ann@x.example,Staff,\nbob,,Staff;Night,no\n",
        );
        let import = ["import", "csv", "people.csv", "--tenant", "Harbour", "--yes"];
        let done = server.atoll(&import).ended_with(0);
        assert!(done.out.contains("Made 0 roles, 2 groups and 2 people"), "{}", done.out);
        // A name that somebody else has is in the way, and said to be.
        put(server, "people.csv", "name,external_id\nann,other\ncarl,\n");
        let done = server.atoll(&import).ended_with(0);
        assert!(done.out.contains("People and services: ann"), "{}", done.out);
        assert!(done.out.contains("Made 0 roles, 0 groups and 1 people"), "{}", done.out);
        for (text, why) in
            [("name,shoe\na,1\n", "no column `shoe`"), ("name\na\nA\n", "line 3: A is there twice")]
        {
            put(server, "people.csv", text);
            let refused = server.atoll(&import).ended_with(1);
            assert!(refused.err.contains(why), "{}", refused.err);
        }
        // A name that another of the same file has is in the way too, and the rest goes on.
        let twins = json!({
            "users": [{ "id": "1", "username": "twin", "enabled": true }],
            "clients": [{ "id": "2", "clientId": "twin", "enabled": true }],
        });
        put(server, "realm.json", &twins.to_string());
        let import = ["import", "keycloak", "realm.json", "--tenant", "harbour", "--yes"];
        let done = server.atoll(&import).ended_with(0);
        assert!(done.out.contains("People and services: twin"), "{}", done.out);
        assert!(done.out.contains("Made 0 roles, 0 groups and 1 people"), "{}", done.out);
        put(server, "realm.json", "{}");
        server.atoll(&import).ended_with(1);
        server.atoll(&["import", "keycloak", "realm.json", "--tenant", "nowhere", "--yes"]).ended_with(1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_tenant_is_set_up_leaves_and_comes_back() {
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin).await;
        put(server, "realm.json", REALM);
        server.atoll(&["import", "keycloak", "realm.json", "--tenant", "harbour", "--yes"]).ended_with(0);
        server.atoll(&["export", "harbour", "out"]).ended_with(0);
        let again = server.atoll(&["apply", "out", "--yes"]).ended_with(0);
        assert!(again.err.contains("nothing to do"), "{}{}", again.out, again.err);

        // A new role is shown first, and nobody is asked where nobody is.
        let roles = server.folder().join("out/roles.toml");
        let before = std::fs::read_to_string(&roles).unwrap();
        let viewer =
            "\n[[role]]\nname = \"viewer\"\n\n[[role.block]]\nactions = [\"read\"]\nscope = \"tenant\"\n";
        std::fs::write(&roles, format!("{before}{viewer}")).unwrap();
        let looked = server.atoll(&["apply", "out", "--dry-run"]).ended_with(0);
        assert!(looked.out.contains("role:viewer"), "{}", looked.out);
        server.atoll(&["apply", "out"]).ended_with(2);
        let done = server.atoll(&["apply", "out", "--yes"]).ended_with(0);
        assert!(done.out.contains("Made 1, changed 0, removed 0."), "{}", done.out);

        // Nothing is removed unless that is asked for.
        std::fs::write(&roles, &before).unwrap();
        let refused = server.atoll(&["apply", "out", "--yes"]).ended_with(1);
        assert!(refused.err.contains("1 things are not in the files"), "{}", refused.err);
        server.atoll(&["apply", "out", "--yes", "--prune"]).ended_with(0);

        // What is wrong is said with its place.
        std::fs::write(&roles, format!("{before}{}", viewer.replace("\"read\"", "\"raed\""))).unwrap();
        let refused = server.atoll(&["apply", "out", "--yes"]).ended_with(1);
        let line = before.lines().count() + 2;
        assert!(
            refused.err.contains(&format!("roles.toml:{line}: there is no action `raed`")),
            "{}",
            refused.err
        );
        std::fs::write(&roles, "[[role]]\nnome = 1\n").unwrap();
        let refused = server.atoll(&["apply", "out", "--yes"]).ended_with(1);
        assert!(refused.err.contains("roles.toml:2: unknown field `nome`"), "{}", refused.err);
        server.atoll(&["ledger", "verify"]).ended_with(0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_works_as_it_is_written() {
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin).await;
        put(server, "realm.json", REALM);
        guides::follow(server, "moving-in.md", &[]);
    })
    .await;
}
