//! Carrying out each step by the use case for it.

mod grants;

use std::time::Duration;

use atoll_access::blocks::{self, NewBlock};
use atoll_access::groups::{self, GroupPatch, NewGroup};
use atoll_access::resources::{self, NewResource, ResourcePatch};
use atoll_access::roles::{self, NewRole, RolePatch};
use atoll_access::{actions, policy_tests};
use atoll_base::alias::Alias;
use atoll_base::ctx::Ctx;
use atoll_base::settings::SecondFactor;
use atoll_base::{Error, Kind, Result};
use atoll_policy::{ScopeColumns, Subject};
use uuid::Uuid;

use super::compare::{Change, Step};
use super::export::There;
use super::model::{Block, Configuration, Group, Item, Resource, Role, Tenant, Wish};
use crate::tenants::{TenantPatch, TenantRoute};
use crate::{sign_in_policies, tenants};

pub(super) struct Taking<'a> {
    ctx: &'a Ctx,
    tenant: Uuid,
    wish: &'a Wish,
    want: &'a Configuration,
    there: There,
}

/// The thing of a step.
fn of<'w, T: Item>(all: Option<&'w Vec<T>>, step: &Step) -> Option<&'w T> {
    (step.what == T::WHAT).then(|| all?.iter().find(|one| one.key() == step.key)).flatten()
}

impl<'a> Taking<'a> {
    pub(super) fn new(
        ctx: &'a Ctx,
        tenant: Uuid,
        wish: &'a Wish,
        want: &'a Configuration,
        there: There,
    ) -> Taking<'a> {
        Taking { ctx, tenant, wish, want, there }
    }

    /// Makes and changes things, those first that others speak of; then removes, in the opposite order, where `prune` says
    /// so; last the gate of policy tests closes, if it is to.
    pub(super) async fn everything(&mut self, steps: &[Step], prune: bool) -> Result<()> {
        let kept: Vec<&Step> = steps.iter().filter(|step| step.change != Change::Removed).collect();
        // What is only named comes before what names it: groups before those below them, roles before their blocks.
        for step in &kept {
            let done = self.begin(step).await;
            self.placed(step, done)?;
        }
        for step in &kept {
            let done = self.finish(step).await;
            self.placed(step, done)?;
        }
        if prune {
            for step in steps.iter().rev().filter(|step| step.change == Change::Removed) {
                let done = self.remove(step).await;
                self.placed(step, done)?;
            }
        }
        if self.want.tenant.policy_tests_refuse_changes
            != self.there.configuration.tenant.policy_tests_refuse_changes
        {
            policy_tests::gate(self.ctx, self.tenant, self.want.tenant.policy_tests_refuse_changes).await?;
        }
        Ok(())
    }

    /// Says where in the files it stands that something cannot be done.
    fn placed(&self, step: &Step, done: Result<()>) -> Result<()> {
        done.map_err(|error| match error.kind() {
            Kind::Bug | Kind::Unavailable => error,
            _ if self.wish.places.contains_key(&(step.what, step.key.clone())) => {
                Error::from(self.wish.bad(step.what, &step.key, error.to_string()))
            }
            _ => error,
        })
    }

    async fn begin(&mut self, step: &Step) -> Result<()> {
        let made = step.change == Change::Made;
        if step.what == Tenant::WHAT {
            self.tenant(step).await
        } else if let Some(group) = of(self.want.groups.as_ref(), step) {
            self.group(group, made).await
        } else if let Some(role) = of(self.want.roles.as_ref(), step) {
            self.role(role, made).await
        } else {
            Ok(())
        }
    }

    async fn finish(&mut self, step: &Step) -> Result<()> {
        let made = step.change == Change::Made;
        let want = self.want;
        if let Some(group) = of(want.groups.as_ref(), step) {
            self.hang(group).await
        } else if let Some(resource) = of(want.resources.as_ref(), step) {
            self.resource(resource, step).await
        } else if let Some(role) = of(want.roles.as_ref(), step) {
            self.fill(role).await
        } else if let Some(one) = of(want.assignments.as_ref(), step) {
            self.assignment(one, made).await
        } else if let Some(one) = of(want.policies.as_ref(), step) {
            self.policy(one, made).await
        } else if let Some(profile) = of(want.profiles.as_ref(), step) {
            self.profile(profile, made).await
        } else if let Some(rule) = of(want.guardrails.as_ref(), step) {
            self.guardrail(rule).await
        } else if let Some(test) = of(want.tests.as_ref(), step) {
            self.test(test, made).await
        } else {
            Ok(())
        }
    }

    fn id(&self, what: &'static str, key: &str) -> Option<Uuid> {
        self.there.ids.get(&(what, key.to_owned())).copied()
    }

    fn known<T: Item>(&self, one: &T) -> Result<Uuid> {
        self.id(T::WHAT, &one.key()).ok_or_else(|| self.bad(one, "is not there any more"))
    }

    fn named<T: Item>(&self, of: &T, called: &str) -> Result<Uuid> {
        let found = self.there.names.find(called);
        found.ok_or_else(|| self.bad(of, format!("{called} is not here")))
    }

    fn bad<T: Item>(&self, one: &T, why: impl Into<String>) -> Error {
        self.wish.bad(T::WHAT, &one.key(), why).into()
    }

    fn word<T: Item, W: std::str::FromStr>(&self, of: &T, field: &str, word: &str) -> Result<W> {
        word.parse().map_err(|_| self.bad(of, format!("`{word}` is no {field}")))
    }

    async fn tenant(&mut self, step: &Step) -> Result<()> {
        let (said, have) = (&self.want.tenant, &self.there.configuration.tenant);
        let bad = |why: String| Error::from(self.wish.bad(Tenant::WHAT, &step.key, why));
        if said.sign_in != have.sign_in {
            let word = said.sign_in.second_factor.as_str();
            let found = SecondFactor::NAMES.iter().find(|(name, _)| *name == word).map(|(_, factor)| *factor);
            let factor = found.ok_or_else(|| bad(format!("`{word}` is none of none, any, passkey")))?;
            let grace = Duration::from_secs(said.sign_in.grace_secs);
            sign_in_policies::set(self.ctx, self.tenant, factor, grace).await?;
        }
        let plain = |one: &Tenant| Tenant {
            sign_in: have.sign_in.clone(),
            policy_tests_refuse_changes: false,
            ..one.clone()
        };
        if plain(said) == plain(have) {
            return Ok(());
        }
        let patch = TenantPatch {
            name: Some(atoll_base::fields::name("name", &said.name)?),
            alias: Some(Alias::optional(said.alias.as_deref())?),
            route: Some(TenantRoute::optional(said.route.as_deref())?),
            tags: Some(said.tags.clone()),
            attributes: Some(said.attributes.value()),
        };
        tenants::update(self.ctx, self.tenant, patch).await?;
        Ok(())
    }

    async fn group(&mut self, group: &Group, made: bool) -> Result<()> {
        let status = self.word(group, "status", &group.status)?;
        let id = if made {
            let new = NewGroup {
                id: None,
                flavour: self.word(group, "kind of group", &group.kind)?,
                name: atoll_base::fields::name("name", &group.name)?,
                tenant: Some(self.tenant),
                description: group.description.clone(),
                attributes: group.attributes.value(),
            };
            groups::create(self.ctx, new).await?.id
        } else {
            self.known(group)?
        };
        let patch = GroupPatch {
            name: None,
            description: Some(group.description.clone()),
            status: Some(status),
            attributes: Some(group.attributes.value()),
        };
        if !made || group.status != "active" {
            groups::update(self.ctx, id, patch).await?;
        }
        self.there.names.add(id, group.key());
        self.there.ids.insert((Group::WHAT, group.key()), id);
        Ok(())
    }

    async fn hang(&mut self, group: &Group) -> Result<()> {
        let id = self.known(group)?;
        match &group.parent {
            Some(parent) => {
                let parent = self.named(group, &format!("{}_group:{parent}", group.kind))?;
                if groups::find(self.ctx, id).await?.parent != Some(parent) {
                    groups::set_parent(self.ctx, id, parent).await?;
                }
            }
            None if groups::find(self.ctx, id).await?.parent.is_some() => {
                groups::remove_parent(self.ctx, id).await?;
            }
            None => {}
        }
        Ok(())
    }

    async fn resource(&mut self, resource: &Resource, step: &Step) -> Result<()> {
        let alias = Alias::optional(resource.alias.as_deref())?;
        let id = match &step.change {
            Change::Changed(fields) => {
                if let Some((field, ..)) = fields.iter().find(|(name, ..)| name == "kind" || name == "owner")
                {
                    return Err(self.bad(
                        resource,
                        format!("its {field} cannot change; give a new resource another alias"),
                    ));
                }
                let id = self.known(resource)?;
                let patch = ResourcePatch {
                    name: Some(resource.name.clone()),
                    alias: None,
                    attributes: Some(resource.attributes.value()),
                };
                resources::update(self.ctx, id, patch).await?;
                id
            }
            _ => {
                let owner = resource.owner.as_ref().map(|owner| self.named(resource, owner)).transpose()?;
                let id = resource.id.as_deref().map(|id| self.word(resource, "id", id)).transpose()?;
                let new = NewResource {
                    id,
                    kind: resources::kind(&resource.kind)?,
                    name: resource.name.clone(),
                    alias,
                    tenant: Some(self.tenant),
                    owner,
                    attributes: resource.attributes.value(),
                };
                resources::create(self.ctx, new).await?.id
            }
        };
        self.there.names.add(id, resource.key());
        self.there.ids.insert((Resource::WHAT, resource.key()), id);
        match &resource.group {
            Some(group) => {
                let group = self.named(resource, &format!("object_group:{group}"))?;
                resources::set_parent(self.ctx, id, group).await?;
            }
            None => {
                resources::clear_parent(self.ctx, id).await?;
            }
        }
        Ok(())
    }

    async fn role(&mut self, role: &Role, made: bool) -> Result<()> {
        let id = if made {
            let name = atoll_base::fields::name("name", &role.name)?;
            let (tenant, description) = (Some(self.tenant), role.description.clone());
            roles::create(self.ctx, NewRole { id: None, name, tenant, description }).await?.id
        } else {
            let id = self.known(role)?;
            let have = self.there.configuration.roles.iter().flatten().find(|one| one.name == role.name);
            if have.is_none_or(|have| have.description != role.description) {
                let patch = RolePatch { name: None, description: Some(role.description.clone()) };
                roles::update(self.ctx, id, patch).await?;
            }
            id
        };
        self.there.names.add(id, role.key());
        self.there.ids.insert((Role::WHAT, role.key()), id);
        Ok(())
    }

    /// Lets a role hold what it should; blocks that it holds already stay the same ones.
    async fn fill(&mut self, role: &Role) -> Result<()> {
        let mut had = self.there.blocks.remove(&(Role::WHAT, role.key())).unwrap_or_default();
        let mut wanted = Vec::new();
        for block in &role.blocks {
            let id = match had.iter().position(|(key, _)| *key == block.key()) {
                Some(at) => had.swap_remove(at).1,
                None => self.block(role, block).await?,
            };
            wanted.push(id);
        }
        // Those that say the same as one that stays are no loss.
        let doubles = |key: &String| role.blocks.iter().any(|block| block.key() == *key);
        let (same, gone): (Vec<_>, Vec<_>) = had.into_iter().partition(|(key, _)| doubles(key));
        wanted.extend(same.into_iter().map(|(_, id)| id));
        roles::replace_blocks(self.ctx, self.known(role)?, &wanted).await?;
        for (_, block) in gone {
            match blocks::delete(self.ctx, block).await {
                Err(error) if error.code() != "block.linked" => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    async fn block<T: Item>(&self, of: &T, block: &Block) -> Result<Uuid> {
        let names: Vec<&str> = block.actions.iter().map(String::as_str).collect();
        let known = actions::ids_of(&self.ctx.reader(), &names).await?;
        if let Some(missing) = names.iter().find(|name| !known.contains_key(**name)) {
            let why = format!("there is no action `{missing}`; correct the name, or make the action first");
            return Err(self.bad(of, why));
        }
        let object = block.object.as_ref().map(|object| self.named(of, object)).transpose()?;
        let group = block.group.as_ref().map(|group| self.named(of, &format!("object_group:{group}")));
        let columns = ScopeColumns {
            scope_mode: block.scope.clone(),
            tenant_id: Some(self.tenant),
            object_kind: block.object_kind.clone(),
            object_type: block.object_type.clone(),
            object_id: object,
            group_id: group.transpose()?,
        };
        let new = NewBlock {
            id: None,
            columns,
            effect: self.word(of, "effect", &block.effect)?,
            conditions: Some(block.conditions.value()),
            actions: known.into_values().collect(),
        };
        Ok(blocks::create(self.ctx, new).await?.id)
    }

    fn subject<T: Item>(&self, of: &T, called: &str) -> Result<Subject> {
        let id = self.named(of, called)?;
        match called.split_once(':').map(|(kind, _)| kind) {
            Some("entity" | "platform_entity") => Ok(Subject::Entity(id)),
            Some("principal_group") => Ok(Subject::Group(id)),
            _ => {
                Err(self
                    .bad(of, format!("{called} cannot hold anything; write entity:… or principal_group:…")))
            }
        }
    }
}
