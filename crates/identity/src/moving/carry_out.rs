//! Taking over what is planned, through the same use cases as everything else.

use std::collections::HashMap;

use atoll_access::Term;
use atoll_access::assignments::{self, NewAssignment};
use atoll_access::groups::{self, NewGroup};
use atoll_access::roles::{self, NewRole};
use atoll_base::ctx::Ctx;
use atoll_base::{Error, Result};
use atoll_policy::{GroupFlavour, Subject};
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{IMPORTED, Import, SubjectWish};
use super::plan::{Plan, State};
use crate::entities::{self, NewEntity};
use crate::passwords::{self, Hashed};

/// How many things are taken over in one transaction.
const BATCH: usize = 100;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Roles that were made.
    pub roles: u64,
    /// Groups that were made.
    pub groups: u64,
    /// Subjects that were made.
    pub subjects: u64,
}

/// Carries out a plan: first roles and groups, then subjects, each batch as a whole or not at all. `progress` hears how
/// many things were looked at. Whatever stops it, running it again goes on where it stopped.
pub async fn carry_out(
    ctx: &Ctx,
    tenant: Uuid,
    import: &Import,
    plan: &Plan,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Done> {
    let mut taking =
        Taking { tenant, import, roles: HashMap::new(), groups: Vec::new(), done: Done::default() };
    taking.known(plan);
    let new = |states: &[State]| -> Vec<usize> {
        states.iter().enumerate().filter(|(_, state)| **state == State::New).map(|(at, _)| at).collect()
    };
    for some in new(&plan.roles).chunks(BATCH) {
        let made = taking.batch(ctx, some, Taking::role).await?;
        taking.done.roles += made.len() as u64;
        taking.roles.extend(made.into_iter().map(|(at, id)| (import.roles[at].name.as_str(), id)));
        progress(some.len() as u64);
    }
    // One after the other: a group may hang below one that was made just before.
    for at in new(&plan.groups) {
        let made = taking.batch(ctx, &[at], Taking::group).await?;
        taking.done.groups += made.len() as u64;
        for (at, id) in made {
            taking.groups[at] = Some(id);
        }
        progress(1);
    }
    for some in new(&plan.subjects).chunks(BATCH) {
        let made = taking.batch(ctx, some, Taking::subject).await?;
        taking.done.subjects += made.len() as u64;
        progress(some.len() as u64);
    }
    Ok(taking.done)
}

struct Taking<'a> {
    tenant: Uuid,
    import: &'a Import,
    /// The roles that are there, by name.
    roles: HashMap<&'a str, Uuid>,
    /// The groups that are there, by place.
    groups: Vec<Option<Uuid>>,
    done: Done,
}

impl<'a> Taking<'a> {
    fn known(&mut self, plan: &Plan) {
        let there = |state: &State| match state {
            State::Same(id) => Some(*id),
            State::New | State::Conflict => None,
        };
        self.groups = plan.groups.iter().map(there).collect();
        for (role, state) in self.import.roles.iter().zip(&plan.roles) {
            self.roles.extend(there(state).map(|id| (role.name.as_str(), id)));
        }
    }

    /// Makes some things in one transaction; each with its id.
    async fn batch(
        &self,
        ctx: &Ctx,
        some: &[usize],
        make: impl AsyncFn(&Self, &Ctx, usize) -> Result<Uuid>,
    ) -> Result<Vec<(usize, Uuid)>> {
        // Nobody follows the ledger meanwhile, where this is a command of its own.
        ctx.ground().decisions().catch_up().await?;
        let (within, steps) = ctx.together().await?;
        let mut made = Vec::new();
        let mut failed: Option<Error> = None;
        for at in some {
            match make(self, &within, *at).await {
                Ok(id) => made.push((*at, id)),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        drop(within);
        match failed {
            Some(error) => Err(error),
            None => steps.keep(ctx).await.map(|_| made),
        }
    }

    async fn role(&self, ctx: &Ctx, at: usize) -> Result<Uuid> {
        let wish = &self.import.roles[at];
        let (tenant, description) = (Some(self.tenant), wish.description.clone());
        Ok(roles::create(ctx, NewRole { id: None, name: wish.name.clone(), tenant, description }).await?.id)
    }

    async fn group(&self, ctx: &Ctx, at: usize) -> Result<Uuid> {
        let wish = &self.import.groups[at];
        let new = NewGroup {
            id: None,
            flavour: GroupFlavour::Principal,
            name: wish.name.clone(),
            tenant: Some(self.tenant),
            description: None,
            attributes: json!({ IMPORTED: Import::origin(self.import.source, &wish.id) }),
        };
        let id = groups::create(ctx, new).await?.id;
        if let Some(parent) = wish.parent.and_then(|at| self.groups[at]) {
            groups::set_parent(ctx, id, parent).await?;
        }
        self.give(ctx, Subject::Group(id), &wish.roles).await?;
        Ok(id)
    }

    async fn subject(&self, ctx: &Ctx, at: usize) -> Result<Uuid> {
        let wish: &SubjectWish = &self.import.subjects[at];
        let new = NewEntity {
            kind: Some(wish.kind),
            name: wish.name.clone(),
            tenant: Some(self.tenant),
            attributes: Value::Object(wish.attributes.clone()),
            ..NewEntity::default()
        };
        let id = entities::create(ctx, new).await?.id;
        if let Some(hash) = &wish.password {
            passwords::give(ctx, id, Hashed::from_elsewhere(hash)).await?;
        }
        for group in wish.groups.iter().filter_map(|at| self.groups[*at]) {
            groups::members::add(ctx, group, id, Term::default()).await?;
        }
        self.give(ctx, Subject::Entity(id), &wish.roles).await?;
        if !wish.active {
            entities::disable(ctx, id).await?;
        }
        Ok(id)
    }

    async fn give(&self, ctx: &Ctx, subject: Subject, names: &[String]) -> Result<()> {
        for role in names.iter().filter_map(|name| self.roles.get(name.as_str())) {
            let new =
                NewAssignment { tenant: Some(self.tenant), subject, role: *role, term: Term::default() };
            assignments::create(ctx, new).await?;
        }
        Ok(())
    }
}
