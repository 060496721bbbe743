//! Shortcuts for tests about grants.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::decisions::Decisions;
use atoll_policy::catalogue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::Plant;

pub const BLOCK: &str =
    "mutation($i: CreatePermissionBlockInput!) { made: createPermissionBlock(input: $i) { id } }";
pub const POLICY: &str =
    "mutation($i: CreateDirectPolicyInput!) { made: createDirectPolicy(input: $i) { id } }";
pub const ASSIGN: &str =
    "mutation($i: CreateRoleAssignmentInput!) { made: createRoleAssignment(input: $i) { id } }";
pub const REPLACE: &str =
    "mutation($r: ID!, $b: [ID!]!) { done: replaceRolePermissionBlocks(roleId: $r, permissionBlockIds: $b) }";

/// The id of a seeded action.
pub fn action(name: &str) -> Uuid {
    catalogue::id(name).expect("an action of the catalogue")
}

/// The variables for a block over a tenant that allows these actions.
pub fn over_tenant(tenant: Uuid, actions: &[&str]) -> Value {
    let actions: Vec<Uuid> = actions.iter().map(|name| action(name)).collect();
    json!({ "i": { "tenantId": tenant, "scopeMode": "tenant", "actionIds": actions } })
}

impl Plant {
    /// A block; its id.
    pub async fn block(&self, variables: Value) -> Uuid {
        self.made(&self.admin(), BLOCK, variables).await
    }

    /// A role that holds these blocks; its id.
    pub async fn role(&self, name: &str, tenant: Option<Uuid>, blocks: &[Uuid]) -> Uuid {
        let made = "mutation($i: CreateRoleInput!) { made: createRole(input: $i) { id } }";
        let input = json!({ "i": { "name": name, "tenantId": tenant } });
        let role = self.made(&self.admin(), made, input).await;
        self.data(&self.admin(), REPLACE, json!({ "r": role, "b": blocks })).await;
        role
    }

    /// A group; its id.
    pub async fn group(&self, flavour: &str, name: &str, tenant: Option<Uuid>) -> Uuid {
        let made = "mutation($i: CreateGroupInput!) { made: createGroup(input: $i) { id } }";
        let input = json!({ "i": { "groupType": flavour, "name": name, "tenantId": tenant } });
        self.made(&self.admin(), made, input).await
    }

    /// A resource; its id.
    pub async fn resource(&self, input: Value) -> Uuid {
        let made = "mutation($i: CreateResourceInput!) { made: createResource(input: $i) { id } }";
        self.made(&self.admin(), made, json!({ "i": input })).await
    }

    /// The administrator gives a role.
    pub async fn assign(&self, role: Uuid, subject: Uuid, tenant: Option<Uuid>) -> Uuid {
        self.made(&self.admin(), ASSIGN, assignment("entity", role, subject, tenant)).await
    }

    /// The administrator gives a block.
    pub async fn give(&self, block: Uuid, kind: &str, subject: Uuid, tenant: Option<Uuid>) -> Uuid {
        self.made(&self.admin(), POLICY, policy(kind, block, subject, tenant)).await
    }

    /// A person of the tenant who may do these things in all of it.
    pub async fn person_who_may(&self, name: &str, tenant: Uuid, actions: &[&str]) -> Ctx {
        let person = self.entity("human", name, Some(tenant)).await;
        let block = self.block(over_tenant(tenant, actions)).await;
        self.give(block, "entity", person, Some(tenant)).await;
        self.caller(person, Some(tenant))
    }

    /// Whether the subject may, and why, as the administrator is told.
    pub async fn check(&self, subject: Uuid, action: &str, kind: &str, id: Uuid) -> (bool, String) {
        let document = "mutation($i: AuthzCheckInput!) { check: authzCheck(input: $i) { allowed reason } }";
        let input =
            json!({ "i": { "subjectId": subject, "action": action, "objectKind": kind, "objectId": id } });
        let answer = self.data(&self.admin(), document, input).await["check"].take();
        (answer["allowed"] == true, answer["reason"].as_str().unwrap_or_default().to_owned())
    }
}

/// A process that starts now knows as much as this one, which followed the ledger.
pub async fn tables_agree(plant: &Plant) {
    let ground = plant.ground();
    let fresh = Decisions::load(
        ground.db().clone(),
        atoll_server::house::sources(),
        plant.clock.clone(),
        ground.settings().strict_conditions,
        Duration::from_secs(3600),
    );
    let (fresh, followed) = (fresh.await.expect("a world"), ground.decisions().world().expect("a world"));
    assert_eq!(fresh.world().expect("a world").stats(), followed.stats());
}

/// The variables of a role assignment.
pub fn assignment(kind: &str, role: Uuid, subject: Uuid, tenant: Option<Uuid>) -> Value {
    json!({ "i": { "tenantId": tenant, "subjectKind": kind, "subjectId": subject, "roleId": role } })
}

/// The variables of a direct policy.
pub fn policy(kind: &str, block: Uuid, subject: Uuid, tenant: Option<Uuid>) -> Value {
    json!({ "i": { "tenantId": tenant, "subjectKind": kind, "subjectId": subject, "permissionBlockId": block } })
}
