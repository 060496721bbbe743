//! One call of each operation, on things made for that call alone.

use uuid::Uuid;

use super::make::Make;
use super::plot::Plot;
use crate::harness::Plant;

/// The call of an operation, on fresh things of the plot's tenant.
pub(super) async fn arrange(plant: &Plant, plot: &Plot, operation: &str) -> String {
    let make = Make { plant, plot };
    if let Some(call) = make.asking(operation).await {
        return call;
    }
    if let Some(call) = make.defining(operation).await {
        return call;
    }
    if let Some(call) = make.telling(operation).await {
        return call;
    }
    if let Some(call) = make.certificates(operation).await {
        return call;
    }
    if let Some(call) = make.factors(operation).await {
        return call;
    }
    match make.query(operation).await {
        Some(call) => call,
        None => make.mutation(operation).await,
    }
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
            "sessions" => format!("sessions(entityId: \"{}\") {{ total }}", self.entity("device").await),
            "signingKeys" => "signingKeys { kid }".into(),
            "tenant" => format!("tenant(id: \"{tenant}\") {{ id }}"),
            "tenantMembers" => format!("tenantMembers(tenantId: \"{tenant}\") {page}"),
            "tenants" => format!("tenants {page}"),
            "authorizedObjectIds" => format!(
                "authorizedObjectIds(input: {{ subjectId: \"{}\", action: \"read\", objectKind: \"resource\", tenantId: \"{tenant}\" }}) {{ total }}",
                self.entity("device").await
            ),
            "effectiveActions" => format!(
                "effectiveActions(subjectId: \"{}\", objectKind: \"resource\", objectId: \"{}\") {{ action }}",
                self.entity("device").await,
                self.resource().await
            ),
            "entityAccess" => format!(
                "entityAccess(entityId: \"{}\", tenantId: \"{tenant}\") {{ total }}",
                self.entity("device").await
            ),
            "groupAccess" => {
                format!("groupAccess(groupId: \"{}\") {{ total }}", self.group("principal").await)
            }
            "myActions" => format!("myActions(tenantId: \"{tenant}\")"),
            "myTenantRoles" => format!("myTenantRoles(tenantId: \"{tenant}\") {{ roleId }}"),
            "objectAccess" => format!(
                "objectAccess(objectKind: \"resource\", objectId: \"{}\") {{ total }}",
                self.resource().await
            ),
            "roleHolders" => format!("roleHolders(roleId: \"{}\") {{ total }}", self.role().await),
            "tenantRoles" | "unprotectedResources" => {
                format!("{operation}(tenantId: \"{tenant}\") {{ total }}")
            }
            "expiringCredentials" | "orphanPolicies" => format!("{operation} {{ id }}"),
            "entityAuditLogs" => {
                format!("entityAuditLogs(entityId: \"{}\") {{ total }}", self.entity("device").await)
            }
            "ownedEntities" => {
                format!("ownedEntities(ownerId: \"{}\") {{ id }}", self.entity("device").await)
            }
            "actionAssignmentRules"
            | "actions"
            | "auditLogs"
            | "directPolicies"
            | "entities"
            | "groups"
            | "objectGroups"
            | "permissionBlocks"
            | "principalGroups"
            | "profiles"
            | "resources"
            | "roleAssignments"
            | "roles" => {
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

    pub(super) async fn create(&self, operation: &str, noun: &str) -> String {
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
            "ActionAssignmentRule" => format!(
                "{operation}(input: {{ tenantId: \"{tenant}\", entityKind: workload, actionName: \"read\", objectKind: \"resource\", objectType: \"{name}\", decision: deny }}) {{ id }}"
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
            "SharedKey" => {
                format!(
                    "{operation}(entityId: \"{}\", input: {{}}) {{ credentialId }}",
                    self.entity("device").await
                )
            }
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
            ("restore" | "purge", _) => {
                let id = self.deleted(noun).await;
                format!("{operation}(id: \"{id}\")")
            }
            _ => self.special(operation).await,
        }
    }

    async fn tenant_change(&self, operation: &str, verb: &str) -> String {
        if verb == "update" {
            let own = self.plot.tenant;
            return format!("{operation}(id: \"{own}\", input: {{ tags: [\"x\"] }}) {{ id }}");
        }
        let id = match verb {
            "restore" | "purge" => self.deleted("Tenant").await,
            _ => self.thing("Tenant").await,
        };
        let selection = if matches!(verb, "delete" | "purge") { "" } else { " { id }" };
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
            "addOwnership" | "removeOwnership" => {
                let (owner, owned) = (self.entity("human").await, self.entity("device").await);
                let selection = if operation.starts_with("add") { " { relation }" } else { "" };
                format!("{operation}(ownerId: \"{owner}\", ownedId: \"{owned}\"){selection}")
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
            "replaceAccessTokenPermissions" => {
                let token = self.scoped_token().await;
                format!(
                    "{operation}(credentialId: \"{token}\", permissions: [{{ actions: [\"read\"], scopeMode: \"platform\" }}])"
                )
            }
            "revealSharedKey" => {
                let (entity, key, _) = self.shared_key().await;
                format!("{operation}(entityId: \"{entity}\", credentialId: \"{key}\") {{ credentialId }}")
            }
            "authenticateCredential" => {
                let (entity, _, secret) = self.shared_key().await;
                format!(
                    "{operation}(input: {{ identifier: \"{entity}\", secret: \"{secret}\", kind: \"shared_key\", tenantId: \"{tenant}\" }}) {{ credentialId }}"
                )
            }
            "revokeSession" => format!("{operation}(id: \"{}\")", self.session().await.1),
            "revokeSessions" => format!("{operation}(entityId: \"{}\")", self.session().await.0),
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
}
