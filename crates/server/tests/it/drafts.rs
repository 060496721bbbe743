//! Drafts: changes of access that do not count yet, in shadow beside what does, and made live in one step.

use atoll_access::check::{CheckRequest, check};
use atoll_base::ctx::Ctx;
use atoll_base::settings::Settings;
use atoll_policy::Ceiling;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{over_tenant, tables_agree};
use crate::harness::{ADMIN, Plant, on_both, on_both_with};

pub const CREATE: &str =
    "mutation($t: ID, $i: DraftInput!) { made: createDraft(tenantId: $t, input: $i) { id } }";
const SHADOW: &str =
    "mutation($id: ID!, $on: Boolean!) { done: shadowDraft(id: $id, on: $on) { shadow version } }";
const UPDATE: &str =
    "mutation($id: ID!, $i: DraftInput!) { done: updateDraft(id: $id, input: $i) { version } }";
const APPLY: &str = "mutation($id: ID!) { done: applyDraft(id: $id) { appliedAt shadow } }";
const IMPACT: &str = "query($id: ID!) { draftImpact(id: $id) { complete hidden
    gained { subjectId action objectKind objectId } lost { subjectId action objectKind objectId } } }";
const REPORT: &str =
    "query($id: ID!) { report: draftReport(id: $id) { version inShadow asked differing missed kept
    items { subjectId action objectId tenantId context live draft liveReason draftReason why count } } }";

/// A draft that gives a person a block over the tenant which allows these actions.
pub fn giving(tenant: Uuid, subject: Uuid, actions: &[&str]) -> Value {
    let block = over_tenant(tenant, actions)["i"].take();
    json!({ "name": "try", "add": [{ "subjectKind": "entity", "subjectId": subject, "permissionBlock": block }] })
}

impl Plant {
    async fn draft(&self, ctx: &Ctx, tenant: Uuid, input: Value) -> Uuid {
        self.made(ctx, CREATE, json!({ "t": tenant, "i": input })).await
    }

    async fn report(&self, draft: Uuid) -> Value {
        self.ask_drafts().await;
        self.data(&self.admin(), REPORT, json!({ "id": draft })).await["report"].take()
    }

    async fn shadow(&self, draft: Uuid, on: bool) {
        self.data(&self.admin(), SHADOW, json!({ "id": draft, "on": on })).await;
        self.notice_drafts().await;
    }
}

async fn asks(plant: &Plant, subject: Uuid, action: &str, resource: Uuid, context: Value) -> bool {
    let request = CheckRequest {
        subject,
        action: action.into(),
        resource_id: Some(resource),
        context,
        ..CheckRequest::default()
    };
    check(&plant.admin(), &request).await.unwrap().allowed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_counts_for_nothing_until_it_is_made_live_and_then_whole() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let (ann, bob) =
            (plant.entity("human", "ann", Some(tenant)).await, plant.entity("human", "bob", Some(tenant)).await);
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let write = plant.block(over_tenant(tenant, &["write"])).await;
        let (read, execute) =
            (plant.block(over_tenant(tenant, &["read"])).await, plant.block(over_tenant(tenant, &["execute"])).await);
        let operator = plant.role("operator", Some(tenant), &[read, execute]).await;
        let policy = plant.give(write, "entity", bob, Some(tenant)).await;
        let assigned = plant.assign(operator, bob, Some(tenant)).await;
        let delete = over_tenant(tenant, &["delete"])["i"].take();
        let input = json!({ "name": "new shift", "add": [
                { "subjectKind": "entity", "subjectId": ann, "roleId": operator },
                { "roleId": operator, "permissionBlock": delete },
                { "subjectKind": "entity", "subjectId": ann, "permissionBlock": over_tenant(tenant, &["publish"])["i"] }],
            "leaveOut": { "directPolicyIds": [policy], "roleAssignmentIds": [assigned],
                "rolePermissionBlocks": [{ "roleId": operator, "permissionBlockId": execute }] } });
        let draft = plant.draft(&plant.admin(), tenant, input).await;
        let may = async |who: Uuid| {
            let mut may = Vec::new();
            for action in ["read", "write", "delete", "execute"] {
                may.push(plant.check(who, action, "resource", pump).await.0);
            }
            may
        };
        assert_eq!(may(ann).await, [false, false, false, false]);
        assert_eq!(may(bob).await, [true, true, false, true]);
        let impact = plant.data(&plant.admin(), IMPACT, json!({ "id": draft })).await["draftImpact"].take();
        let shift = |who: Uuid, action: &str| json!({ "subjectId": who, "action": action, "objectKind": "resource", "objectId": pump });
        for action in ["read", "delete"] {
            assert!(impact["gained"].as_array().unwrap().contains(&shift(ann, action)), "{impact}");
        }
        for action in ["read", "write", "execute"] {
            assert!(impact["lost"].as_array().unwrap().contains(&shift(bob, action)), "{impact}");
        }
        assert!(!impact["gained"].as_array().unwrap().contains(&shift(ann, "execute")));
        // Trying to make it live says the same, and makes nothing live.
        let tried = plant.tried(&plant.admin(), APPLY, json!({ "id": draft })).await;
        assert_eq!(tried["extensions"]["dryRun"]["gained"], impact["gained"], "{tried}");
        assert_eq!(tried["extensions"]["dryRun"]["lost"], impact["lost"]);
        assert_eq!(may(bob).await, [true, true, false, true]);
        let done = plant.data(&plant.admin(), APPLY, json!({ "id": draft })).await;
        assert!(done["done"]["appliedAt"].is_string());
        assert_eq!(may(ann).await, [true, false, true, false]);
        assert_eq!(may(bob).await, [false, false, false, false]);
        tables_agree(&plant).await;
        let again = plant.refusal(&plant.admin(), APPLY, json!({ "id": draft })).await;
        assert_eq!(again, "this draft was made live already; make another one");
        let events = plant.remembered("draft").await;
        assert!(events.contains(&"draft.create".to_owned()) && events.contains(&"draft.apply".to_owned()), "{events:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_draft_says_can_be_written_down_again() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let bob = plant.entity("human", "bob", Some(tenant)).await;
        let read = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("operator", Some(tenant), &[read]).await;
        let policy = plant.give(read, "entity", bob, Some(tenant)).await;
        let block = over_tenant(tenant, &["write"])["i"].take();
        let group = plant.group("principal", "crew", Some(tenant)).await;
        let input = json!({ "name": "new shift", "add": [
                { "subjectKind": "group", "subjectId": group, "roleId": role },
                { "subjectKind": "group", "subjectId": group, "permissionBlockId": read },
                { "roleId": role, "permissionBlock": block },
            ], "leaveOut": { "directPolicyIds": [policy],
                "rolePermissionBlocks": [{ "roleId": role, "permissionBlockId": read }] } });
        let draft = plant.draft(&admin, tenant, input).await;
        let find = "query($id: ID!) { draft(id: $id) { description add leaveOut entries } }";
        let written = plant.data(&admin, find, json!({ "id": draft })).await["draft"].take();
        let again = json!({ "name": "renamed", "description": written["description"],
            "add": written["add"], "leaveOut": written["leaveOut"] });
        plant.data(&admin, UPDATE, json!({ "id": draft, "i": again })).await;
        let read_again = plant.data(&admin, find, json!({ "id": draft })).await["draft"].take();
        assert_eq!(read_again, written);
        assert_eq!(written["add"].as_array().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn making_it_live_needs_what_each_change_needs() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let manager = plant.person_who_may("manager", tenant, &["policy.manage", "read"]).await;
        // The grantor's bound: it may be written down, but not be made live.
        let more = plant.draft(&manager, tenant, giving(tenant, ann, &["write"])).await;
        assert_eq!(plant.refusal(&manager, APPLY, json!({ "id": more })).await, "forbidden");
        // Guardrails: nothing of it is made live, not even what is fine.
        let block = |action: &str| over_tenant(tenant, &[action])["i"].take();
        let both = json!({ "name": "both", "add": [
            { "subjectKind": "entity", "subjectId": ann, "permissionBlock": block("read") },
            { "subjectKind": "entity", "subjectId": meter, "permissionBlock": block("delete") }] });
        let both = plant.draft(&plant.admin(), tenant, both).await;
        let text = plant.refusal(&plant.admin(), APPLY, json!({ "id": both })).await;
        assert_eq!(text, "guardrail rejected device receiving delete on resource");
        assert!(!plant.check(ann, "read", "tenant", tenant).await.0);
        let told = plant.tried(&plant.admin(), APPLY, json!({ "id": both })).await;
        assert_eq!(told["extensions"]["dryRun"]["guardrails"][0]["actionName"], "delete");
        // Roles change only for those who may change roles.
        let role = plant.role("reader", Some(tenant), &[]).await;
        let link = json!({ "name": "link", "add": [{ "roleId": role, "permissionBlock": block("read") }] });
        let link = plant.draft(&manager, tenant, link).await;
        assert_eq!(plant.refusal(&manager, APPLY, json!({ "id": link })).await, "forbidden");
        let fine = plant.draft(&manager, tenant, giving(tenant, ann, &["read"])).await;
        plant.data(&manager, APPLY, json!({ "id": fine })).await;
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_names_nothing_of_another_tenant_and_nobody_else_sees_it() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let theirs = plant.entity("human", "theirs", Some(other)).await;
        let block = plant.block(over_tenant(other, &["read"])).await;
        let policy = plant.give(block, "entity", theirs, Some(other)).await;
        let role = plant.role("reader", Some(other), &[block]).await;
        let manager = plant.person_who_may("manager", tenant, &["policy.manage"]).await;
        let who = |id: Uuid| json!({ "subjectKind": "entity", "subjectId": id });
        let with = |mut grant: Value, name: &str, value: Value| {
            grant[name] = value;
            json!({ "name": "x", "add": [grant] })
        };
        let foreign = over_tenant(other, &["read"])["i"].take();
        for (input, text) in [
            (giving(tenant, theirs, &["read"]), format!("the draft names an unknown subject {theirs}")),
            (with(who(ann), "roleId", json!(role)), format!("the draft names an unknown role {role}")),
            (
                with(who(ann), "permissionBlockId", json!(block)),
                format!("the draft names an unknown permission block {block}"),
            ),
            (
                with(who(ann), "permissionBlock", foreign),
                "a permission block of a draft belongs to the tenant of the draft".to_owned(),
            ),
            (
                json!({ "name": "x", "leaveOut": { "directPolicyIds": [policy] } }),
                format!("the draft leaves out an unknown grant {policy}"),
            ),
            (
                json!({ "name": "x", "add": [who(ann)] }),
                "a grant of a draft is a subject with a role, a subject with a permission block, or a role with a permission block"
                    .to_owned(),
            ),
            (
                json!({ "name": "x" }),
                "a draft adds or leaves out at least one grant, and at most 200".to_owned(),
            ),
        ] {
            let refused = plant.refusal(&manager, CREATE, json!({ "t": tenant, "i": input })).await;
            assert_eq!(refused, text);
        }
        let draft = plant.draft(&manager, tenant, giving(tenant, ann, &["read"])).await;
        let stranger = plant.person_who_may("stranger", other, &["policy.manage"]).await;
        let capped = plant.capped(ADMIN, None, Ceiling::default());
        for caller in [&stranger, &capped, &plant.caller(ann, Some(tenant))] {
            for document in [APPLY, IMPACT, REPORT] {
                assert_eq!(plant.refusal(caller, document, json!({ "id": draft })).await, "forbidden");
            }
            let shadow = json!({ "id": draft, "on": true });
            assert_eq!(plant.refusal(caller, SHADOW, shadow).await, "forbidden");
        }
        let unknown = json!({ "id": Uuid::from_u128(404) });
        assert_eq!(plant.refusal(&stranger, IMPACT, unknown).await, "forbidden");
        let platform = json!({ "t": null, "i": giving(tenant, ann, &["read"]) });
        assert_eq!(plant.refusal(&manager, CREATE, platform).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_shadow_it_is_asked_what_really_comes_and_reports_what_would_differ() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let mill = plant.resource(json!({ "kind": "rule", "name": "mill", "tenantId": other })).await;
        let draft = plant.draft(&plant.admin(), tenant, giving(tenant, ann, &["read"])).await;
        asks(&plant, ann, "read", pump, Value::Null).await;
        plant.shadow(draft, true).await;
        for context in [json!({}), json!({ "site": "north" }), json!({})] {
            assert!(!asks(&plant, ann, "read", pump, context).await);
        }
        asks(&plant, ann, "write", pump, Value::Null).await;
        asks(&plant, ann, "read", mill, Value::Null).await;
        let report = plant.report(draft).await;
        let counts =
            |report: &Value| [report["asked"].clone(), report["differing"].clone(), report["kept"].clone()];
        assert_eq!(counts(&report), [json!(4), json!(3), json!(1)], "{report}");
        let one = &report["items"][0];
        assert_eq!(
            (&one["subjectId"], &one["objectId"], &one["count"]),
            (&json!(ann), &json!(pump), &json!(3))
        );
        assert_eq!((&one["live"], &one["draft"]), (&json!(false), &json!(true)));
        assert_eq!(
            (&one["liveReason"], &one["draftReason"]),
            (&json!("no matching allow policy"), &json!("allowed"))
        );
        assert!(one["why"].as_str().is_some_and(|why| why.contains("ann")), "{one}");
        // What changes meanwhile is taken in: by now everybody is answered as the draft would.
        let live = plant.block(over_tenant(tenant, &["read"])).await;
        plant.give(live, "entity", ann, Some(tenant)).await;
        assert!(asks(&plant, ann, "read", pump, Value::Null).await);
        let report = plant.report(draft).await;
        assert_eq!(counts(&report), [json!(5), json!(3), json!(1)], "{report}");
        // Another version is another report.
        let update = json!({ "id": draft, "i": giving(tenant, ann, &["write"]) });
        plant.data(&plant.admin(), UPDATE, update).await;
        plant.notice_drafts().await;
        asks(&plant, ann, "write", pump, Value::Null).await;
        let report = plant.report(draft).await;
        assert_eq!(counts(&report), [json!(1), json!(1), json!(1)], "{report}");
        assert_eq!(report["items"][0]["action"], "write");
        plant.shadow(draft, false).await;
        asks(&plant, ann, "write", pump, Value::Null).await;
        assert_eq!(counts(&plant.report(draft).await), [json!(1), json!(1), json!(1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_takes_away_shows_who_would_be_refused() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let policy = plant.give(block, "entity", ann, Some(tenant)).await;
        let input = json!({ "name": "less", "leaveOut": { "directPolicyIds": [policy] } });
        let draft = plant.draft(&plant.admin(), tenant, input).await;
        plant.shadow(draft, true).await;
        assert!(asks(&plant, ann, "read", pump, Value::Null).await);
        let report = plant.report(draft).await;
        assert_eq!(
            (&report["items"][0]["live"], &report["items"][0]["draft"]),
            (&json!(true), &json!(false))
        );
        // What it names goes when that is removed for good.
        for call in ["deleteEntity", "purgeEntity"] {
            let call = format!("mutation {{ {call}(id: \"{ann}\") }}");
            plant.data(&plant.admin(), &call, json!({})).await;
        }
        assert_eq!(plant.report(draft).await["kept"], 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_replica_reports() {
    on_both(async |plant| {
        if plant.ground().db().engine() == atoll_base::db::Engine::Sqlite {
            return;
        }
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let draft = plant.draft(&plant.admin(), tenant, giving(tenant, ann, &["read"])).await;
        let replica = plant.another().await;
        plant.shadow(draft, true).await;
        replica.notice_drafts().await;
        for process in [&plant, &replica] {
            asks(process, ann, "read", pump, Value::Null).await;
            process.ask_drafts().await;
        }
        let report = plant.report(draft).await;
        assert_eq!((&report["asked"], &report["items"][0]["count"]), (&json!(2), &json!(2)), "{report}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_share_of_the_settings_is_put_to_drafts() {
    let half = Settings { shadow_sample: 0.5, ..Settings::for_tests() };
    on_both_with(half, async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let draft = plant.draft(&plant.admin(), tenant, giving(tenant, ann, &["read"])).await;
        plant.shadow(draft, true).await;
        for _ in 0..100 {
            asks(&plant, ann, "read", pump, Value::Null).await;
        }
        let asked = plant.report(draft).await["asked"].as_i64().unwrap();
        assert!((45..=55).contains(&asked), "{asked}");
    })
    .await;
}
