//! SCIM within the house: what a scoped token allows, what guardrails say, and two requests at once.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::{Kind, Result};
use atoll_identity::scim::schema::Noun;
use atoll_identity::scim::{self, Query, Request, Site, Verb};
use atoll_policy::{Ceiling, CeilingEntry, CeilingScope};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::harness::{ADMIN, Plant, on_both};
use crate::sessions::SECRET;

const LOGS: &str = "query($t: ID!) { auditLogs(tenantId: $t, limit: 200) { items { event } } }";

impl Plant {
    async fn scim(
        &self,
        ctx: &Ctx,
        site: &Site,
        verb: Verb,
        noun: Noun,
        id: Option<Uuid>,
        data: Value,
    ) -> Result<Value> {
        let data: Map<String, Value> = data.as_object().cloned().unwrap_or_default();
        let request = Request { verb, noun, id, data: &data, if_match: None };
        let done = request.carry_out(ctx, site, self.app.identity.hasher()).await?;
        Ok(Value::Object(done.unwrap_or_default()))
    }

    async fn new_user(&self, ctx: &Ctx, site: &Site, name: &str) -> Result<Uuid> {
        let user = json!({ "userName": name });
        let made = self.scim(ctx, site, Verb::Post, Noun::User, None, user).await?;
        Ok(made["id"].as_str().expect("an id").parse().expect("a UUID"))
    }
}

/// A change of nothing but the password.
fn password(new: &str) -> Value {
    json!({ "Operations": [{ "op": "replace", "path": "password", "value": new }] })
}

fn site(tenant: Uuid) -> Site {
    Site { tenant, base: "https://atoll.example/scim/v2/acme".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_token_does_no_more_than_it_may() {
    on_both(async |plant| {
        let (own, other) = (plant.tenant("own").await, plant.tenant("other").await);
        let (here, there) = (site(own), site(other));
        let ann = plant.new_user(&plant.admin(), &here, "ann").await.unwrap();
        plant.new_user(&plant.admin(), &there, "bob").await.unwrap();
        let token = |actions: &[&'static str]| {
            let entry = CeilingEntry::new(actions.iter().copied(), CeilingScope::Tenant(own), &json!({}));
            plant.capped(ADMIN, None, Ceiling { entries: vec![entry] })
        };
        let reader = token(&["read"]);
        let total = async |ctx: &Ctx, site: &Site| {
            let query = Query { count: 100, ..Query::default() };
            scim::list(ctx, site, &[Noun::User], &query).await.unwrap()["totalResults"].clone()
        };
        assert_eq!((total(&reader, &here).await, total(&reader, &there).await), (json!(1), json!(0)));
        assert_eq!(plant.new_user(&reader, &here, "carl").await.unwrap_err().kind(), Kind::Denied);
        let patch = json!({ "Operations": [{ "op": "replace", "path": "title", "value": "x" }] });
        let done = plant.scim(&reader, &here, Verb::Patch, Noun::User, Some(ann), patch.clone()).await;
        assert_eq!(done.unwrap_err().kind(), Kind::Denied);
        let done = plant.scim(&reader, &here, Verb::Delete, Noun::User, Some(ann), json!({})).await;
        assert_eq!(done.unwrap_err().kind(), Kind::Denied);
        // Whether a password would do is not told to whoever may not set it, nor is one hashed for them.
        let user = json!({ "userName": "dora", "password": "short" });
        let done = plant.scim(&reader, &here, Verb::Post, Noun::User, None, user).await;
        assert_eq!(done.unwrap_err().kind(), Kind::Denied);
        let done = plant.scim(&reader, &here, Verb::Patch, Noun::User, Some(ann), password("short")).await;
        assert_eq!(done.unwrap_err().kind(), Kind::Denied);

        let keeper = token(&["read", "manage"]);
        plant.scim(&keeper, &here, Verb::Patch, Noun::User, Some(ann), patch).await.unwrap();
        plant.new_user(&keeper, &here, "carl").await.unwrap();
        assert_eq!(plant.new_user(&keeper, &there, "carl").await.unwrap_err().kind(), Kind::Denied);
        // What somebody proves themselves with is never set with a scoped token, and nothing is half done.
        let user = json!({ "userName": "dora", "password": "a long enough password" });
        let done = plant.scim(&keeper, &here, Verb::Post, Noun::User, None, user).await;
        assert_eq!(done.unwrap_err().kind(), Kind::Denied);
        assert_eq!(total(&keeper, &here).await, json!(2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_password_needs_a_fresh_proof_here_too() {
    on_both(async |plant| {
        let here = site(plant.tenant("own").await);
        let ann = plant.new_user(&plant.admin(), &here, "ann").await.unwrap();
        plant.give_password(ann, SECRET).await;
        let new = "a long enough password";
        let ctx = plant.session_of("ann").await;
        plant.pass(Duration::from_secs(700)).await;
        let done = plant.scim(&ctx, &here, Verb::Patch, Noun::User, Some(ann), password(new)).await;
        assert_eq!(done.unwrap_err().code(), "auth.step_up_required");
        let ctx = plant.session_of("ann").await;
        plant.scim(&ctx, &here, Verb::Patch, Noun::User, Some(ann), password(new)).await.unwrap();
        plant.login("ann", new).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_requests_at_once_for_one_name_one_succeeds() {
    on_both(async |plant| {
        let here = site(plant.tenant("own").await);
        let admin = plant.admin();
        let one = |name: &'static str| plant.new_user(&admin, &here, name);
        let (a, b, c, d) = tokio::join!(one("bob"), one("Bob"), one("BOB"), one("bob"));
        let all = [a, b, c, d];
        assert_eq!(all.iter().filter(|done| done.is_ok()).count(), 1, "{all:?}");
        assert!(
            all.iter().filter_map(|done| done.as_ref().err()).all(|why| why.kind() == Kind::Conflict),
            "{all:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_changes_at_once_none_is_lost() {
    on_both(async |plant| {
        let here = site(plant.tenant("own").await);
        let admin = plant.admin();
        let mut users = Vec::new();
        for name in ["ann", "bob", "carl"] {
            users.push(plant.new_user(&admin, &here, name).await.unwrap());
        }
        let staff = json!({ "displayName": "Staff" });
        let made = plant.scim(&admin, &here, Verb::Post, Noun::Group, None, staff).await.unwrap();
        let group: Uuid = made["id"].as_str().unwrap().parse().unwrap();
        let join = |user: Uuid| {
            let value = json!([{ "value": user }]);
            let patch = json!({ "Operations": [{ "op": "add", "path": "members", "value": value }] });
            plant.scim(&admin, &here, Verb::Patch, Noun::Group, Some(group), patch)
        };
        let crew = json!({ "Operations": [{ "op": "replace", "path": "displayName", "value": "Crew" }] });
        let name = plant.scim(&admin, &here, Verb::Patch, Noun::Group, Some(group), crew);
        let (a, b, c, d) = tokio::join!(join(users[0]), name, join(users[1]), join(users[2]));
        assert!([&a, &b, &c, &d].iter().all(|done| done.is_ok()), "{a:?} {b:?} {c:?} {d:?}");
        let found = plant.scim(&admin, &here, Verb::Get, Noun::Group, Some(group), json!({})).await.unwrap();
        assert_eq!(found["members"].as_array().map(Vec::len), Some(3));
        assert_eq!(found["displayName"], "Crew");

        let set = |path: &'static str| {
            let patch = json!({ "Operations": [{ "op": "add", "path": path, "value": "x" }] });
            plant.scim(&admin, &here, Verb::Patch, Noun::User, Some(users[0]), patch)
        };
        let (a, b) = tokio::join!(set("title"), set("nickName"));
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        let found =
            plant.scim(&admin, &here, Verb::Get, Noun::User, Some(users[0]), json!({})).await.unwrap();
        assert_eq!((&found["title"], &found["nickName"]), (&json!("x"), &json!("x")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_in_the_ledger_and_a_refused_one_leaves_nothing() {
    on_both(async |plant| {
        let tenant = plant.tenant("own").await;
        let here = site(tenant);
        let admin = plant.admin();
        let ann = plant.new_user(&admin, &here, "ann").await.unwrap();
        let device = plant.entity("device", "meter", Some(tenant)).await;
        let group = json!({ "displayName": "Staff", "members": [{ "value": ann }] });
        let made = plant.scim(&admin, &here, Verb::Post, Noun::Group, None, group).await.unwrap();
        let group: Uuid = made["id"].as_str().unwrap().parse().unwrap();
        // A member that is no user here is in the way of everything else that was asked for.
        let bad = json!({ "displayName": "Renamed", "members": [{ "value": ann }, { "value": device }] });
        let done = plant.scim(&admin, &here, Verb::Put, Noun::Group, Some(group), bad).await;
        assert_eq!(done.unwrap_err().kind(), Kind::Invalid);
        let found = plant.scim(&admin, &here, Verb::Get, Noun::Group, Some(group), json!({})).await.unwrap();
        assert_eq!(
            (&found["displayName"], &found["meta"]["version"]),
            (&json!("Staff"), &made["meta"]["version"])
        );
        // Members that are no users are not shown, and stay when users come and go.
        let add = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
        plant.data(&admin, add, json!({ "g": group, "e": device })).await;
        let empty = json!({ "displayName": "Staff" });
        let shown = plant.scim(&admin, &here, Verb::Put, Noun::Group, Some(group), empty).await.unwrap();
        assert_eq!(shown.get("members"), None);
        let members = "query($g: ID!) { groupMembers(groupId: $g) { id } }";
        let left = plant.data(&admin, members, json!({ "g": group })).await;
        assert_eq!(left["groupMembers"], json!([{ "id": device }]));

        let logs = plant.data(&admin, LOGS, json!({ "t": tenant })).await;
        let events: Vec<&str> = logs["auditLogs"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["event"].as_str().unwrap())
            .collect();
        let times = |event: &str| events.iter().filter(|one| **one == event).count();
        assert_eq!(
            (times("entity.create"), times("group.create"), times("group.update")),
            (2, 1, 0),
            "{events:?}"
        );
        assert_eq!((times("group_member.add"), times("group_member.remove")), (3, 1), "{events:?}");
    })
    .await;
}
