//! Reading how a tenant is set up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atoll_access::actions;
use atoll_access::assignments::{self, AssignmentFilter};
use atoll_access::groups::{self, GroupFilter, placement};
use atoll_access::policies::{self, PolicyFilter};
use atoll_access::resources::{self, ResourceFilter};
use atoll_access::roles::{self, RoleFilter};
use atoll_access::rules::{self, RuleFilter};
use atoll_access::{Term, blocks, policy_tests};
use atoll_base::ctx::Ctx;
use atoll_base::{Moment, PageRequest, Result};
use atoll_policy::{GroupFlavour, ObjectKind, Subject};
use serde_json::json;
use uuid::Uuid;

use super::super::rows::{all, by_time, every};
use super::free::Free;
use super::model::{
    Assignment, Block, Configuration, Group, Guardrail, Item, Policy, PolicyTest, Profile, Resource, Role,
    SignIn, Tenant, Version,
};
use super::names::Names;
use crate::profiles::{self, ProfileFilter};
use crate::{sign_in_policies, tenants};

/// How a tenant is set up, and what its parts are in the store.
#[derive(Clone, Debug, Default)]
pub struct There {
    /// What files would say.
    pub configuration: Configuration,
    /// The ids of its parts, by kind and key.
    pub(super) ids: HashMap<(&'static str, String), Uuid>,
    /// The blocks of roles and direct policies, by kind and key.
    pub(super) blocks: HashMap<(&'static str, String), Vec<(String, Uuid)>>,
    pub(super) names: Names,
}

/// Reads how a tenant is set up, its resources where they are asked for. Grants that are over are left out.
pub async fn export(ctx: &Ctx, tenant: Uuid, with_resources: bool) -> Result<There> {
    let mut reading = Reading { ctx, tenant, there: There::default() };
    reading.tenant().await?;
    let groups = reading.groups().await?;
    let roles = reading.roles().await?;
    reading.grants(&groups, &roles).await?;
    reading.profiles().await?;
    reading.guardrails().await?;
    if with_resources {
        reading.resources().await?;
    }
    Ok(reading.there)
}

struct Reading<'a> {
    ctx: &'a Ctx,
    tenant: Uuid,
    there: There,
}

type RolesHeld = Vec<(roles::Role, Vec<blocks::Block>)>;

impl Reading<'_> {
    async fn tenant(&mut self) -> Result<()> {
        let tenant = tenants::find(self.ctx, self.tenant).await?;
        let asked = sign_in_policies::find(self.ctx, self.tenant).await?;
        let gated =
            policy_tests::list(self.ctx, self.tenant, PageRequest { limit: 1, offset: 0 }).await?.gated;
        self.there.names.add(self.tenant, "tenant:self".into());
        self.there.configuration.tenant = Tenant {
            name: tenant.name,
            alias: tenant.alias.map(String::from),
            route: tenant.route.map(|route| route.as_str().to_owned()),
            tags: tenant.tags,
            policy_tests_refuse_changes: gated,
            sign_in: SignIn {
                second_factor: asked.second_factor.as_str().into(),
                grace_secs: asked.grace.as_secs(),
            },
            attributes: Free::of(&tenant.attributes),
        };
        Ok(())
    }

    async fn groups(&mut self) -> Result<HashMap<Uuid, groups::Group>> {
        let filter = GroupFilter { tenant: Some(self.tenant), ..GroupFilter::default() };
        let found = all(async |request| groups::list(self.ctx, &filter, &request).await).await?;
        let found: HashMap<Uuid, groups::Group> = found.into_iter().map(|one| (one.id, one)).collect();
        let mut said = Vec::new();
        for group in found.values() {
            let one = Group {
                kind: group.flavour.as_str().into(),
                name: group.name.clone(),
                parent: group.parent.and_then(|id| found.get(&id)).map(|above| above.name.clone()),
                description: group.description.clone(),
                status: group.status.as_str().into(),
                attributes: Free::of(&group.attributes),
            };
            self.there.names.add(group.id, one.key());
            self.there.ids.insert((Group::WHAT, one.key()), group.id);
            said.push(one);
        }
        said.sort_by_key(Item::key);
        self.there.configuration.groups = Some(said);
        Ok(found)
    }

    async fn roles(&mut self) -> Result<RolesHeld> {
        let filter = RoleFilter { tenant: Some(self.tenant), ..RoleFilter::default() };
        let found = all(async |request| roles::list(self.ctx, &filter, &request).await).await?;
        let ids: Vec<Uuid> = found.iter().map(|role| role.id).collect();
        let mut held = roles::held_in(self.ctx, self.tenant, &ids).await?;
        for role in &found {
            let key = format!("role:{}", role.name);
            self.there.names.add(role.id, key.clone());
            self.there.ids.insert((Role::WHAT, key), role.id);
        }
        let with_blocks = |role: roles::Role| {
            let blocks = held.remove(&role.id).unwrap_or_default();
            (role, blocks)
        };
        Ok(found.into_iter().map(with_blocks).collect())
    }

    /// Roles, assignments, direct policies and tests: whatever names things by kind and name.
    async fn grants(&mut self, groups: &HashMap<Uuid, groups::Group>, roles: &RolesHeld) -> Result<()> {
        let (ctx, tenant, now) = (self.ctx, self.tenant, self.ctx.now());
        let filter = AssignmentFilter { tenant: Some(tenant), ..AssignmentFilter::default() };
        let mut given = by_time(async |request| assignments::list(ctx, &filter, &request).await).await?;
        given.retain(|one| !one.term.is_over(now));
        let filter = PolicyFilter { tenant: Some(tenant), ..PolicyFilter::default() };
        let mut direct = by_time(async |request| policies::list(ctx, &filter, &request).await).await?;
        direct.retain(|one| !one.term.is_over(now));
        let filter = blocks::BlockFilter { tenant: Some(tenant), ..blocks::BlockFilter::default() };
        let blocks = by_time(async |request| blocks::list(ctx, &filter, &request).await).await?;
        let tests = every(async |page| Ok(policy_tests::list(ctx, tenant, page).await?.page)).await?;
        let mut ids: BTreeSet<Uuid> = given.iter().map(|one| one.subject.id()).collect();
        ids.extend(direct.iter().map(|one| one.subject.id()));
        ids.extend(blocks.iter().filter_map(|block| block.scope.columns(block.tenant).object_id));
        ids.extend(tests.iter().flat_map(|test| [test.subject, test.object.id]));
        self.there.names.learn(ctx, tenant, &ids).await?;
        let used: Vec<Uuid> = blocks.iter().flat_map(|block| block.actions.iter().copied()).collect();
        let actions = actions::names_of(&ctx.reader(), &used).await?;
        let say = Saying { names: &self.there.names, actions: &actions, groups };

        let mut said_roles = Vec::new();
        let mut of_blocks = HashMap::new();
        let mut said_ids = HashMap::new();
        for (role, held) in roles {
            let mut said: Vec<Block> = held.iter().map(|block| say.block(block)).collect();
            said.sort_by_key(Block::key);
            said.dedup();
            let one = Role { name: role.name.clone(), description: role.description.clone(), blocks: said };
            let ids = held.iter().map(|block| (say.block(block).key(), block.id));
            of_blocks.insert((Role::WHAT, one.key()), ids.collect::<Vec<_>>());
            said_roles.push(one);
        }
        let mut said_given = Vec::new();
        for one in &given {
            let Some((role, _)) = roles.iter().find(|(role, _)| role.id == one.role) else { continue };
            let (not_before, expires_at, reason) = term(&one.term);
            let subject = say.subject(one.subject);
            let said = Assignment { subject, role: role.name.clone(), not_before, expires_at, reason };
            said_ids.insert((Assignment::WHAT, said.key()), one.id);
            said_given.push(said);
        }
        let by_id: HashMap<Uuid, &blocks::Block> = blocks.iter().map(|block| (block.id, block)).collect();
        let mut said_direct: BTreeMap<String, Policy> = BTreeMap::new();
        for one in &direct {
            let Some(block) = by_id.get(&one.block) else { continue };
            let (not_before, expires_at, reason) = term(&one.term);
            let subject = say.subject(one.subject);
            let said = Policy { subject, not_before, expires_at, reason, block: say.block(block) };
            // Two that say the same are one here.
            if said_direct.contains_key(&said.key()) {
                continue;
            }
            said_ids.insert((Policy::WHAT, said.key()), one.id);
            of_blocks.insert((Policy::WHAT, said.key()), vec![(said.block.key(), one.block)]);
            said_direct.insert(said.key(), said);
        }
        let mut said_tests = Vec::new();
        for test in &tests {
            let said = PolicyTest {
                name: test.name.clone(),
                subject: say.names.show("entity", test.subject),
                action: test.action.clone(),
                object: say.names.show(test.object.kind.as_str(), test.object.id),
                may: test.may,
                context: Free::of(&test.context),
            };
            said_ids.insert((PolicyTest::WHAT, said.key()), test.id);
            said_tests.push(said);
        }
        said_roles.sort_by_key(Item::key);
        said_given.sort_by_key(Item::key);
        said_tests.sort_by_key(Item::key);
        let said = &mut self.there.configuration;
        said.roles = Some(said_roles);
        said.assignments = Some(said_given);
        said.policies = Some(said_direct.into_values().collect());
        said.tests = Some(said_tests);
        self.there.ids.extend(said_ids);
        self.there.blocks = of_blocks;
        Ok(())
    }

    async fn profiles(&mut self) -> Result<()> {
        let filter = ProfileFilter { tenant: Some(self.tenant), ..ProfileFilter::default() };
        let found = every(async |page| profiles::list(self.ctx, &filter, page).await).await?;
        let mut said = Vec::new();
        for profile in found {
            let mut versions = profiles::versions(self.ctx, profile.id).await?;
            versions.sort_by_key(|version| version.version);
            let stem =
                [&profile.object_kind, &profile.kind, &profile.key].map(|part| file_name(part)).join(".");
            let mut one = Profile {
                object_kind: profile.object_kind,
                kind: profile.kind,
                key: profile.key,
                display_name: profile.display_name,
                description: profile.description,
                status: profile.status,
                versions: Vec::new(),
            };
            for version in versions {
                let schema = format!("profiles/{stem}.{}.json", version.version);
                let hints = (version.ui_schema != json!({}))
                    .then(|| format!("profiles/{stem}.{}.ui.json", version.version));
                let files = &mut self.there.configuration.schemas;
                files.insert(schema.clone(), version.json_schema);
                files.extend(hints.clone().map(|path| (path, version.ui_schema)));
                let (number, status) = (version.version, version.status);
                one.versions.push(Version { number, status, schema, ui_schema: hints });
            }
            self.there.ids.insert((Profile::WHAT, one.key()), profile.id);
            said.push(one);
        }
        said.sort_by_key(Item::key);
        self.there.configuration.profiles = Some(said);
        Ok(())
    }

    async fn guardrails(&mut self) -> Result<()> {
        let filter = RuleFilter { tenant: Some(self.tenant), ..RuleFilter::default() };
        let found = every(async |page| rules::list(self.ctx, &filter, page).await).await?;
        let mut said = Vec::new();
        for rule in found {
            let one = Guardrail {
                entity_kind: rule.entity_kind.as_str().into(),
                action: rule.action,
                object_kind: rule.object_kind.as_str().into(),
                object_type: rule.object_type,
                decision: rule.verdict.as_str().into(),
            };
            self.there.ids.insert((Guardrail::WHAT, one.key()), rule.id);
            said.push(one);
        }
        said.sort_by_key(Item::key);
        self.there.configuration.guardrails = Some(said);
        Ok(())
    }

    async fn resources(&mut self) -> Result<()> {
        let filter = ResourceFilter { tenant: Some(self.tenant), ..ResourceFilter::default() };
        let found = all(async |request| resources::list(self.ctx, &filter, &request).await).await?;
        let ids: Vec<Uuid> = found.iter().map(|one| one.id).collect();
        let mut places = HashMap::new();
        for some in ids.chunks(500) {
            places.extend(placement::parents_of(&self.ctx.reader(), ObjectKind::Resource, some).await?);
        }
        let owners: BTreeSet<Uuid> = found.iter().filter_map(|one| one.owner).collect();
        self.there.names.learn(self.ctx, self.tenant, &owners).await?;
        let mut said = Vec::new();
        for one in found {
            let mut attributes = Free::of(&one.attributes);
            attributes.0.remove("parent_group_id");
            let group = places.get(&one.id).map(|group| self.there.names.show("object_group", *group));
            let resource = Resource {
                id: one.alias.is_none().then(|| one.id.to_string()),
                alias: one.alias.map(String::from),
                kind: one.kind,
                name: one.name,
                group: group.map(|group| group.trim_start_matches("object_group:").to_owned()),
                owner: one.owner.map(|owner| self.there.names.show("entity", owner)),
                attributes,
            };
            self.there.names.add(one.id, resource.key());
            self.there.ids.insert((Resource::WHAT, resource.key()), one.id);
            said.push(resource);
        }
        said.sort_by_key(Item::key);
        self.there.configuration.resources = Some(said);
        Ok(())
    }
}

/// A part of the name of a file: what could mean something else there is written as its bytes.
fn file_name(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn term(term: &Term) -> (Option<String>, Option<String>, Option<String>) {
    (term.not_before.map(Moment::rfc3339), term.expires.map(Moment::rfc3339), term.reason.clone())
}

struct Saying<'a> {
    names: &'a Names,
    actions: &'a HashMap<Uuid, String>,
    groups: &'a HashMap<Uuid, groups::Group>,
}

impl Saying<'_> {
    fn subject(&self, subject: Subject) -> String {
        match subject {
            Subject::Entity(id) => self.names.show("entity", id),
            Subject::Group(id) => self.names.show(&format!("{}_group", GroupFlavour::Principal.as_str()), id),
        }
    }

    fn block(&self, block: &blocks::Block) -> Block {
        let columns = block.scope.columns(block.tenant);
        let mut actions: Vec<String> =
            block.actions.iter().filter_map(|id| self.actions.get(id).cloned()).collect();
        actions.sort_unstable();
        let kind = columns.object_kind.clone();
        Block {
            effect: block.effect.as_str().into(),
            actions,
            scope: columns.scope_mode,
            object: columns.object_id.map(|id| self.names.show(kind.as_deref().unwrap_or("resource"), id)),
            object_kind: columns.object_kind,
            object_type: columns.object_type,
            group: columns
                .group_id
                .map(|id| self.groups.get(&id).map_or_else(|| id.to_string(), |one| one.name.clone())),
            conditions: Free::of(&block.conditions),
        }
    }
}
