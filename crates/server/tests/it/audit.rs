//! The audit log: who reads which rows, and what those say.

use atoll_policy::{Ceiling, CeilingEntry, CeilingScope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{ASSIGN, BLOCK, POLICY, REPLACE, action, assignment, over_tenant, policy};
use crate::harness::{ADMIN, Plant, on_both};

const LOGS: &str = "query($tenant: ID, $event: String, $outcome: AuditOutcome, $after: String) {
    logs: auditLogs(tenantId: $tenant, event: $event, outcome: $outcome, after: $after, limit: 200) {
        total nextCursor
        items { id actorEntityId tenantId targetKind targetId event outcome details createdAt stream revision reason
            before after address requestId credentialId permission } } }";

impl Plant {
    async fn logs(&self, ctx: &atoll_base::Ctx, variables: Value) -> Vec<Value> {
        self.data(ctx, LOGS, variables).await["logs"]["items"].as_array().cloned().expect("items")
    }
}

/// Asserts that the newest row of an event is about the target and shows the states that it should.
async fn shows(plant: &Plant, event: &str, target: Uuid, before: bool, after: bool) -> Value {
    let row = plant.logs(&plant.admin(), json!({ "event": event })).await.into_iter().next();
    let row = row.unwrap_or_else(|| panic!("no row of {event}"));
    assert_eq!(row["targetId"], json!(target), "{event}: {row}");
    assert_eq!((!row["before"].is_null(), !row["after"].is_null()), (before, after), "{event}: {row}");
    assert_eq!((&row["actorEntityId"], &row["outcome"]), (&json!(ADMIN), &json!("allow")), "{event}");
    assert!(row["permission"].is_string() && row["revision"].as_i64() > Some(0), "{event}: {row}");
    row
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_access_shows_what_was_and_what_is() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let guest = plant.entity("human", "guest", None).await;
        let done = async |field: &str, id: Uuid, other: Uuid| {
            let document = format!("mutation($a: ID!, $b: ID!) {{ __typename {field} }}");
            plant.data(&admin, &document, json!({ "a": id, "b": other })).await;
        };
        let only = async |field: &str, id: Uuid| {
            plant.data(&admin, &format!("mutation($a: ID!) {{ {field} }}"), json!({ "a": id })).await;
        };

        let block = plant.made(&admin, BLOCK, over_tenant(tenant, &["read"])).await;
        let row = shows(&plant, "permission_block.create", block, false, true).await;
        assert_eq!((&row["tenantId"], &row["stream"]), (&json!(tenant), &json!(tenant)));
        let direct = plant.made(&admin, POLICY, policy("entity", block, ann, Some(tenant))).await;
        shows(&plant, "direct_policy.create", direct, false, true).await;
        only("deleteDirectPolicy(id: $a)", direct).await;
        shows(&plant, "direct_policy.delete", direct, true, false).await;
        // The block went with its last use.
        shows(&plant, "permission_block.delete", block, true, false).await;

        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[]).await;
        shows(&plant, "role.create", role, false, true).await;
        plant.data(&admin, REPLACE, json!({ "r": role, "b": [block] })).await;
        let row = shows(&plant, "role.permission_blocks.replace", role, true, true).await;
        assert_eq!(row["after"]["permission_block_ids"], json!([block]));
        let held = plant.made(&admin, ASSIGN, assignment("entity", role, ann, Some(tenant))).await;
        shows(&plant, "role_assignment.create", held, false, true).await;
        only("deleteRoleAssignment(id: $a)", held).await;
        shows(&plant, "role_assignment.delete", held, true, false).await;
        only("updateRole(id: $a, input: { name: \"listener\" }) { id }", role).await;
        let row = shows(&plant, "role.update", role, true, true).await;
        assert_eq!((&row["before"]["name"], &row["after"]["name"]), (&json!("reader"), &json!("listener")));
        plant.data(&admin, REPLACE, json!({ "r": role, "b": [] })).await;
        only("deletePermissionBlock(id: $a)", block).await;
        shows(&plant, "permission_block.delete", block, true, false).await;
        only("deleteRole(id: $a)", role).await;
        shows(&plant, "role.delete", role, true, false).await;

        let crew = plant.group("principal", "crew", Some(tenant)).await;
        done("addGroupMember(groupId: $a, entityId: $b)", crew, ann).await;
        let row = shows(&plant, "group_member.add", crew, false, true).await;
        assert_eq!(row["after"]["entity_id"], json!(ann));
        done("removeGroupMember(groupId: $a, entityId: $b)", crew, ann).await;
        shows(&plant, "group_member.remove", crew, true, false).await;
        let above = plant.group("principal", "above", Some(tenant)).await;
        done("setGroupParent(id: $a, parentId: $b) { id }", crew, above).await;
        shows(&plant, "group.parent.set", crew, true, true).await;

        let hall = plant.group("object", "hall", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "pump", "tenantId": tenant })).await;
        done("setResourceParentGroup(resourceId: $a, groupId: $b) { id }", pump, hall).await;
        let row = shows(&plant, "resource.parent_group.set", pump, true, true).await;
        assert_eq!(row["after"]["parent_group_id"], json!(hall));

        done("addTenantMember(tenantId: $b, entityId: $a)", guest, tenant).await;
        shows(&plant, "tenant_member.add", guest, false, true).await;
        done("removeTenantMember(tenantId: $b, entityId: $a)", guest, tenant).await;
        shows(&plant, "tenant_member.remove", guest, true, false).await;

        let fly =
            plant.made(&admin, "mutation { made: createAction(input: { name: \"fly\" }) { id } }", json!({}));
        let fly = fly.await;
        shows(&plant, "action.create", fly, false, true).await;
        only("addActionApplicability(input: { actionId: $a, objectKind: \"group\" }) { id }", fly).await;
        shows(&plant, "action_applicability.add", fly, false, true).await;
        only("removeActionApplicability(input: { actionId: $a, objectKind: \"group\" })", fly).await;
        shows(&plant, "action_applicability.remove", fly, true, false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_attempts_and_looks_at_the_access_of_others_are_there() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "pump", "tenantId": tenant })).await;
        let deleting = "mutation($id: ID!) { deleteResource(id: $id) }";
        let ann_asks = plant.caller(ann, Some(tenant));
        assert_eq!(plant.refusal(&ann_asks, deleting, json!({ "id": pump })).await, "forbidden");
        let explain = "mutation($i: AuthzCheckInput!) { authzExplain(input: $i) { allowed } }";
        let question = json!({ "i": { "subjectId": ann, "action": "read", "resourceId": pump } });
        plant.data(&plant.admin(), explain, question.clone()).await;
        assert_eq!(plant.refusal(&ann_asks, explain, question).await, "forbidden");
        plant.write_attempts().await;
        let auditor = plant.person_who_may("auditor", tenant, &["read"]).await;
        let refused = plant.logs(&auditor, json!({ "event": "access.refused", "outcome": "deny" })).await;
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused[0]["actorEntityId"], json!(ann));
        assert_eq!((&refused[0]["targetKind"], &refused[0]["targetId"]), (&json!("resource"), &json!(pump)));
        assert_eq!(refused[0]["reason"], json!("forbidden"));
        let explained = plant.logs(&auditor, json!({ "event": "authz.explain" })).await;
        assert_eq!(explained.len(), 1, "{explained:?}");
        assert_eq!(explained[0]["actorEntityId"], json!(ADMIN));
        assert_eq!(explained[0]["details"]["subject_id"], json!(ann));
        // What was attempted at the platform is in the platform's stream.
        let refused = plant.logs(&plant.admin(), json!({ "event": "access.refused" })).await;
        assert!(refused.iter().any(|row| row["tenantId"].is_null() && row["actorEntityId"] == json!(ann)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reads_the_streams_that_they_answer_for() {
    on_both(async |plant| {
        let (own, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let auditor = plant.person_who_may("auditor", own, &["read"]).await;
        let ann = plant.entity("human", "ann", Some(own)).await;
        let all = plant.logs(&plant.admin(), json!({})).await;
        for stream in [None, Some(own), Some(other)] {
            assert!(all.iter().any(|row| row["tenantId"] == json!(stream)), "{stream:?}");
        }
        let mine = plant.logs(&auditor, json!({})).await;
        assert!(!mine.is_empty() && mine.iter().all(|row| row["tenantId"] == json!(own)));
        assert_eq!(mine, plant.logs(&auditor, json!({ "tenant": own })).await);
        assert_eq!(mine, plant.logs(&plant.admin(), json!({ "tenant": own })).await);
        assert_eq!(plant.refusal(&auditor, LOGS, json!({ "tenant": other })).await, "forbidden");
        assert_eq!(plant.refusal(&plant.caller(ann, Some(own)), LOGS, json!({})).await, "forbidden");
        assert_eq!(plant.refusal(&plant.nobody(), LOGS, json!({})).await, "missing authentication");
        let about = "query($id: ID!) { entityAuditLogs(entityId: $id) { total items { event targetId } } }";
        let shown = plant.data(&auditor, about, json!({ "id": ann })).await;
        assert_eq!(
            shown["entityAuditLogs"]["items"][0],
            json!({ "event": "entity.create", "targetId": ann })
        );
        assert_eq!(shown["entityAuditLogs"]["total"], 1);
        // A tenant that is held still is read by the platform alone.
        let freeze = "mutation($id: ID!) { freezeTenant(id: $id) { id } }";
        plant.data(&plant.admin(), freeze, json!({ "id": own })).await;
        assert_eq!(plant.refusal(&auditor, LOGS, json!({})).await, "forbidden");
        assert!(!plant.logs(&plant.admin(), json!({ "tenant": own })).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_audit_logs_can_be_granted_and_refused() {
    on_both(async |plant| {
        let (own, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let over_logs = |tenant: Option<Uuid>, effect: &str| {
            json!({ "i": { "tenantId": tenant, "scopeMode": "object_kind", "objectKind": "audit_log",
                "effect": effect, "actionIds": [action("read")] } })
        };
        let ann = plant.entity("human", "ann", Some(own)).await;
        let block = plant.block(over_logs(Some(own), "allow")).await;
        plant.give(block, "entity", ann, Some(own)).await;
        let ann_asks = plant.caller(ann, Some(own));
        assert!(plant.logs(&ann_asks, json!({})).await.iter().all(|row| row["tenantId"] == json!(own)));
        let deny = plant.block(over_logs(Some(own), "deny")).await;
        plant.give(deny, "entity", ann, Some(own)).await;
        assert_eq!(plant.refusal(&ann_asks, LOGS, json!({})).await, "forbidden");

        let watch = plant.entity("human", "watch", None).await;
        let block = plant.block(over_logs(None, "allow")).await;
        plant.give(block, "entity", watch, None).await;
        let watch_asks = plant.caller(watch, None);
        let seen = plant.logs(&watch_asks, json!({})).await;
        for stream in [None, Some(own), Some(other)] {
            assert!(seen.iter().any(|row| row["tenantId"] == json!(stream)), "{stream:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_token_reads_nothing_outside_its_ceiling() {
    on_both(async |plant| {
        let (own, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let auditor = plant.person_who_may("auditor", own, &["read"]).await;
        let person = auditor.caller().entity_id().unwrap();
        let capped = |entity, tenant, scopes: &[CeilingScope]| {
            let entries = scopes.iter().map(|scope| CeilingEntry::new(["read"], scope.clone(), &json!({})));
            plant.capped(entity, tenant, Ceiling { entries: entries.collect() })
        };
        let pump = plant.resource(json!({ "kind": "pump", "tenantId": own })).await;
        for scopes in [&[][..], &[CeilingScope::Tenant(other)], &[CeilingScope::Object(pump)]] {
            let token = capped(person, Some(own), scopes);
            assert_eq!(plant.refusal(&token, LOGS, json!({})).await, "forbidden", "{scopes:?}");
            assert_eq!(
                plant.refusal(&token, LOGS, json!({ "tenant": own })).await,
                "forbidden",
                "{scopes:?}"
            );
        }
        let fitting = capped(person, Some(own), &[CeilingScope::Tenant(own)]);
        assert!(!plant.logs(&fitting, json!({})).await.is_empty());
        // The administrator's token for one tenant reads that tenant.
        let narrow = capped(ADMIN, None, &[CeilingScope::Tenant(other)]);
        let seen = plant.logs(&narrow, json!({})).await;
        assert!(!seen.is_empty() && seen.iter().all(|row| row["tenantId"] == json!(other)));
        assert_eq!(plant.refusal(&narrow, LOGS, json!({ "tenant": own })).await, "forbidden");
        let wide = capped(ADMIN, None, &[CeilingScope::Platform]);
        assert!(plant.logs(&wide, json!({})).await.iter().any(|row| row["tenantId"].is_null()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_found_by_what_they_are_about_and_when() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        plant.clock.advance(std::time::Duration::from_secs(60));
        plant.ground().decisions().catch_up().await.unwrap();
        let pump = plant.resource(json!({ "kind": "pump", "tenantId": tenant })).await;
        let find = async |arguments: &str| {
            let query = format!("{{ auditLogs({arguments}) {{ total items {{ event createdAt }} }} }}");
            let found = plant.data(&plant.admin(), &query, json!({})).await["auditLogs"].take();
            let events: Vec<_> =
                found["items"].as_array().unwrap().iter().map(|row| row["event"].clone()).collect();
            assert!(found["total"].as_u64().unwrap() >= events.len() as u64);
            (events, found)
        };
        let (events, found) = find(&format!("targetKind: \"resource\", targetId: \"{pump}\"")).await;
        assert_eq!((&events[..], &found["total"]), (&[json!("resource.create")][..], &json!(1)));
        let made = found["items"][0]["createdAt"].as_str().unwrap();
        let within = format!("tenantId: \"{tenant}\"");
        assert_eq!(find(&format!("{within}, from: \"{made}\"")).await.0, events, "from is inclusive");
        let (earlier, found) = find(&format!("{within}, to: \"{made}\"")).await;
        assert!(
            !earlier.contains(&json!("resource.create")) && found["total"] == earlier.len(),
            "to is exclusive"
        );
        let (of_ann, _) = find(&format!("actorEntityId: \"{ann}\"")).await;
        assert!(of_ann.is_empty());
        let (all, found) = find(&within).await;
        assert_eq!(found["total"], all.len());
        let (_, found) = find("limit: 1").await;
        let everything = plant.logs(&plant.admin(), json!({})).await.len();
        assert_eq!(found["total"], everything);
        let text = plant.refusal(&plant.admin(), "{ auditLogs(from: \"today\") { total } }", json!({})).await;
        assert_eq!(text, "from must be RFC3339");
    })
    .await;
}
