//! A small plant, made through GraphQL: devices that publish to their channels, and a broker that asks whether they may.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::Result;
use crate::atoll::{ADMIN, SECRET};
use crate::graph::{Graph, text};

/// Devices, and as many channels.
const DEVICES: usize = 100;
/// The broker's password.
const BROKER_SECRET: &str = "only-for-measuring-2";

/// What was made.
pub(crate) struct Plant {
    /// The tenant.
    pub(crate) tenant: String,
    /// Devices; each may publish to the channel at the same place, and subscribe to all.
    pub(crate) devices: Vec<String>,
    /// Channels.
    pub(crate) channels: Vec<String>,
    /// The block that lets its holders publish to the channel at the same place.
    pub(crate) blocks: Vec<String>,
    /// A session token of the administrator.
    pub(crate) admin: String,
    /// A session token of the broker, a service that may check for others in the tenant.
    pub(crate) broker_session: String,
    /// An access token of the broker.
    pub(crate) broker_token: String,
}

impl Plant {
    /// Makes it.
    pub(crate) async fn make(http: SocketAddr) -> Result<Plant> {
        let mut graph = Graph::open(http).await?;
        let admin = graph.sign_in(ADMIN, SECRET).await?;
        let tenant = graph.make("createTenant", "CreateTenantInput", json!({ "name": "plant" })).await?;
        let entity = |kind: &str, name: String| json!({ "kind": kind, "name": name, "tenantId": tenant });
        let devices: Vec<_> = (0..DEVICES).map(|at| entity("device", format!("device {at}"))).collect();
        let devices = graph.make_all("createEntity", "CreateEntityInput", &devices).await?;
        let broker =
            graph.make("createEntity", "CreateEntityInput", entity("service", "broker".to_owned())).await?;
        let channel = |at| json!({ "kind": "channel", "name": format!("channel {at}"), "tenantId": tenant });
        let channels: Vec<_> = (0..DEVICES).map(channel).collect();
        let channels = graph.make_all("createResource", "CreateResourceInput", &channels).await?;
        let actions = Actions::read(&mut graph).await?;

        let to_channel = |channel: &String| {
            json!({ "tenantId": tenant, "scopeMode": "object", "objectKind": "resource", "objectId": channel,
                "actionIds": [actions.publish] })
        };
        let inputs: Vec<_> = channels.iter().map(to_channel).collect();
        let blocks = graph.make_all("createPermissionBlock", "CreatePermissionBlockInput", &inputs).await?;
        let pairs = devices.iter().zip(&blocks);
        let policies: Vec<_> = pairs.map(|(device, block)| policy(&tenant, device, block)).collect();
        graph.make_all("createDirectPolicy", "CreateDirectPolicyInput", &policies).await?;

        let to_all = json!({ "tenantId": tenant, "scopeMode": "object_type", "objectKind": "resource",
            "objectType": "resource:channel", "actionIds": [actions.subscribe] });
        role(&mut graph, &tenant, "listener", to_all, &devices).await?;
        let to_ask = json!({ "tenantId": tenant, "scopeMode": "tenant", "actionIds": [actions.check] });
        role(&mut graph, &tenant, "asker", to_ask, std::slice::from_ref(&broker)).await?;

        let password = "mutation($entity: ID!, $password: String!) { createPassword(entityId: $entity, password: $password) }";
        graph.ask(password, json!({ "entity": broker, "password": BROKER_SECRET })).await?;
        let token =
            "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token } }";
        let input = json!({ "name": "load", "subjectId": broker, "scoped": false, "permissions": [] });
        let answer = graph.ask(token, json!({ "input": input })).await?;
        let broker_token = text(&answer["createAccessToken"]["token"])?;
        let broker_session = Graph::open(http).await?.sign_in(&broker, BROKER_SECRET).await?;
        Ok(Plant { tenant, devices, channels, blocks, admin, broker_session, broker_token })
    }
}

/// The input that gives a block to an entity.
pub(crate) fn policy(tenant: &str, entity: &str, block: &str) -> Value {
    json!({ "tenantId": tenant, "subjectKind": "entity", "subjectId": entity, "permissionBlockId": block })
}

struct Actions {
    publish: String,
    subscribe: String,
    check: String,
}

impl Actions {
    async fn read(graph: &mut Graph) -> Result<Actions> {
        let answer = graph.ask("{ actions { items { id name } } }", json!({})).await?;
        let all = answer["actions"]["items"].as_array().ok_or("no actions")?;
        let id = |name: &str| {
            let action = all.iter().find(|action| action["name"] == name);
            text(&action.ok_or_else(|| format!("there is no action {name}"))?["id"])
        };
        Ok(Actions { publish: id("publish")?, subscribe: id("subscribe")?, check: id("authz.check")? })
    }
}

/// A role of one block, with holders.
async fn role(graph: &mut Graph, tenant: &str, name: &str, block: Value, holders: &[String]) -> Result<()> {
    let block = graph.make("createPermissionBlock", "CreatePermissionBlockInput", block).await?;
    let role =
        graph.make("createRole", "CreateRoleInput", json!({ "name": name, "tenantId": tenant })).await?;
    let link = "mutation($role: ID!, $blocks: [ID!]!) { replaceRolePermissionBlocks(roleId: $role, permissionBlockIds: $blocks) }";
    graph.ask(link, json!({ "role": role, "blocks": [block] })).await?;
    let assignment =
        |holder| json!({ "tenantId": tenant, "subjectKind": "entity", "subjectId": holder, "roleId": role });
    let inputs: Vec<_> = holders.iter().map(assignment).collect();
    graph.make_all("createRoleAssignment", "CreateRoleAssignmentInput", &inputs).await?;
    Ok(())
}
