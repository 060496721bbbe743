//! Who may do what with whose certificates.

use atoll_base::ctx::Ctx;
use atoll_policy::{Ceiling, CeilingEntry, CeilingScope};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{FROM_CSR, ISSUE, LIST, RENEW, REVOKE, REVOKE_ALL, SHOW, issue, openssl, with_authority};
use crate::giving::{action, over_tenant};
use crate::harness::{ADMIN, Plant};

#[tokio::test(flavor = "multi_thread")]
async fn strangers_neither_get_nor_see_nor_end_certificates_of_others() {
    with_authority(async |plant, _| {
        let (one, two) = (plant.tenant("one").await, plant.tenant("two").await);
        let meter = plant.entity("device", "meter", Some(one)).await;
        let serial = plant.serial(meter).await;
        let id =
            plant.data(&plant.admin(), SHOW, json!({ "s": serial })).await["found"]["credentialId"].take();
        let other = plant.tenant_admin("boss-of-two", two).await;
        let person = plant.entity("human", "ann", Some(one)).await;
        let person = plant.caller(person, Some(one));
        let calls: [(&str, Value); 8] = [
            (ISSUE, issue(meter, json!({}))),
            (FROM_CSR, json!({ "i": { "entityId": meter, "csrPem": "" } })),
            (RENEW, json!({ "i": { "serialNumber": serial } })),
            (REVOKE, json!({ "i": { "serialNumber": serial } })),
            (REVOKE_ALL, json!({ "e": meter })),
            (LIST, json!({ "e": meter })),
            (LIST, json!({ "t": one })),
            (SHOW, json!({ "id": id })),
        ];
        for (call, variables) in calls {
            let nobody = plant.refusal(&plant.nobody(), call, variables.clone()).await;
            assert_eq!(nobody, "missing authentication", "{call}");
            for stranger in [&other, &person] {
                assert_eq!(plant.refusal(stranger, call, variables.clone()).await, "forbidden", "{call}");
            }
        }
        // What is not there and what one may not see are answered alike.
        for unknown in ["0123", &serial] {
            for call in [RENEW, REVOKE] {
                let said = plant.refusal(&other, call, json!({ "i": { "serialNumber": unknown } })).await;
                assert_eq!(said, "forbidden");
            }
            assert_eq!(plant.refusal(&other, SHOW, json!({ "s": unknown })).await, "forbidden");
        }
        let own = plant.data(&other, LIST, json!({})).await["found"].take();
        assert_eq!(own, json!({ "total": 0, "items": [] }), "without a filter one's own tenant is listed");
        let boss = plant.tenant_admin("boss-of-one", one).await;
        assert_eq!(plant.data(&boss, LIST, json!({})).await["found"]["total"], 1);
        plant.data(&boss, REVOKE, json!({ "i": { "serialNumber": serial } })).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_gets_certificates_for_its_own_names_only() {
    with_authority(async |plant, files| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let rename = "mutation($e: ID!) { updateEntity(id: $e, input: { alias: \"m7\" }) { id } }";
        plant.data(&plant.admin(), rename, json!({ "e": meter })).await;
        let own = plant.caller(meter, Some(tenant));
        let id = meter.to_string();
        for names in [
            json!({}),
            json!({ "commonName": id, "dnsNames": [id] }),
            json!({ "commonName": "m7", "dnsNames": [id] }),
        ] {
            plant.certificate(&own, meter, names).await;
        }
        // A name that the entity may choose is not to be taken for a host.
        let made = plant.certificate(&own, meter, json!({ "commonName": "m7" })).await;
        assert_eq!(made["certificate"]["dnsNames"], json!([id]));
        for foreign in [
            json!({ "commonName": "db.example" }),
            json!({ "commonName": "meter" }),
            json!({ "dnsNames": ["db.example"] }),
            json!({ "dnsNames": ["m7"] }),
            json!({ "dnsNames": ["*.m7"] }),
            json!({ "dnsNames": ["192.0.2.7"] }),
            json!({ "ipAddresses": ["192.0.2.7"] }),
        ] {
            let answer = plant.answer(&own, ISSUE, issue(meter, foreign.clone())).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "certificate.foreign_name", "{foreign}");
            let said = answer["errors"][0]["message"].as_str().unwrap();
            assert!(said.contains("is not a name of this entity"), "{said}");
            // Whoever manages it may name whatever it serves.
            plant.certificate(&plant.tenant_admin("boss", tenant).await, meter, foreign.clone()).await;
            let boss = "query { entities(limit: 500) { items { id name } } }";
            let all = plant.data(&plant.admin(), boss, json!({})).await["entities"]["items"].take();
            let boss = all.as_array().unwrap().iter().find(|one| one["name"] == "boss").unwrap()["id"].clone();
            plant.data(&plant.admin(), "mutation($e: ID!) { deleteEntity(id: $e) }", json!({ "e": boss })).await;
        }
        let csr = async |subject: &str, names: &str| {
            files.write("own.cnf", &format!("[req]\ndistinguished_name=none\nreq_extensions=wishes\n[none]\n[wishes]\nsubjectAltName={names}\n"));
            openssl(files.folder.path(), "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out own.key");
            openssl(files.folder.path(), &format!("req -new -key own.key -config own.cnf -subj {subject}"))
        };
        let asked = async |pem: String| {
            let input = json!({ "i": { "entityId": meter, "csrPem": pem } });
            plant.answer(&own, FROM_CSR, input).await.pointer("/errors/0/extensions/code").cloned()
        };
        assert_eq!(asked(csr("/CN=m7", &format!("URI:urn:uuid:{id}")).await).await, None);
        for (subject, names) in [
            ("/CN=m7/O=Works", format!("URI:urn:uuid:{id}")),
            ("/CN=db.example", format!("DNS:{id}")),
            ("/CN=m7", "DNS:db.example".into()),
            ("/CN=m7", "email:m7@example.org".into()),
            ("/CN=m7", "URI:spiffe://example.org/m7".into()),
        ] {
            let pem = csr(subject, &names).await;
            assert_eq!(asked(pem).await, Some(json!("certificate.foreign_name")), "{subject} {names}");
        }
        // Renewing is no way around: the names must be its own then, too.
        let boss = plant.tenant_admin("boss", tenant).await;
        let made = plant.certificate(&boss, meter, json!({ "dnsNames": ["db.example"] })).await;
        let renewal = json!({ "i": { "serialNumber": made["certificate"]["serialNumber"] } });
        let said = plant.refusal(&own, RENEW, renewal.clone()).await;
        assert!(said.contains("is not a name of this entity"), "{said}");
        plant.data(&boss, RENEW, renewal).await;
        // It sees and ends its own.
        assert_eq!(plant.data(&own, LIST, json!({ "e": meter })).await["found"]["items"][0]["entityId"], json!(meter));
        plant.data(&own, REVOKE_ALL, json!({ "e": meter })).await;
    })
    .await;
}

/// A block that denies an action on one object, given to a subject at the platform.
async fn deny(plant: &Plant, subject: Uuid, name: &str, kind: &str, object: Uuid, tenant: Uuid) {
    let input = json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectKind": kind, "objectId": object,
        "actionIds": [action(name)], "effect": "deny" } });
    let block = plant.block(input).await;
    plant.give(block, "entity", subject, Some(tenant)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deny_on_the_entity_outweighs_what_is_allowed_in_its_tenant() {
    with_authority(async |plant, _| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let serial = plant.serial(meter).await;
        let person = plant.entity("human", "ann", Some(tenant)).await;
        let block = plant.block(over_tenant(tenant, &["manage", "read"])).await;
        plant.give(block, "entity", person, Some(tenant)).await;
        let ann = plant.caller(person, Some(tenant));
        plant.certificate(&ann, meter, json!({})).await;
        deny(&plant, person, "manage", "entity", meter, tenant).await;
        for (call, variables) in [
            (ISSUE, issue(meter, json!({}))),
            (RENEW, json!({ "i": { "serialNumber": serial } })),
            (REVOKE, json!({ "i": { "serialNumber": serial } })),
            (REVOKE_ALL, json!({ "e": meter })),
        ] {
            assert_eq!(plant.refusal(&ann, call, variables).await, "forbidden", "{call}");
        }
        plant.data(&ann, SHOW, json!({ "s": serial })).await;
        deny(&plant, person, "read", "entity", meter, tenant).await;
        assert_eq!(plant.refusal(&ann, SHOW, json!({ "s": serial })).await, "forbidden");
        assert_eq!(plant.refusal(&ann, LIST, json!({ "e": meter })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deny_on_the_entity_holds_for_who_manages_everything_else() {
    with_authority(async |plant, _| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let pump = plant.entity("device", "pump", Some(tenant)).await;
        let (of_meter, of_pump) = (plant.serial(meter).await, plant.serial(pump).await);
        let person = plant.entity("human", "ann", None).await;
        let everything = json!({ "i": { "scopeMode": "platform", "actionIds": [action("manage")] } });
        let block = plant.block(everything).await;
        plant.give(block, "entity", person, None).await;
        let one = json!({ "i": { "scopeMode": "object", "objectKind": "entity", "objectId": meter,
            "actionIds": [action("manage")], "effect": "deny" } });
        let block = plant.block(one).await;
        plant.give(block, "entity", person, None).await;
        let ann = plant.caller(person, None);
        for call in [RENEW, REVOKE] {
            let about = |serial: &str| json!({ "i": { "serialNumber": serial } });
            assert_eq!(plant.refusal(&ann, call, about(&of_meter)).await, "forbidden", "{call}");
            plant.data(&ann, call, about(&of_pump)).await;
        }
        assert_eq!(plant.refusal(&ann, ISSUE, issue(meter, json!({}))).await, "forbidden");
    })
    .await;
}

fn only(actions: &[&str]) -> Ceiling {
    Ceiling { entries: vec![CeilingEntry::new(actions.iter().copied(), CeilingScope::Platform, &json!({}))] }
}

#[tokio::test(flavor = "multi_thread")]
async fn scoped_tokens_end_and_renew_what_is_granted_one_by_one_and_issue_nothing() {
    with_authority(async |plant, _| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let serial = plant.serial(meter).await;
        let capped = |actions: &[&str]| -> Ctx { plant.capped(ADMIN, None, only(actions)) };
        let one = json!({ "i": { "serialNumber": serial } });
        assert_eq!(plant.refusal(&capped(&["manage"]), ISSUE, issue(meter, json!({}))).await, "forbidden");
        assert_eq!(plant.refusal(&capped(&["manage"]), REVOKE_ALL, json!({ "e": meter })).await, "forbidden");
        assert_eq!(plant.refusal(&capped(&["read"]), RENEW, one.clone()).await, "forbidden");
        plant.data(&capped(&["rotate"]), RENEW, one.clone()).await;
        plant.data(&capped(&["revoke"]), REVOKE, one.clone()).await;
        plant.data(&capped(&["read"]), SHOW, json!({ "s": serial })).await;
        // The entity's own token with a ceiling is not the entity itself.
        let own = plant.capped(meter, Some(tenant), only(&["read"]));
        assert_eq!(plant.refusal(&own, ISSUE, issue(meter, json!({}))).await, "forbidden");
        assert_eq!(plant.refusal(&own, SHOW, json!({ "s": serial })).await, "forbidden");
    })
    .await;
}
