//! Pages of nouns, and what is sent from them.

use serde_json::json;

use super::super::journeys::SECRET;
use super::Sample;
use super::things::{NOTHING, Things};

/// What is tried at the address of a noun.
pub(super) async fn sample(things: &Things<'_>, address: &str) -> Sample {
    let mut parts = address.split('/').skip(1);
    let (noun, id, verb) = (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
    if id.is_none() || id == Some("all") {
        return Sample::default();
    }
    let found = match noun {
        "tenants" => tenants(things, verb).await,
        "entities" => entities(things, verb).await,
        "groups" => groups(things, verb).await,
        "resources" => resources(things, verb).await,
        "roles" | "blocks" | "assignments" | "policies" => granting(things, noun, verb).await,
        "actions" | "applicability" | "guardrails" | "overrides" | "requests" => {
            ruling(things, noun, verb).await
        }
        _ => other(things, noun, verb).await,
    };
    found.unwrap_or_else(|| panic!("{address}: there is no sample of it"))
}

async fn tenants(things: &Things<'_>, verb: &str) -> Option<Sample> {
    if verb == "create" {
        return Some(Sample::default().with("name", things.name()));
    }
    let tenant = things.another_tenant().await;
    let before = match verb {
        "enable" => Some(format!("disableTenant(id: \"{tenant}\") {{ id }}")),
        "restore" | "purge" => Some(format!("deleteTenant(id: \"{tenant}\")")),
        _ => None,
    };
    if let Some(call) = before {
        things.change(&call).await;
    }
    let one = Sample::of(&tenant);
    Some(match verb {
        "" | "enable" | "disable" | "freeze" | "delete" | "restore" | "purge" => one,
        "edit" => one.with("name", things.name()),
        "add-member" => one.with("entity", things.entity("human").await),
        "invite" => one.with("email", format!("{}@example.com", things.name())),
        "sign-in-policy" => one.with("second-factor", "none"),
        "remove-member" => one.row("/id", things.ordinary()),
        "revoke-invitation" => {
            let input = format!("{{ inviteeEmail: \"{}@example.com\" }}", things.name());
            let call = format!("createTenantInvitation(tenantId: \"{tenant}\", input: {input})");
            one.row("/id", things.made(&call).await)
        }
        _ => return None,
    })
}

async fn entities(things: &Things<'_>, verb: &str) -> Option<Sample> {
    let tenant = &things.tenant;
    match verb {
        "create" => {
            let one = Sample::default().with("name", things.name()).with("kind", "device");
            return Some(one.with("tenantId", tenant));
        }
        "reveal-key" | "revoke-credential" => {
            let (device, key, _) = things.shared_key().await;
            return Some(Sample::of(device).row("/id", key));
        }
        "end-session" | "end-sessions" => {
            let (device, session) = things.session().await;
            return Some(Sample::of(device).row("/id", session));
        }
        _ => {}
    }
    let kind = match verb {
        "assign" | "give" | "unassign" | "withdraw" => "service",
        "password" | "own" | "disown" | "reset-factors" => "human",
        _ => "device",
    };
    let id = things.entity(kind).await;
    let one = Sample::of(&id);
    Some(match verb {
        "" | "disable" | "delete" | "reset-factors" => one,
        "enable" => {
            things.change(&format!("disableEntity(id: \"{id}\") {{ id }}")).await;
            one
        }
        "restore" | "purge" => {
            things.change(&format!("deleteEntity(id: \"{id}\")")).await;
            one
        }
        "leave-group" => {
            let group = things.group("object").await;
            things
                .change(&format!("setEntityParentGroup(entityId: \"{id}\", groupId: \"{group}\") {{ id }}"))
                .await;
            one
        }
        "edit" => one.with("name", things.name()).with("kind", kind).with("status", "active"),
        "password" => one.with("password", SECRET),
        "api-key" | "shared-key" => one.with("description", "x"),
        "certificate" => one.with("dns-names", "m7.example"),
        "csr" => one.with("csr", things.csr()),
        "revoke-certificates" => one.with("revocation-reason", "unspecified"),
        "place" => one.with("group", things.group("object").await),
        "assign" => one.with("role", things.role().await).with("boundary", tenant),
        "give" => one.with("block", things.block().await).with("boundary", tenant),
        "own" => one.with("entity", things.entity("device").await),
        "unassign" => one.row("/id", things.assignment("entity", &id).await),
        "withdraw" => one.row("/id", things.policy("entity", &id).await),
        "disown" => {
            let owned = things.entity("device").await;
            things
                .change(&format!("addOwnership(ownerId: \"{id}\", ownedId: \"{owned}\") {{ ownedId }}"))
                .await;
            one.row("/id", owned)
        }
        _ => return None,
    })
}

async fn groups(things: &Things<'_>, verb: &str) -> Option<Sample> {
    let tenant = &things.tenant;
    if verb == "create" {
        let one = Sample::default().with("name", things.name()).with("group-type", "principal");
        return Some(one.with("tenantId", tenant));
    }
    let of_objects =
        ["set-parent", "leave-parent", "add-entity", "add-resource", "take-entity-out", "take-resource-out"];
    let id = things.group(if of_objects.contains(&verb) { "object" } else { "principal" }).await;
    let one = Sample::of(&id);
    Some(match verb {
        "" | "suspend" | "disable" | "delete" => one,
        "enable" => {
            things.change(&format!("disableGroup(id: \"{id}\") {{ id }}")).await;
            one
        }
        "restore" | "purge" => {
            things.change(&format!("deleteGroup(id: \"{id}\")")).await;
            one
        }
        "edit" => one.with("name", things.name()),
        "set-parent" => one.with("parent", things.group("object").await),
        "leave-parent" => {
            let parent = things.group("object").await;
            things.change(&format!("setGroupParent(id: \"{id}\", parentId: \"{parent}\") {{ id }}")).await;
            one
        }
        "add-member" | "add-entity" => one.with("entity", things.entity("device").await),
        "add-resource" => one.with("resource", things.resource().await),
        "remove-member" => {
            let device = things.entity("device").await;
            things.change(&format!("addGroupMember(groupId: \"{id}\", entityId: \"{device}\")")).await;
            one.row("/id", device)
        }
        "take-entity-out" => {
            let device = things.entity("device").await;
            things
                .change(&format!("setEntityParentGroup(entityId: \"{device}\", groupId: \"{id}\") {{ id }}"))
                .await;
            one.row("/id", device)
        }
        "take-resource-out" => {
            let resource = things.resource().await;
            things
                .change(&format!(
                    "setResourceParentGroup(resourceId: \"{resource}\", groupId: \"{id}\") {{ id }}"
                ))
                .await;
            one.row("/id", resource)
        }
        "assign" => one.with("role", things.role().await).with("boundary", tenant),
        "give" => one.with("block", things.block().await).with("boundary", tenant),
        "unassign" => one.row("/id", things.assignment("group", &id).await),
        "withdraw" => one.row("/id", things.policy("group", &id).await),
        _ => return None,
    })
}

async fn resources(things: &Things<'_>, verb: &str) -> Option<Sample> {
    if verb == "create" {
        let one = Sample::default().with("kind", "channel").with("name", things.name());
        return Some(one.with("tenantId", &things.tenant));
    }
    let id = things.resource().await;
    let one = Sample::of(&id);
    Some(match verb {
        "" | "delete" => one,
        "edit" => one.with("name", things.name()),
        "place" => one.with("group", things.group("object").await),
        "leave-group" => {
            let group = things.group("object").await;
            things
                .change(&format!(
                    "setResourceParentGroup(resourceId: \"{id}\", groupId: \"{group}\") {{ id }}"
                ))
                .await;
            one
        }
        "restore" | "purge" => {
            things.change(&format!("deleteResource(id: \"{id}\")")).await;
            one
        }
        _ => return None,
    })
}

async fn granting(things: &Things<'_>, noun: &str, verb: &str) -> Option<Sample> {
    let none = Sample::default();
    let tenant = &things.tenant;
    Some(match (noun, verb) {
        ("roles", "create") => none.with("name", things.name()).with("tenantId", tenant),
        ("roles", "" | "delete") => Sample::of(things.role().await),
        ("roles", "restore" | "purge") => {
            let id = things.role().await;
            things.change(&format!("deleteRole(id: \"{id}\")")).await;
            Sample::of(id)
        }
        ("roles", "edit") => Sample::of(things.role().await).with("name", things.name()),
        ("roles", "blocks") => Sample::of(things.role().await).with("blocks", things.block().await),
        ("roles", "assign") => {
            let one = Sample::of(things.role().await).with("subject-kind", "entity");
            one.with("subject-id", things.entity("service").await).with("boundary", tenant)
        }
        ("roles", "unassign") => {
            let subject = things.entity("service").await;
            Sample::of(things.role().await).row("/id", things.assignment("entity", &subject).await)
        }
        ("blocks", "create") => {
            let one = none.with("effect", "allow").with("actions", things.publish());
            one.with("scope", "tenant").with("tenantId", tenant)
        }
        ("blocks", "" | "delete") => Sample::of(things.block().await),
        ("assignments", "create") => {
            let one = none.with("role", things.role().await).with("subject-kind", "entity");
            one.with("subject-id", things.entity("service").await).with("boundary", tenant)
        }
        ("assignments", "delete") => {
            Sample::of(things.assignment("entity", &things.entity("service").await).await)
        }
        ("policies", "create") => {
            let one = none.with("block", things.block().await).with("subject-kind", "entity");
            one.with("subject-id", things.entity("service").await).with("boundary", tenant)
        }
        ("policies", "delete") => Sample::of(things.policy("entity", &things.entity("service").await).await),
        _ => return None,
    })
}

async fn ruling(things: &Things<'_>, noun: &str, verb: &str) -> Option<Sample> {
    let none = Sample::default();
    let tenant = &things.tenant;
    Some(match (noun, verb) {
        ("actions", "create") => none.with("name", things.name()),
        ("actions", "" | "delete") => Sample::of(things.action().await),
        ("actions", "edit") => Sample::of(things.action().await).with("name", things.name()),
        ("actions", "apply") => Sample::of(things.action().await).with("object-kind", "group"),
        ("actions", "unapply") => {
            let id = things.action().await;
            let input = format!("{{ actionId: \"{id}\", objectKind: \"group\" }}");
            things.change(&format!("addActionApplicability(input: {input}) {{ id }}")).await;
            Sample::of(id).row("/objectKind", "group").row("/objectType", "")
        }
        ("applicability", "create") => {
            none.with("action", things.action().await).with("object-kind", "group")
        }
        ("guardrails", "create") => {
            let one = none.with("decision", "deny").with("kind", "workload").with("action-name", "read");
            one.with("object-kind", "resource").with("object-type", things.name()).with("tenantId", tenant)
        }
        ("guardrails", "delete") => Sample::of(things.rule("deny").await),
        ("overrides", "create") => {
            let one = none.with("rule", things.rule("require_override").await).with("for", "entity");
            let one = one.with("recipient", things.entity("device").await);
            one.with("reason", "x").with("tenantId", tenant)
        }
        ("overrides", "approve" | "deny" | "withdraw") => Sample::of(things.exception().await),
        ("requests", "create") => none.with("role", things.role().await).with("reason", "x"),
        ("requests", "approve" | "deny" | "withdraw") => Sample::of(things.request().await),
        _ => return None,
    })
}

async fn other(things: &Things<'_>, noun: &str, verb: &str) -> Option<Sample> {
    let none = Sample::default();
    let tenant = &things.tenant;
    Some(match (noun, verb) {
        ("profiles", "create") => {
            let one = none.with("display-name", "x").with("key", things.name());
            one.with("object-kind", "entity").with("kind", "device").with("tenantId", tenant)
        }
        ("profiles", "") => Sample::of(things.profile().await),
        ("profiles", "edit") => {
            Sample::of(things.profile().await).with("display-name", "y").with("status", "active")
        }
        ("profiles", "version") => {
            let one = Sample::of(things.profile().await).with("version", "1").with("status", "active");
            one.with("json-schema", "{}")
        }
        ("certificates", "" | "renew") => Sample::of(things.certificate().await),
        ("certificates", "revoke") => {
            Sample::of(things.certificate().await).with("revocation-reason", "superseded")
        }
        ("drafts", "create" | "edit") => {
            let (subject, role) = (things.entity("service").await, things.role().await);
            let add = json!([{ "subjectKind": "entity", "subjectId": subject, "roleId": role }]);
            let one = match verb {
                "edit" => Sample::of(things.draft().await),
                _ => none.with("tenantId", tenant),
            };
            one.with("name", things.name()).with("add", add.to_string())
        }
        ("drafts", "unshadow") => {
            let id = things.draft().await;
            things.change(&format!("shadowDraft(id: \"{id}\", on: true) {{ id }}")).await;
            Sample::of(id)
        }
        ("drafts", "" | "shadow" | "apply" | "delete") => Sample::of(things.draft().await),
        ("tests", "create") => {
            let one = none.with("name", things.name()).with("tenantId", tenant).with("may", "true");
            let one = one.with("subject-id", things.entity("service").await).with("action-name", "read");
            one.with("object-kind", "resource").with("object", things.resource().await)
        }
        ("tests", "gate") => none.with("tenantId", tenant),
        ("tests", "delete") => Sample::of(things.policy_test().await),
        ("hygiene", "remove-assignment") => {
            Sample::of(things.assignment("entity", &things.entity("service").await).await)
        }
        ("hygiene", "remove-policy") => {
            Sample::of(things.policy("entity", &things.entity("service").await).await)
        }
        ("webhooks", "create") => {
            let one = none.with("name", "x").with("url", "http://127.0.0.1:9/").with("events", "role.*");
            one.with("tenantId", things.another_tenant().await)
        }
        ("webhooks", "resume") => {
            let id = things.webhook().await;
            things.change(&format!("pauseWebhook(id: \"{id}\") {{ id }}")).await;
            Sample::of(id)
        }
        ("webhooks", "edit") => {
            Sample::of(things.webhook().await).with("name", "y").with("url", "http://127.0.0.1:9/")
        }
        ("webhooks", "rotate") => Sample::of(things.webhook().await).with("overlap", "0"),
        ("webhooks", "replay") => Sample::of(things.webhook().await).with("from-revision", "1"),
        // One that was given up takes hours.
        ("webhooks", "retry") => Sample::of(things.webhook().await).row("/id", NOTHING),
        ("webhooks", "" | "pause" | "delete") => Sample::of(things.webhook().await),
        ("endpoints", "create" | "edit") => {
            let name = things.name();
            let one = if verb == "edit" {
                Sample::of(things.endpoint().await)
            } else {
                none.with("tenantId", tenant)
            };
            let one = one.with("name", &name).with("key", &name).with("method", "GET");
            let one = one.with("path", format!("/api/custom/{name}")).with("operation-kind", "query");
            one.with("graphql", "{ health }").with("auth-mode", "caller_context")
        }
        ("endpoints", "disable") => {
            let id = things.endpoint().await;
            things.change(&format!("enableApiEndpoint(id: \"{id}\") {{ id }}")).await;
            Sample::of(id)
        }
        // One that was given up takes hours.
        ("jobs", "retry" | "discard") => Sample::of(NOTHING),
        ("endpoints", "" | "enable") => Sample::of(things.endpoint().await),
        _ => return None,
    })
}
