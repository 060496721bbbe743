//! The scenario files of `policy`, set up and asked through the doors: what they say holds for the whole server.

use std::collections::{BTreeMap, BTreeSet};

use atoll_base::Moment;
use atoll_base::settings::Settings;
use atoll_base::time::Clock as _;
use atoll_policy::scenario::{self, Expected, Line, Scenario};
use atoll_policy::{
    Fact, GroupFlavour, ObjectKind, ObjectRef, Status, Subject, TenantStatus, Window, catalogue,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::Plant;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_scenarios_say_holds_through_the_doors() {
    let mut asked = 0;
    let mut files = 0;
    for entry in std::fs::read_dir(scenario::DIRECTORY).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let scenario = Scenario::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        asked += replay(&name, &scenario).await;
        files += 1;
    }
    assert!(files >= 40, "{files} scenarios");
    assert!(asked >= 200, "{asked} questions");
}

/// Sets the scenario up and asks its questions; how many.
async fn replay(name: &str, scenario: &Scenario) -> usize {
    // The doors refuse the block that this one is about; `blocks.rs` tests that they do.
    if name == "an-object-of-another-tenant" {
        return 0;
    }
    // Rooms write the metadata of credentials themselves; no door takes it as the scenario has it.
    let told = |fact: &Fact| matches!(fact, Fact::Credential { attributes, .. } if *attributes != json!({}));
    if scenario.facts.iter().any(told) {
        return 0;
    }
    let settings = Settings { strict_conditions: scenario.strict, ..Settings::for_tests() };
    let plant = Plant::with(settings).await;
    let mut stage = Stage { plant: &plant, name, made: BTreeMap::new(), forgiving: false };
    stage.set_up(&scenario.facts).await;
    let mut asked = 0;
    let mut lines: Vec<&Line> = scenario.lines.iter().filter(|line| askable(line)).collect();
    lines.sort_by_key(|line| line.now);
    for line in lines {
        stage.plant.clock.advance(Moment(line.now).since(stage.plant.clock.now()));
        stage.plant.ground().decisions().catch_up().await.unwrap();
        asked += usize::from(stage.ask(line).await);
    }
    asked
}

/// Whether the line can be asked about somebody else: sessions and tokens are facts about the one who asks.
fn askable(line: &Line) -> bool {
    let sessionless = line.session.as_object().is_none_or(serde_json::Map::is_empty);
    sessionless && line.ceiling.is_none() && !line.administrative
}

/// A term as the doors take it.
fn term(window: &Window) -> Value {
    let show = |moment: Option<i64>| moment.map(|moment| Moment(moment).rfc3339());
    json!({ "notBefore": show(window.not_before), "expiresAt": show(window.expires) })
}

/// Facts on their way through the doors.
pub(crate) struct Stage<'s> {
    pub(crate) plant: &'s Plant,
    pub(crate) name: &'s str,
    /// Ids that the server chose, by those of the scenario.
    pub(crate) made: BTreeMap<Uuid, Uuid>,
    /// What the doors refuse is left out.
    pub(crate) forgiving: bool,
}

impl Stage<'_> {
    pub(crate) async fn set_up(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.make(fact).await;
        }
        let mut blocks: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for fact in facts {
            if let Fact::RoleBlock { role, block } = fact {
                blocks.entry(self.id(*role)).or_default().push(self.id(*block));
            }
        }
        for (role, blocks) in blocks {
            self.call(
                "replaceRolePermissionBlocks(roleId: $a, permissionBlockIds: $b)",
                "$a: ID!, $b: [ID!]!",
                json!({ "a": role, "b": blocks }),
            )
            .await;
        }
        for fact in facts {
            self.grant(fact).await;
        }
        // What is switched off comes last: nothing can be made under it.
        for fact in facts {
            self.switch_off(fact).await;
        }
        for fact in facts {
            self.switch_off_tenant(fact).await;
        }
    }

    fn id(&self, id: Uuid) -> Uuid {
        self.made.get(&id).copied().unwrap_or(id)
    }

    /// A mutation that must succeed; the id it answers with, if any.
    async fn call(&self, field: &str, declared: &str, variables: Value) -> Option<Uuid> {
        let document = format!("mutation({declared}) {{ made: {field} }}");
        let answer = self.plant.answer(&self.plant.admin(), &document, variables.clone()).await;
        if self.forgiving && answer.get("errors").is_some() {
            return None;
        }
        assert!(answer.get("errors").is_none(), "{}: {field} {variables}: {answer}", self.name);
        answer["data"]["made"]["id"].as_str().map(|id| id.parse().expect("a UUID"))
    }

    async fn create(&mut self, field: &str, noun: &str, id: Uuid, input: Value) {
        let field = format!("{field}(input: $input) {{ id }}");
        let declared = format!("$input: {noun}!");
        let made = self.call(&field, &declared, json!({ "input": input })).await;
        assert!(self.forgiving || made.is_some(), "an id");
        self.made.extend(made.map(|made| (id, made)));
    }

    async fn make(&mut self, fact: &Fact) {
        match fact {
            Fact::Action { id, name } => match catalogue::id(name) {
                Some(seeded) => drop(self.made.insert(*id, seeded)),
                None => self.create("createAction", "CreateActionInput", *id, json!({ "name": name })).await,
            },
            Fact::Tenant { id, attributes, .. } => {
                let input = json!({ "id": id, "name": format!("tenant {id}"), "attributes": attributes });
                self.create("createTenant", "CreateTenantInput", *id, input).await;
            }
            Fact::Entity { id, tenant, kind, name, attributes, .. } => {
                let input = json!({ "id": id, "kind": kind.as_str(), "name": name, "tenantId": tenant, "attributes": attributes });
                self.create("createEntity", "CreateEntityInput", *id, input).await;
            }
            Fact::Resource { id, tenant, kind, name, attributes, .. } => {
                let input = json!({ "id": id, "kind": kind, "name": name, "tenantId": tenant, "attributes": attributes });
                self.create("createResource", "CreateResourceInput", *id, input).await;
            }
            Fact::Group { id, tenant, flavour, name, attributes, .. } => {
                let flavour = if *flavour == GroupFlavour::Object { "object" } else { "principal" };
                let input = json!({ "id": id, "groupType": flavour, "name": name, "tenantId": tenant, "attributes": attributes });
                self.create("createGroup", "CreateGroupInput", *id, input).await;
            }
            Fact::Role { id, tenant, name, .. } => {
                self.create(
                    "createRole",
                    "CreateRoleInput",
                    *id,
                    json!({ "tenantId": tenant, "name": name }),
                )
                .await;
            }
            Fact::Credential { id, entity, .. } => self.credential(*id, *entity).await,
            Fact::Block { id, tenant, scope, effect, conditions, actions } => {
                let columns = scope.columns(*tenant);
                let actions: Vec<Uuid> = actions.iter().map(|action| self.id(*action)).collect();
                let input = json!({ "tenantId": columns.tenant_id, "scopeMode": columns.scope_mode,
                    "objectKind": columns.object_kind, "objectType": columns.object_type,
                    "objectId": columns.object_id.map(|id| self.id(id)), "groupId": columns.group_id,
                    "effect": effect.as_str(), "conditions": conditions, "actionIds": actions });
                self.create("createPermissionBlock", "CreatePermissionBlockInput", *id, input).await;
            }
            _ => {}
        }
    }

    async fn credential(&mut self, id: Uuid, entity: Uuid) {
        let document = "mutation($e: ID!) { made: createApiKey(entityId: $e, input: {}) { credentialId } }";
        let data = self.plant.data(&self.plant.admin(), document, json!({ "e": entity })).await;
        self.made.insert(id, data["made"]["credentialId"].as_str().unwrap().parse().unwrap());
    }

    async fn grant(&mut self, fact: &Fact) {
        match fact {
            Fact::Group { id, parent: Some(parent), .. } => {
                self.call(
                    "setGroupParent(id: $a, parentId: $b) { id }",
                    "$a: ID!, $b: ID!",
                    json!({ "a": id, "b": parent }),
                )
                .await;
            }
            Fact::Placement { object, group } => {
                let field = match object.kind {
                    ObjectKind::Entity => "setEntityParentGroup(entityId: $a, groupId: $b) { id }",
                    _ => "setResourceParentGroup(resourceId: $a, groupId: $b) { id }",
                };
                self.call(field, "$a: ID!, $b: ID!", json!({ "a": object.id, "b": group })).await;
            }
            Fact::Member { group, entity, window } => {
                self.call(
                    "addGroupMember(groupId: $a, entityId: $b, term: $t)",
                    "$a: ID!, $b: ID!, $t: TermInput",
                    json!({ "a": group, "b": entity, "t": term(window) }),
                )
                .await;
            }
            Fact::Membership { tenant, entity, window } => {
                self.call(
                    "addTenantMember(tenantId: $a, entityId: $b, term: $t)",
                    "$a: ID!, $b: ID!, $t: TermInput",
                    json!({ "a": tenant, "b": entity, "t": term(window) }),
                )
                .await;
            }
            Fact::Assignment { tenant, subject, role, window, .. } => {
                let input = json!({ "tenantId": tenant, "subjectKind": kind_of(*subject), "subjectId": subject.id(), "roleId": self.id(*role), "term": term(window) });
                self.call(
                    "createRoleAssignment(input: $i) { id }",
                    "$i: CreateRoleAssignmentInput!",
                    json!({ "i": input }),
                )
                .await;
            }
            Fact::DirectPolicy { tenant, subject, block, window, .. } => {
                let input = json!({ "tenantId": tenant, "subjectKind": kind_of(*subject), "subjectId": subject.id(), "permissionBlockId": self.id(*block), "term": term(window) });
                self.call(
                    "createDirectPolicy(input: $i) { id }",
                    "$i: CreateDirectPolicyInput!",
                    json!({ "i": input }),
                )
                .await;
            }
            _ => {}
        }
    }

    async fn switch_off(&self, fact: &Fact) {
        let one = |id: &Uuid| json!({ "a": id });
        match fact {
            Fact::Entity { id, deleted: true, .. } => {
                self.call("deleteEntity(id: $a)", "$a: ID!", one(id)).await
            }
            Fact::Entity { id, status, .. } if *status != Status::Active => {
                let input = json!({ "a": id, "i": { "status": status.as_str() } });
                self.call("updateEntity(id: $a, input: $i) { id }", "$a: ID!, $i: UpdateEntityInput!", input)
                    .await
            }
            Fact::Resource { id, deleted: true, .. } => {
                self.call("deleteResource(id: $a)", "$a: ID!", one(id)).await
            }
            Fact::Group { id, deleted: true, .. } => {
                self.call("deleteGroup(id: $a)", "$a: ID!", one(id)).await
            }
            Fact::Group { id, status, .. } if *status != Status::Active => {
                let input = json!({ "a": id, "i": { "status": status.as_str() } });
                self.call("updateGroup(id: $a, input: $i) { id }", "$a: ID!, $i: UpdateGroupInput!", input)
                    .await
            }
            Fact::Role { id, deleted: true, .. } => {
                self.call("deleteRole(id: $a)", "$a: ID!", one(&self.id(*id))).await
            }
            _ => None,
        };
    }

    async fn switch_off_tenant(&self, fact: &Fact) {
        let Fact::Tenant { id, status, .. } = fact else { return };
        let field = match status {
            TenantStatus::Active => return,
            TenantStatus::Inactive => "disableTenant(id: $a) { id }",
            TenantStatus::Frozen => "freezeTenant(id: $a) { id }",
            TenantStatus::Deleted => "deleteTenant(id: $a)",
        };
        self.call(field, "$a: ID!", json!({ "a": id })).await;
    }

    async fn ask(&self, line: &Line) -> bool {
        match &line.expected {
            Expected::Answer { object, allowed, reason } => {
                self.ask_one(line, *object, *allowed, reason).await;
                true
            }
            Expected::List { kind, ids } if line.action == "read" => self.ask_list(line, *kind, ids).await,
            Expected::List { .. } => false,
        }
    }

    async fn ask_one(&self, line: &Line, object: ObjectRef, allowed: bool, reason: &str) {
        let mut input = json!({ "subjectId": line.subject, "action": line.action,
            "objectKind": object.kind.as_str(), "context": line.context });
        if object.kind != ObjectKind::Platform {
            input["objectId"] = json!(self.id(object.id));
        }
        let document = "mutation($i: AuthzCheckInput!) { check: authzCheck(input: $i) { allowed reason }
            together: authzBulkCheck(input: [$i, $i]) { allowed reason } }";
        let data = self.plant.data(&self.plant.admin(), document, json!({ "i": input })).await;
        let expected = json!({ "allowed": allowed, "reason": reason });
        assert_eq!(data["check"], expected, "{}: {}", self.name, line.sentence);
        assert_eq!(data["together"], json!([expected, expected]), "{}: {}", self.name, line.sentence);
    }

    /// As the subject itself, through the list of the kind.
    async fn ask_list(&self, line: &Line, kind: ObjectKind, ids: &[Uuid]) -> bool {
        let list = match kind {
            ObjectKind::Entity => "entities",
            ObjectKind::Resource => "resources",
            ObjectKind::Group => "groups",
            _ => return false,
        };
        let world = self.plant.ground().decisions().world().unwrap();
        let Some(subject) = world.entity(line.subject) else { return false };
        let caller = self.plant.caller(line.subject, subject.tenant);
        let data = self
            .plant
            .data(&caller, &format!("{{ {list}(limit: 500) {{ items {{ id }} }} }}"), json!({}))
            .await;
        let items = data[list]["items"].as_array().unwrap();
        let listed = items.iter().map(|item| item["id"].as_str().unwrap().parse().unwrap());
        // What every house begins with is not part of the story.
        let listed: BTreeSet<Uuid> = listed.filter(|id: &Uuid| id.as_u128() > 0xff).collect();
        let expected: BTreeSet<Uuid> = ids.iter().map(|id| self.id(*id)).collect();
        assert_eq!(listed, expected, "{}: {}", self.name, line.sentence);
        true
    }
}

fn kind_of(subject: Subject) -> &'static str {
    match subject {
        Subject::Entity(_) => "entity",
        Subject::Group(_) => "group",
    }
}
