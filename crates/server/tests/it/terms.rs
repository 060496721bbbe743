//! What is given for a while begins and ends by itself, everywhere.

use std::time::Duration;

use atoll_base::Moment;
use atoll_base::time::Clock as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{ASSIGN, POLICY, over_tenant, tables_agree};
use crate::harness::{Plant, on_both};

const HOUR: Duration = Duration::from_secs(3600);

impl Plant {
    pub fn in_hours(&self, hours: u32) -> String {
        self.clock.now().plus(HOUR * hours).rfc3339()
    }
}

fn assignment(role: Uuid, subject: Uuid, tenant: Uuid, term: Value) -> Value {
    json!({ "i": { "tenantId": tenant, "subjectKind": "entity", "subjectId": subject, "roleId": role, "term": term } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_for_an_hour_ends_in_checks_and_lists_without_a_write() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = plant.block(over_tenant(tenant, &["read", "execute"])).await;
        let role = plant.role("operator", Some(tenant), &[block]).await;
        let term = json!({ "notBefore": plant.in_hours(1), "expiresAt": plant.in_hours(2), "reason": "night shift" });
        let given = plant.made(&plant.admin(), ASSIGN, assignment(role, ann, tenant, term)).await;
        let caller = plant.caller(ann, Some(tenant));
        let list = "{ resources { total } }";
        let mut seen = Vec::new();
        for _ in 0..3 {
            let may = plant.check(ann, "execute", "resource", pump).await.0;
            let listed = plant.data(&caller, list, json!({})).await["resources"]["total"].clone();
            seen.push((may, listed));
            plant.pass(HOUR).await;
        }
        assert_eq!(seen, [(false, json!(0)), (true, json!(1)), (false, json!(0))]);
        let show = "query($t: ID!) { roleAssignments(tenantId: $t) { items { id notBefore expiresAt reason } } }";
        let shown = plant.data(&plant.admin(), show, json!({ "t": tenant })).await;
        let items = shown["roleAssignments"]["items"].as_array().unwrap();
        let one = items.iter().find(|item| item["id"] == json!(given)).unwrap();
        assert_eq!(one["reason"], "night shift");
        assert!(Moment::parse_rfc3339(one["expiresAt"].as_str().unwrap()).unwrap() < plant.clock.now());
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_again_lengthens_and_never_shortens() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let role = plant.role("operator", Some(tenant), &[]).await;
        let give =
            async |term: Value| plant.answer(&admin, ASSIGN, assignment(role, ann, tenant, term)).await;
        let first = give(json!({ "expiresAt": plant.in_hours(1) })).await["data"]["made"]["id"].clone();
        let longer = give(json!({ "expiresAt": plant.in_hours(5) })).await["data"]["made"]["id"].clone();
        assert_eq!(first, longer);
        let refused = give(json!({ "expiresAt": plant.in_hours(2) })).await;
        let message = refused["errors"][0]["message"].as_str().unwrap();
        assert_eq!(message, "the subject has this already, for another time; take it away first");
        let always = give(json!(null)).await["data"]["made"]["id"].clone();
        assert_eq!(first, always);
        for (term, message) in [
            (json!({ "expiresAt": plant.in_hours(0) }), "expiresAt must be in the future"),
            (
                json!({ "notBefore": plant.in_hours(3), "expiresAt": plant.in_hours(2) }),
                "expiresAt must be after notBefore",
            ),
        ] {
            let refused = give(term).await;
            assert_eq!(refused["errors"][0]["message"].as_str().unwrap(), message);
        }
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memberships_take_what_they_gave_with_them() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let (guest, ann) =
            (plant.entity("human", "guest", None).await, plant.entity("human", "ann", Some(tenant)).await);
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let shift = plant.group("principal", "shift", Some(tenant)).await;
        let member = "mutation($t: ID!, $e: ID!, $term: TermInput) { done: addTenantMember(tenantId: $t, entityId: $e, term: $term) }";
        plant
            .data(&admin, member, json!({ "t": tenant, "e": guest, "term": { "expiresAt": plant.in_hours(2) } }))
            .await;
        plant.give(block, "entity", guest, Some(tenant)).await;
        plant.give(block, "group", shift, Some(tenant)).await;
        let join = "mutation($g: ID!, $e: ID!, $term: TermInput) { done: addGroupMember(groupId: $g, entityId: $e, term: $term) }";
        plant
            .data(&admin, join, json!({ "g": shift, "e": ann, "term": { "expiresAt": plant.in_hours(1) } }))
            .await;
        let mut seen = Vec::new();
        for _ in 0..3 {
            let members = "query($t: ID!) { tenantMembers(tenantId: $t) { items { id } } }";
            let members = plant.data(&admin, members, json!({ "t": tenant })).await["tenantMembers"]["items"].take();
            let listed = members.as_array().unwrap().iter().any(|one| one["id"] == json!(guest));
            let guest_may = plant.check(guest, "read", "resource", pump).await.0;
            seen.push((listed, guest_may, plant.check(ann, "read", "resource", pump).await.0));
            plant.pass(HOUR).await;
        }
        assert_eq!(seen, [(true, true, true), (true, true, false), (false, false, false)]);
        // Nobody who was there once is given something now.
        let input = json!({ "i": { "tenantId": tenant, "subjectKind": "entity", "subjectId": guest,
            "permissionBlockId": plant.block(over_tenant(tenant, &["write"])).await } });
        let refused = plant.refusal(&admin, POLICY, input).await;
        assert_eq!(refused, "tenant assignment subject entity must belong to the tenant");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hands_on_what_they_have_for_a_while() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.person_who_may("boss", tenant, &["policy.manage"]).await;
        let who = boss.caller().entity_id().unwrap();
        let friend = plant.entity("human", "friend", Some(tenant)).await;
        let block = plant.block(over_tenant(tenant, &["publish"])).await;
        let policy = |subject: Uuid, term: Value| {
            json!({ "i": { "tenantId": tenant, "subjectKind": "entity", "subjectId": subject,
                "permissionBlockId": block, "term": term } })
        };
        plant.made(&admin, POLICY, policy(who, json!({ "expiresAt": plant.in_hours(1) }))).await;
        assert!(plant.data(&boss, "{ session: __typename }", json!({})).await.is_object());
        assert_eq!(plant.refusal(&boss, POLICY, policy(friend, json!(null))).await, "forbidden");
        let short = policy(friend, json!({ "expiresAt": plant.in_hours(1) }));
        assert_eq!(plant.refusal(&boss, POLICY, short).await, "forbidden");
        plant.made(&admin, POLICY, policy(who, json!(null))).await;
        plant.made(&boss, POLICY, policy(friend, json!(null))).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_tell_what_counts_while_they_are_read() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("operator", Some(tenant), &[block]).await;
        let term = json!({ "notBefore": plant.in_hours(1), "expiresAt": plant.in_hours(2) });
        plant.made(&admin, ASSIGN, assignment(role, ann, tenant, term)).await;
        let reports = "query($t: ID!, $r: ID!, $e: ID!) { roleHolders(roleId: $r) { total }
            entityAccess(entityId: $e, tenantId: $t) { total }
            tenantRoles(tenantId: $t) { items { roleName entityCount } } }";
        for expected in [0, 1, 0] {
            let told = plant.data(&admin, reports, json!({ "t": tenant, "r": role, "e": ann })).await;
            assert_eq!(told["roleHolders"]["total"], expected);
            assert_eq!(told["entityAccess"]["total"], expected);
            assert_eq!(
                told["tenantRoles"]["items"][0],
                json!({ "roleName": "operator", "entityCount": expected })
            );
            plant.pass(HOUR).await;
        }
    })
    .await;
}
