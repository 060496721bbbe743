//! One call of each operation, on things made for that call alone.

use serde_json::json;
use uuid::Uuid;

use super::plot::Plot;
use crate::harness::Plant;

/// Operations that have a sample.
const KNOWN: &[&str] = &[
    // queries
    "accessTokens",
    "action",
    "actionApplicability",
    "actions",
    "authzSearchActions",
    "authzSearchObjects",
    "authzSearchSubjects",
    "childGroups",
    "credentials",
    "directPolicies",
    "entities",
    "entity",
    "entityGroups",
    "group",
    "groupMembers",
    "groups",
    "health",
    "objectGroups",
    "permissionBlock",
    "permissionBlocks",
    "principalGroups",
    "profile",
    "profileVersions",
    "profiles",
    "resource",
    "resourceKinds",
    "resources",
    "role",
    "roleAssignments",
    "roles",
    "session",
    "signingKeys",
    "tenant",
    "tenantMembers",
    "tenants",
    // mutations
    "addActionApplicability",
    "addEntityToObjectGroup",
    "addGroupMember",
    "addResourceToObjectGroup",
    "addTenantMember",
    "authzBulkCheck",
    "authzCheck",
    "authzExplain",
    "clearEntityParentGroup",
    "clearResourceParentGroup",
    "createAccessToken",
    "createAction",
    "createApiKey",
    "createDirectPolicy",
    "createEntity",
    "createGroup",
    "createObjectGroup",
    "createPassword",
    "createPermissionBlock",
    "createPrincipalGroup",
    "createResource",
    "createRole",
    "createRoleAssignment",
    "createTenant",
    "deleteAction",
    "deleteDirectPolicy",
    "deleteEntity",
    "deleteGroup",
    "deletePermissionBlock",
    "deleteResource",
    "deleteRole",
    "deleteRoleAssignment",
    "deleteTenant",
    "disableEntity",
    "disableGroup",
    "disableTenant",
    "enableEntity",
    "enableGroup",
    "enableTenant",
    "freezeTenant",
    "login",
    "logout",
    "refreshSession",
    "removeActionApplicability",
    "removeEntityFromObjectGroup",
    "removeGroupMember",
    "removeGroupParent",
    "removeObjectGroupParent",
    "removeResourceFromObjectGroup",
    "removeTenantMember",
    "replaceRolePermissionBlocks",
    "revokeAccessToken",
    "revokeCredential",
    "rotateSigningKeys",
    "setEntityParentGroup",
    "setGroupParent",
    "setObjectGroupParent",
    "setResourceParentGroup",
    "suspendGroup",
    "updateAction",
    "updateEntity",
    "updateGroup",
    "updateResource",
    "updateRole",
    "updateTenant",
];

pub(super) fn known(operation: &str) -> bool {
    KNOWN.contains(&operation)
}

/// The call of an operation, on fresh things of the plot's tenant.
pub(super) async fn arrange(plant: &Plant, plot: &Plot, operation: &str) -> String {
    let make = Make { plant, plot };
    match make.query(operation).await {
        Some(call) => call,
        None => make.mutation(operation).await,
    }
}

struct Make<'p> {
    plant: &'p Plant,
    plot: &'p Plot,
}

impl Make<'_> {
    async fn query(&self, operation: &str) -> Option<String> {
        let tenant = self.plot.tenant;
        let page = "{ total items { id } }";
        Some(match operation {
            "health" => "health".into(),
            "accessTokens" => {
                format!("accessTokens(subjectId: \"{}\") {{ total }}", self.entity("device").await)
            }
            "authzSearchActions" => {
                let (subject, object) = (self.entity("device").await, self.resource().await);
                format!(
                    "{operation}(input: {{ subjectId: \"{subject}\", resourceId: \"{object}\" }}) {{ items }}"
                )
            }
            "authzSearchObjects" => format!(
                "{operation}(input: {{ subjectId: \"{}\", action: \"publish\", objectKind: \"resource\", tenantId: \"{tenant}\" }}) {{ items {{ id }} }}",
                self.entity("device").await
            ),
            "authzSearchSubjects" => format!(
                "{operation}(input: {{ action: \"publish\", resourceId: \"{}\" }}) {{ items {{ id }} }}",
                self.resource().await
            ),
            "action" => format!("action(id: \"{}\") {{ id }}", self.publish().await),
            "actionApplicability" => format!("actionApplicability(tenantId: \"{tenant}\") {{ total }}"),
            "credentials" => {
                format!("credentials(entityId: \"{}\") {{ total }}", self.entity("device").await)
            }
            "childGroups" => format!("childGroups(parentId: \"{}\") {{ total }}", self.group("object").await),
            "entity" => format!("entity(id: \"{}\") {{ id }}", self.entity("device").await),
            "entityGroups" => format!("entityGroups(entityId: \"{}\")", self.entity("device").await),
            "group" => format!("group(id: \"{}\") {{ id }}", self.group("object").await),
            "groupMembers" => {
                format!("groupMembers(groupId: \"{}\") {{ id }}", self.group("principal").await)
            }
            "permissionBlock" => format!("permissionBlock(id: \"{}\") {{ id }}", self.block().await),
            "profile" => format!("profile(id: \"{}\") {{ id }}", self.profile().await),
            "profileVersions" => format!("profileVersions(profileId: \"{}\") {{ id }}", self.profile().await),
            "resource" => format!("resource(id: \"{}\") {{ id }}", self.resource().await),
            "resourceKinds" => format!("resourceKinds(tenantId: \"{tenant}\")"),
            "role" => format!("role(id: \"{}\") {{ id }}", self.role().await),
            "session" => format!("session(id: \"{}\") {{ id }}", Uuid::from_u128(404)),
            "signingKeys" => "signingKeys { kid }".into(),
            "tenant" => format!("tenant(id: \"{tenant}\") {{ id }}"),
            "tenantMembers" => format!("tenantMembers(tenantId: \"{tenant}\") {page}"),
            "tenants" => format!("tenants {page}"),
            "actions" | "directPolicies" | "entities" | "groups" | "objectGroups" | "permissionBlocks"
            | "principalGroups" | "profiles" | "resources" | "roleAssignments" | "roles" => {
                format!("{operation}(tenantId: \"{tenant}\") {page}")
            }
            _ => return None,
        })
    }

    async fn mutation(&self, operation: &str) -> String {
        match operation {
            "authzCheck" | "authzExplain" => {
                format!("{operation}(input: {}) {{ reason }}", self.question().await)
            }
            "authzBulkCheck" => format!("{operation}(input: [{}]) {{ reason }}", self.question().await),
            "login" => "login(input: { identifier: \"admin\", secret: \"wrong\" }) { token }".into(),
            "logout" | "rotateSigningKeys" => operation.into(),
            "refreshSession" => "refreshSession { token }".into(),
            _ => match operation.split_at(operation.find(char::is_uppercase).unwrap_or(operation.len())) {
                ("create", noun) => self.create(operation, noun).await,
                (verb, noun) => self.change(operation, verb, noun).await,
            },
        }
    }

    async fn create(&self, operation: &str, noun: &str) -> String {
        let (tenant, name) = (self.plot.tenant, self.plot.name());
        match noun {
            "Tenant" => format!("{operation}(input: {{ name: \"{name}\" }}) {{ id }}"),
            "Action" => format!("{operation}(input: {{ name: \"{name}\" }}) {{ id }}"),
            "Entity" => {
                format!(
                    "{operation}(input: {{ kind: device, name: \"{name}\", tenantId: \"{tenant}\" }}) {{ id }}"
                )
            }
            "Resource" => format!(
                "{operation}(input: {{ kind: \"channel\", name: \"{name}\", tenantId: \"{tenant}\" }}) {{ id }}"
            ),
            "Group" => format!(
                "{operation}(input: {{ groupType: \"object\", name: \"{name}\", tenantId: \"{tenant}\" }}) {{ id }}"
            ),
            "ObjectGroup" | "PrincipalGroup" | "Role" => {
                format!("{operation}(input: {{ name: \"{name}\", tenantId: \"{tenant}\" }}) {{ id }}")
            }
            "PermissionBlock" => format!(
                "{operation}(input: {{ scopeMode: \"tenant\", tenantId: \"{tenant}\", actionIds: [\"{}\"] }}) {{ id }}",
                self.publish().await
            ),
            "RoleAssignment" => format!(
                "{operation}(input: {{ tenantId: \"{tenant}\", subjectKind: entity, subjectId: \"{}\", roleId: \"{}\" }}) {{ id }}",
                self.entity("service").await,
                self.role().await
            ),
            "DirectPolicy" => format!(
                "{operation}(input: {{ tenantId: \"{tenant}\", subjectKind: entity, subjectId: \"{}\", permissionBlockId: \"{}\" }}) {{ id }}",
                self.entity("service").await,
                self.block().await
            ),
            "Password" => format!(
                "{operation}(entityId: \"{}\", password: \"correct horse battery\")",
                self.entity("human").await
            ),
            "ApiKey" => format!(
                "{operation}(entityId: \"{}\", input: {{ description: \"x\" }}) {{ credentialId }}",
                self.entity("device").await
            ),
            "AccessToken" => format!(
                "{operation}(input: {{ name: \"x\", scoped: false, permissions: [], subjectId: \"{}\" }}) {{ credentialId }}",
                self.entity("device").await
            ),
            other => panic!("no sample for create{other}"),
        }
    }

    async fn change(&self, operation: &str, verb: &str, noun: &str) -> String {
        match (verb, noun) {
            (_, "Tenant") => self.tenant_change(operation, verb).await,
            ("update", _) => {
                let id = self.thing(noun).await;
                format!("{operation}(id: \"{id}\", input: {{ name: \"{}\" }}) {{ id }}", self.plot.name())
            }
            ("delete" | "enable" | "disable" | "suspend", _) => {
                let id = self.thing(noun).await;
                let selection = if verb == "delete" { "" } else { " { id }" };
                format!("{operation}(id: \"{id}\"){selection}")
            }
            _ => self.special(operation).await,
        }
    }

    async fn tenant_change(&self, operation: &str, verb: &str) -> String {
        if verb == "update" {
            let own = self.plot.tenant;
            return format!("{operation}(id: \"{own}\", input: {{ tags: [\"x\"] }}) {{ id }}");
        }
        let id = self.plant.tenant(&self.plot.name()).await;
        let selection = if verb == "delete" { "" } else { " { id }" };
        format!("{operation}(id: \"{id}\"){selection}")
    }

    async fn special(&self, operation: &str) -> String {
        let tenant = self.plot.tenant;
        match operation {
            "addActionApplicability" | "removeActionApplicability" => {
                let action = self.action().await;
                if operation.starts_with("remove") {
                    let row = format!("{{ actionId: \"{action}\", objectKind: \"group\" }}");
                    self.act(&format!("addActionApplicability(input: {row}) {{ id }}")).await;
                }
                let selection = if operation.starts_with("add") { " { id }" } else { "" };
                format!("{operation}(input: {{ actionId: \"{action}\", objectKind: \"group\" }}){selection}")
            }
            "addTenantMember" | "removeTenantMember" => {
                let person = self.plant.entity("human", &self.plot.name(), None).await;
                if operation.starts_with("remove") {
                    self.act(&format!("addTenantMember(tenantId: \"{tenant}\", entityId: \"{person}\")"))
                        .await;
                }
                format!("{operation}(tenantId: \"{tenant}\", entityId: \"{person}\")")
            }
            "addGroupMember" | "removeGroupMember" => {
                let (group, entity) = (self.group("principal").await, self.entity("device").await);
                format!("{operation}(groupId: \"{group}\", entityId: \"{entity}\")")
            }
            "setGroupParent" => {
                let (child, parent) = (self.group("object").await, self.group("object").await);
                format!("{operation}(id: \"{child}\", parentId: \"{parent}\") {{ id }}")
            }
            "setObjectGroupParent" => {
                let (child, parent) = (self.group("object").await, self.group("object").await);
                format!("{operation}(objectGroupId: \"{child}\", parentGroupId: \"{parent}\") {{ id }}")
            }
            "removeGroupParent" => format!("{operation}(id: \"{}\")", self.group("object").await),
            "removeObjectGroupParent" => {
                format!("{operation}(objectGroupId: \"{}\")", self.group("object").await)
            }
            "replaceRolePermissionBlocks" => {
                let (role, block) = (self.role().await, self.block().await);
                format!("{operation}(roleId: \"{role}\", permissionBlockIds: [\"{block}\"])")
            }
            "revokeAccessToken" => {
                let (_, token) = self.token().await;
                format!("{operation}(credentialId: \"{token}\")")
            }
            "revokeCredential" => {
                let (entity, token) = self.token().await;
                format!("{operation}(entityId: \"{entity}\", credentialId: \"{token}\")")
            }
            placing => self.placing(placing).await,
        }
    }

    async fn placing(&self, operation: &str) -> String {
        let (noun, id) = match operation.contains("Entity") {
            true => ("entityId", self.entity("device").await),
            false => ("resourceId", self.resource().await),
        };
        match operation {
            "setEntityParentGroup" | "setResourceParentGroup" => {
                format!("{operation}({noun}: \"{id}\", groupId: \"{}\") {{ id }}", self.group("object").await)
            }
            "addEntityToObjectGroup" | "addResourceToObjectGroup" => {
                format!(
                    "{operation}({noun}: \"{id}\", objectGroupId: \"{}\") {{ id }}",
                    self.group("object").await
                )
            }
            _ => format!("{operation}({noun}: \"{id}\") {{ id }}"),
        }
    }

    /// A new thing of a noun.
    async fn thing(&self, noun: &str) -> Uuid {
        match noun {
            "Entity" => self.entity("device").await,
            "Resource" => self.resource().await,
            "Group" => self.group("object").await,
            "Role" => self.role().await,
            "PermissionBlock" => self.block().await,
            "Action" => self.action().await,
            "RoleAssignment" => self.create_as_admin("createRoleAssignment", "RoleAssignment").await,
            "DirectPolicy" => self.create_as_admin("createDirectPolicy", "DirectPolicy").await,
            other => panic!("nothing is made for {other}"),
        }
    }

    async fn create_as_admin(&self, operation: &str, noun: &str) -> Uuid {
        let call = Box::pin(self.create(operation, noun)).await;
        self.plant.made(&self.plant.admin(), &format!("mutation {{ made: {call} }}"), json!({})).await
    }

    async fn act(&self, call: &str) {
        self.plant.data(&self.plant.admin(), &format!("mutation {{ {call} }}"), json!({})).await;
    }

    async fn entity(&self, kind: &str) -> Uuid {
        self.plant.entity(kind, &self.plot.name(), Some(self.plot.tenant)).await
    }

    async fn resource(&self) -> Uuid {
        self.create_as_admin("createResource", "Resource").await
    }

    async fn role(&self) -> Uuid {
        self.create_as_admin("createRole", "Role").await
    }

    async fn block(&self) -> Uuid {
        self.create_as_admin("createPermissionBlock", "PermissionBlock").await
    }

    async fn action(&self) -> Uuid {
        self.create_as_admin("createAction", "Action").await
    }

    async fn group(&self, flavour: &str) -> Uuid {
        match flavour {
            "object" => self.create_as_admin("createObjectGroup", "ObjectGroup").await,
            _ => self.create_as_admin("createPrincipalGroup", "PrincipalGroup").await,
        }
    }

    /// A device and a token of its.
    async fn token(&self) -> (Uuid, String) {
        let entity = self.entity("device").await;
        let made = format!(
            "mutation {{ made: createApiKey(entityId: \"{entity}\", input: {{}}) {{ credentialId }} }}"
        );
        let data = self.plant.data(&self.plant.admin(), &made, json!({})).await;
        (entity, data["made"]["credentialId"].as_str().unwrap().to_owned())
    }

    async fn publish(&self) -> Uuid {
        let seeded = atoll_policy::catalogue::ACTIONS.iter().find(|action| action.name == "publish");
        seeded.expect("publish is seeded").id
    }

    async fn profile(&self) -> String {
        let data = self.plant.data(&self.plant.admin(), "{ profiles { items { id } } }", json!({})).await;
        data["profiles"]["items"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn question(&self) -> String {
        let (subject, resource) = (self.entity("device").await, self.resource().await);
        format!("{{ subjectId: \"{subject}\", action: \"publish\", resourceId: \"{resource}\" }}")
    }
}
