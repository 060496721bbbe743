//! What files say, in the form in which the store says it, without what speaks of somebody who is not here.

use std::collections::HashSet;

use atoll_base::Moment;
use atoll_base::alias::Alias;
use atoll_base::ctx::Ctx;
use atoll_policy::{Scope, ScopeColumns};
use uuid::Uuid;

use super::export::There;
use super::files::BadFile;
use super::model::{
    Assignment, Block, Configuration, Group, Guardrail, Item, Policy, PolicyTest, Profile, Resource, Role,
    Wish,
};
use super::names::Names;

/// Settles it: also what was left out, in words.
pub(super) fn settle(ctx: &Ctx, wish: &Wish, there: &There) -> Result<(Configuration, Vec<String>), BadFile> {
    let mut want = wish.configuration.clone();
    let mut settling = Settling { wish, there, now: ctx.now(), ours: HashSet::new(), left: Vec::new() };
    settling.learn(&want);
    let lower = |alias: &mut Option<String>| {
        if let Some(Ok(alias_)) = alias.as_deref().map(Alias::parse) {
            *alias = Some(alias_.into());
        }
    };
    lower(&mut want.tenant.alias);
    for group in want.groups.iter_mut().flatten() {
        settling.group(group)?;
    }
    for resource in want.resources.iter_mut().flatten() {
        lower(&mut resource.alias);
        settling.resource(resource)?;
    }
    for role in want.roles.iter_mut().flatten() {
        settling.role(role)?;
    }
    if let Some(all) = want.assignments.take() {
        want.assignments = Some(settling.assignments(all)?);
    }
    if let Some(all) = want.policies.take() {
        want.policies = Some(settling.policies(all)?);
    }
    for profile in want.profiles.iter_mut().flatten() {
        settling.profile(profile)?;
    }
    for rule in want.guardrails.iter_mut().flatten() {
        if let Some(of) = rule.object_type.as_mut().filter(|of| !of.contains(':')) {
            *of = format!("{}:{of}", rule.object_kind);
        }
    }
    if let Some(all) = want.tests.take() {
        want.tests = Some(all.into_iter().filter(|test| settling.test(test)).collect());
    }
    settling.doubles::<Guardrail>(want.guardrails.as_deref())?;
    settling.doubles::<Policy>(want.policies.as_deref())?;
    Ok((want, settling.left))
}

struct Settling<'a> {
    wish: &'a Wish,
    there: &'a There,
    now: Moment,
    /// Keys of what the files make or keep.
    ours: HashSet<String>,
    left: Vec<String>,
}

impl Settling<'_> {
    fn learn(&mut self, want: &Configuration) {
        fn keys<T: Item>(ours: &mut HashSet<String>, said: Option<&Vec<T>>, there: &There) {
            match said {
                Some(said) => ours.extend(said.iter().map(Item::key)),
                None => {
                    let known = there.ids.keys().filter(|(what, _)| *what == T::WHAT);
                    ours.extend(known.map(|(_, key)| key.clone()));
                }
            }
        }
        keys(&mut self.ours, want.groups.as_ref(), self.there);
        keys(&mut self.ours, want.roles.as_ref(), self.there);
        keys(&mut self.ours, want.resources.as_ref(), self.there);
    }

    fn bad<T: Item>(&self, one: &T, why: impl Into<String>) -> BadFile {
        self.wish.bad(T::WHAT, &one.key(), why)
    }

    /// Whether what is called so is here; what the files themselves are about must be.
    fn is_here<T: Item>(&self, one: &T, called: &str) -> Result<bool, BadFile> {
        if self.ours.contains(called) {
            return Ok(true);
        }
        match called.split_once(':') {
            Some(("object_group" | "principal_group", name)) => Err(self.bad(
                one,
                format!(
                    "there is no group `{name}` of that kind; add it to groups.toml, or correct the name"
                ),
            )),
            Some(("role", name)) => Err(self
                .bad(one, format!("there is no role `{name}`; add it to roles.toml, or correct the name"))),
            Some(_) if Names::kind(called).is_some() => Ok(self.there.names.find(called).is_some()),
            _ => {
                Err(self
                    .bad(one, format!("`{called}` says no kind; write kind:name, for example entity:ann")))
            }
        }
    }

    fn group(&self, group: &Group) -> Result<(), BadFile> {
        if !["object", "principal"].contains(&group.kind.as_str()) {
            return Err(
                self.bad(group, format!("`{}` is no kind of group; write object or principal", group.kind))
            );
        }
        if let Some(parent) = &group.parent {
            self.is_here(group, &format!("{}_group:{parent}", group.kind))?;
        }
        Ok(())
    }

    fn resource(&mut self, resource: &mut Resource) -> Result<(), BadFile> {
        if resource.alias.is_some() == resource.id.is_some() {
            return Err(self.bad(resource, "a resource has an alias, or else an id; write one of them"));
        }
        if let Some(group) = &resource.group {
            self.is_here(resource, &format!("object_group:{group}"))?;
        }
        if let Some(owner) = resource.owner.clone()
            && !self.is_here(resource, &owner)?
        {
            self.left.push(format!("{} without its owner {owner}, who is not here", resource.key()));
            resource.owner = None;
        }
        Ok(())
    }

    fn role(&mut self, role: &mut Role) -> Result<(), BadFile> {
        let mut kept = Vec::new();
        for mut block in std::mem::take(&mut role.blocks) {
            if self.block(role, &mut block)? {
                kept.push(block);
            }
        }
        kept.sort_by_key(Block::key);
        kept.dedup();
        role.blocks = kept;
        Ok(())
    }

    /// Puts a block into the form in which it is stored; false when it is over something that is not here.
    fn block<T: Item>(&mut self, of: &T, block: &mut Block) -> Result<bool, BadFile> {
        block.actions.sort_unstable();
        block.actions.dedup();
        if let Some(group) = &block.group {
            self.is_here(of, &format!("object_group:{group}"))?;
        }
        // Which object and group does not matter for the form.
        let columns = ScopeColumns {
            scope_mode: block.scope.clone(),
            tenant_id: Some(Uuid::max()),
            object_kind: block.object_kind.clone(),
            object_type: block.object_type.clone(),
            object_id: block.object.as_ref().map(|_| Uuid::max()),
            group_id: block.group.as_ref().map(|_| Uuid::max()),
        };
        let scope = Scope::try_from(&columns).map_err(|why| self.bad(of, format!("block: {why}")))?;
        let columns = scope.columns(Some(Uuid::max()));
        block.object_kind = columns.object_kind;
        block.object_type = columns.object_type;
        if let Some(object) = block.object.clone()
            && !self.is_here(of, &object)?
        {
            self.left.push(format!("{}: a block over {object}, which is not here", of.key()));
            return Ok(false);
        }
        Ok(true)
    }

    /// Puts times into one form; false when the time is over.
    fn times<T: Item>(
        &self,
        of: &T,
        not_before: &mut Option<String>,
        expires: &mut Option<String>,
    ) -> Result<bool, BadFile> {
        let mut last = None;
        for text in [not_before, expires] {
            last = None;
            if let Some(said) = text {
                let moment = Moment::parse_rfc3339(said);
                let moment = moment.ok_or_else(|| {
                    self.bad(of, format!("`{said}` is no time; write it like 2030-01-31T12:00:00Z"))
                })?;
                *text = Some(moment.rfc3339());
                last = Some(moment);
            }
        }
        Ok(last.is_none_or(|end| end > self.now))
    }

    fn assignments(&mut self, all: Vec<Assignment>) -> Result<Vec<Assignment>, BadFile> {
        let mut kept = Vec::new();
        for one in all {
            self.is_here(&one, &format!("role:{}", one.role))?;
            let Assignment { mut not_before, mut expires_at, .. } = one.clone();
            if !self.is_here(&one, &one.subject)? {
                self.left.push(format!("assignment: {}, who is not here", one.key()));
            } else if self.times(&one, &mut not_before, &mut expires_at)? {
                kept.push(Assignment { not_before, expires_at, ..one });
            } else {
                self.left.push(format!("assignment: {}, which is over", one.key()));
            }
        }
        Ok(kept)
    }

    fn policies(&mut self, all: Vec<Policy>) -> Result<Vec<Policy>, BadFile> {
        let mut kept = Vec::new();
        for one in all {
            let Policy { mut not_before, mut expires_at, mut block, .. } = one.clone();
            if !self.block(&one, &mut block)? {
                continue;
            }
            if !self.is_here(&one, &one.subject)? {
                self.left.push(format!("direct policy: {}, who is not here", one.subject));
            } else if self.times(&one, &mut not_before, &mut expires_at)? {
                kept.push(Policy { not_before, expires_at, block, ..one });
            } else {
                self.left.push(format!("direct policy of {}, which is over", one.subject));
            }
        }
        Ok(kept)
    }

    fn profile(&self, profile: &mut Profile) -> Result<(), BadFile> {
        profile.versions.sort_by_key(|version| version.number);
        let have = &self.there.configuration;
        let known = have.profiles.iter().flatten().find(|one| one.key() == profile.key());
        for version in &mut profile.versions {
            let there =
                known.and_then(|one| one.versions.iter().find(|there| there.number == version.number));
            let Some(there) = there else { continue };
            let said = &self.wish.configuration.schemas;
            let same_hints = version.ui_schema.as_ref().and_then(|path| said.get(path))
                == there.ui_schema.as_ref().and_then(|path| have.schemas.get(path));
            if said.get(&version.schema) != have.schemas.get(&there.schema)
                || !same_hints
                || version.status != there.status
            {
                let why =
                    format!("version {} is there already and never changes; add a new one", version.number);
                return Err(self.wish.bad(Profile::WHAT, &profile.key(), why));
            }
            // Where the files lie does not matter.
            version.clone_from(there);
        }
        if let Some(gone) = known
            .iter()
            .flat_map(|one| &one.versions)
            .find(|there| profile.versions.iter().all(|version| version.number != there.number))
        {
            let why = format!("version {} is there, and versions stay; add it", gone.number);
            return Err(self.wish.bad(Profile::WHAT, &profile.key(), why));
        }
        Ok(())
    }

    fn test(&mut self, test: &PolicyTest) -> bool {
        for called in [&test.subject, &test.object] {
            match self.is_here(test, called) {
                Ok(true) => {}
                Ok(false) | Err(_) => {
                    self.left.push(format!("policy test {}: {called} is not here", test.name));
                    return false;
                }
            }
        }
        true
    }

    /// Two that say the same after all.
    fn doubles<T: Item>(&self, all: Option<&[T]>) -> Result<(), BadFile> {
        let mut seen = HashSet::new();
        match all.unwrap_or_default().iter().find(|one| !seen.insert(one.key())) {
            Some(twice) => Err(self.bad(twice, "is said twice; leave one of them out")),
            None => Ok(()),
        }
    }
}
