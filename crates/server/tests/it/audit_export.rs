//! The audit log as a file, looking for text in it, and what happens when it cannot be written.

use atoll_access::audit::AuditFilter;
use atoll_access::audit::export::{Export, Format};
use atoll_base::ctx::Ctx;
use sea_orm_migration::sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both};

async fn export(ctx: &Ctx, tenant: Uuid, format: Format, after: Option<String>) -> String {
    let filter = AuditFilter { tenant: Some(tenant), ..AuditFilter::default() };
    let mut export = Export::begin(ctx, filter, format, after).await.unwrap();
    let mut text = Vec::new();
    while let Some(lines) = export.next().await.unwrap() {
        text.extend(lines);
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_whole_in_order_and_goes_on_behind_any_line() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        for number in 0..12 {
            plant.entity("device", &format!("=cmd|{number}"), Some(tenant)).await;
        }
        let auditor = plant.person_who_may("auditor", tenant, &["read"]).await;
        let all = export(&auditor, tenant, Format::JsonLines, None).await;
        let rows: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let head = atoll_base::ledger::head(plant.ground().db().reader(), tenant).await.unwrap();
        let revisions: Vec<i64> = rows.iter().map(|row| row["revision"].as_i64().unwrap()).collect();
        assert_eq!(revisions, (1..=head).collect::<Vec<_>>());
        let cursor = rows[4]["cursor"].as_str().unwrap().to_owned();
        let rest = export(&auditor, tenant, Format::JsonLines, Some(cursor)).await;
        assert_eq!(rest, all.lines().skip(5).map(|line| format!("{line}\n")).collect::<String>());
        let csv = export(&auditor, tenant, Format::Csv, None).await;
        assert!(csv.starts_with("id,revision,createdAt,event,outcome,"), "{csv}");
        assert_eq!(csv.matches("entity.create").count(), all.matches("\"event\":\"entity.create\"").count());
        let filter = AuditFilter { tenant: Some(tenant), ..AuditFilter::default() };
        let stranger = plant.caller(plant.entity("human", "eve", Some(tenant)).await, Some(tenant));
        let refused = Export::begin(&stranger, filter.clone(), Format::Csv, None).await.err().unwrap();
        assert_eq!(refused.to_string(), "forbidden");
        // Whoever may no longer read gets no further page.
        let mut export = Export::begin(&auditor, filter, Format::Csv, None).await.unwrap();
        let freeze = "mutation($id: ID!) { freezeTenant(id: $id) { id } }";
        plant.data(&plant.admin(), freeze, json!({ "id": tenant })).await;
        assert_eq!(export.next().await.unwrap_err().to_string(), "forbidden");
        plant.write_attempts().await;
        let exported = "query($t: ID) { auditLogs(tenantId: $t, event: \"audit.export\") { total } }";
        let exported = plant.data(&plant.admin(), exported, json!({ "t": tenant })).await;
        assert_eq!(exported["auditLogs"]["total"], 4, "that somebody exported is kept");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_found_by_text_whatever_the_case() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "Water-Meter 100%_x", Some(tenant)).await;
        plant.entity("device", "lamp", Some(tenant)).await;
        let find = async |text: &str| {
            let query = "query($t: ID, $s: String) { auditLogs(tenantId: $t, search: $s) { total items { targetId } } }";
            plant.data(&plant.admin(), query, json!({ "t": tenant, "s": text })).await["auditLogs"].take()
        };
        for text in ["water-METER", "100%_x", &meter.to_string()] {
            let found = find(text).await;
            assert_eq!((&found["total"], &found["items"][0]["targetId"]), (&json!(1), &json!(meter)), "{text}");
        }
        assert_eq!(find("100__x").await["total"], 0);
        assert_eq!(find("entity.create").await["total"], 2);
        let query = "query($s: String) { auditLogs(search: $s) { total } }";
        for wrong in ["x".repeat(201), "x".to_owned()] {
            let text = plant.refusal(&plant.admin(), query, json!({ "s": wrong })).await;
            assert_eq!(text, "search must be 2 to 200 characters");
        }
    })
    .await;
}

/// Makes the ledger refuse new rows.
async fn break_ledger(plant: &Plant) {
    let writer = plant.ground().db().writer();
    writer.execute_unprepared("ALTER TABLE ledger RENAME TO ledger_elsewhere").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_record_cannot_be_written_does_not_happen() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        break_ledger(&plant).await;
        let create = "mutation($t: ID) { createEntity(input: { kind: device, name: \"ghost\", tenantId: $t }) { id } }";
        let text = plant.refusal(&plant.admin(), create, json!({ "t": tenant })).await;
        assert!(text == "database error" || text == "internal error", "{text}");
        let back = "ALTER TABLE ledger_elsewhere RENAME TO ledger";
        plant.ground().db().writer().execute_unprepared(back).await.unwrap();
        let count = "query($t: ID) { entities(tenantId: $t) { total } }";
        let count = plant.data(&plant.admin(), count, json!({ "t": tenant })).await;
        assert_eq!(count["entities"]["total"], 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_from_where_in_which_request_and_how_it_ended_is_recorded() {
    on_both(async |plant| {
        let admin = plant.admin();
        let origin = atoll_base::ctx::Origin {
            address: Some("203.0.113.7".parse().unwrap()),
            request_id: Some("request-7".into()),
            user_agent: None,
        };
        let ctx = Ctx::new(plant.ground().clone(), admin.caller().clone(), origin);
        let create = "mutation { made: createTenant(input: { name: \"plant-a\" }) { id } }";
        plant.made(&ctx, create, json!({})).await;
        let logs =
            "{ auditLogs(event: \"tenant.create\") { items { address requestId actorEntityId outcome after
            permission } } }";
        let row = plant.data(&plant.admin(), logs, json!({})).await["auditLogs"]["items"][0].take();
        assert_eq!((&row["address"], &row["requestId"]), (&json!("203.0.113.7"), &json!("request-7")));
        assert_eq!(
            (&row["outcome"], &row["actorEntityId"]),
            (&json!("allow"), &json!(crate::harness::ADMIN))
        );
        assert!(row["after"].is_object() && row["permission"].is_string(), "{row}");
    })
    .await;
}
