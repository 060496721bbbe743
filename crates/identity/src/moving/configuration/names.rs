//! What files call things, and which things those are.

use std::collections::{BTreeSet, HashMap};

use atoll_access::resources;
use atoll_base::Result;
use atoll_base::alias::Alias;
use atoll_base::ctx::Ctx;
use atoll_policy::ObjectKind;
use uuid::Uuid;

use super::super::store;
use super::model::Configuration;

/// Names both ways; what has no name that is clear is called by its id.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    shown: HashMap<Uuid, String>,
    ids: HashMap<String, Uuid>,
}

impl Names {
    /// Notes what something is called.
    pub(super) fn add(&mut self, id: Uuid, called: String) {
        self.shown.insert(id, called.clone());
        self.ids.insert(called, id);
    }

    /// What something is called.
    pub(super) fn show(&self, kind: &str, id: Uuid) -> String {
        self.shown.get(&id).cloned().unwrap_or_else(|| format!("{kind}:{id}"))
    }

    /// What is called so.
    pub(super) fn find(&self, called: &str) -> Option<Uuid> {
        self.ids.get(called).copied().or_else(|| Uuid::parse_str(called.split_once(':')?.1).ok())
    }

    /// The coarse kind of what is called so.
    pub(super) fn kind(called: &str) -> Option<ObjectKind> {
        match called.split_once(':')?.0 {
            "object_group" | "principal_group" => Some(ObjectKind::Group),
            "platform_entity" => Some(ObjectKind::Entity),
            word => word.parse().ok(),
        }
    }

    /// Learns what those of these that are entities and resources with an alias are called.
    pub(super) async fn learn(&mut self, ctx: &Ctx, tenant: Uuid, ids: &BTreeSet<Uuid>) -> Result<()> {
        let ids: Vec<Uuid> = ids.iter().copied().filter(|id| !self.shown.contains_key(id)).collect();
        for (id, name, home) in store::names_of(&ctx.reader(), &ids).await? {
            match home {
                Some(home) if home == tenant => self.add(id, format!("entity:{name}")),
                None => self.add(id, format!("platform_entity:{name}")),
                Some(_) => {}
            }
        }
        for (id, alias) in resources::aliases(ctx, &ids, Some(tenant)).await? {
            self.add(id, format!("resource:{alias}"));
        }
        Ok(())
    }

    /// Looks up the entities and resources that a configuration speaks of.
    pub(super) async fn look_up(&mut self, ctx: &Ctx, tenant: Uuid, said: &Configuration) -> Result<()> {
        let all = spoken_of(said);
        let of = |kind: &str| -> Vec<&str> {
            all.iter()
                .filter_map(|one| one.split_once(':'))
                .filter(|one| one.0 == kind)
                .map(|one| one.1)
                .collect()
        };
        for (kind, home) in [("entity", Some(tenant)), ("platform_entity", None)] {
            for (id, name, _) in store::named(&ctx.reader(), home, &of(kind)).await? {
                self.add(id, format!("{kind}:{name}"));
            }
        }
        for text in of("resource") {
            let Ok(alias) = Alias::parse(text) else { continue };
            if let Some(id) = resources::aliased(ctx, &alias, Some(tenant)).await? {
                self.add(id, format!("resource:{text}"));
            }
        }
        Ok(())
    }
}

/// Everything that is named as `kind:name`.
fn spoken_of(said: &Configuration) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    all.extend(
        said.roles.iter().flatten().flat_map(|role| &role.blocks).filter_map(|block| block.object.clone()),
    );
    all.extend(said.assignments.iter().flatten().map(|one| one.subject.clone()));
    all.extend(said.policies.iter().flatten().map(|one| one.subject.clone()));
    all.extend(said.policies.iter().flatten().filter_map(|one| one.block.object.clone()));
    all.extend(said.tests.iter().flatten().flat_map(|test| [test.subject.clone(), test.object.clone()]));
    all.extend(said.resources.iter().flatten().filter_map(|one| one.owner.clone()));
    all
}
