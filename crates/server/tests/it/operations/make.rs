//! Things for samples to be about, made by the administrator of the platform.

use serde_json::json;
use uuid::Uuid;

use super::plot::Plot;
use crate::harness::Plant;

pub(super) struct Make<'p> {
    pub(super) plant: &'p Plant,
    pub(super) plot: &'p Plot,
}

impl Make<'_> {
    /// A new thing of a noun.
    pub(super) async fn thing(&self, noun: &str) -> Uuid {
        match noun {
            "Tenant" => self.plant.tenant(&self.plot.name()).await,
            "Entity" => self.entity("device").await,
            "Resource" => self.resource().await,
            "Group" => self.group("object").await,
            "Role" => self.role().await,
            "PermissionBlock" => self.block().await,
            "Action" => self.action().await,
            "ActionAssignmentRule" => {
                self.create_as_admin("createActionAssignmentRule", "ActionAssignmentRule").await
            }
            "RoleAssignment" => self.create_as_admin("createRoleAssignment", "RoleAssignment").await,
            "DirectPolicy" => self.create_as_admin("createDirectPolicy", "DirectPolicy").await,
            other => panic!("nothing is made for {other}"),
        }
    }

    /// A thing of a noun that was deleted.
    pub(super) async fn deleted(&self, noun: &str) -> Uuid {
        let id = self.thing(noun).await;
        self.act(&format!("delete{noun}(id: \"{id}\")")).await;
        id
    }

    pub(super) async fn create_as_admin(&self, operation: &str, noun: &str) -> Uuid {
        let call = Box::pin(self.create(operation, noun)).await;
        self.plant.made(&self.plant.admin(), &format!("mutation {{ made: {call} }}"), json!({})).await
    }

    pub(super) async fn act(&self, call: &str) {
        self.plant.data(&self.plant.admin(), &format!("mutation {{ {call} }}"), json!({})).await;
    }

    pub(super) async fn entity(&self, kind: &str) -> Uuid {
        self.plant.entity(kind, &self.plot.name(), Some(self.plot.tenant)).await
    }

    pub(super) async fn resource(&self) -> Uuid {
        self.create_as_admin("createResource", "Resource").await
    }

    pub(super) async fn role(&self) -> Uuid {
        self.create_as_admin("createRole", "Role").await
    }

    pub(super) async fn block(&self) -> Uuid {
        self.create_as_admin("createPermissionBlock", "PermissionBlock").await
    }

    pub(super) async fn action(&self) -> Uuid {
        self.create_as_admin("createAction", "Action").await
    }

    pub(super) async fn group(&self, flavour: &str) -> Uuid {
        match flavour {
            "object" => self.create_as_admin("createObjectGroup", "ObjectGroup").await,
            _ => self.create_as_admin("createPrincipalGroup", "PrincipalGroup").await,
        }
    }

    /// A device and a token of its.
    pub(super) async fn token(&self) -> (Uuid, String) {
        let entity = self.entity("device").await;
        let made = format!(
            "mutation {{ made: createApiKey(entityId: \"{entity}\", input: {{}}) {{ credentialId }} }}"
        );
        let data = self.plant.data(&self.plant.admin(), &made, json!({})).await;
        (entity, data["made"]["credentialId"].as_str().unwrap().to_owned())
    }

    /// A scoped token of a device.
    pub(super) async fn scoped_token(&self) -> String {
        let entity = self.entity("device").await;
        let permissions = json!([{ "actions": ["publish"], "scopeMode": "platform" }]);
        self.plant.scoped(entity, permissions).await.0
    }

    /// A device, a shared key of its, and the text of that.
    pub(super) async fn shared_key(&self) -> (Uuid, String, String) {
        let entity = self.entity("device").await;
        let call = format!(
            "mutation {{ made: createSharedKey(entityId: \"{entity}\", input: {{}}) {{ credentialId key }} }}"
        );
        let made = self.plant.data(&self.plant.admin(), &call, json!({})).await["made"].take();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (entity, text("credentialId"), text("key"))
    }

    /// A device that has signed in, and its session.
    pub(super) async fn session(&self) -> (Uuid, String) {
        let (entity, _, secret) = self.shared_key().await;
        let call = "mutation($input: LoginInput!) { login(input: $input) { sessionId } }";
        let input = json!({ "identifier": entity, "secret": secret, "kind": "shared_key" });
        let login = self.plant.data(&self.plant.nobody(), call, json!({ "input": input })).await;
        (entity, login["login"]["sessionId"].as_str().unwrap().to_owned())
    }

    pub(super) async fn publish(&self) -> Uuid {
        let seeded = atoll_policy::catalogue::ACTIONS.iter().find(|action| action.name == "publish");
        seeded.expect("publish is seeded").id
    }

    pub(super) async fn profile(&self) -> String {
        let data = self.plant.data(&self.plant.admin(), "{ profiles { items { id } } }", json!({})).await;
        data["profiles"]["items"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn question(&self) -> String {
        let (subject, resource) = (self.entity("device").await, self.resource().await);
        format!("{{ subjectId: \"{subject}\", action: \"publish\", resourceId: \"{resource}\" }}")
    }
}
