//! What would be done: what is new, what is there already from before, and what is in the way.

use std::collections::{HashMap, HashSet};

use atoll_access::groups::{self, GroupFilter};
use atoll_access::roles::{self, RoleFilter};
use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_policy::GroupFlavour;
use uuid::Uuid;

use super::model::{IMPORTED, Import};
use super::rows::all;
use super::store;

/// What becomes of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is made.
    New,
    /// It was taken over before, or is there by that name and is used as it is.
    Same(Uuid),
    /// Something else has its name: it is left out.
    Conflict,
}

/// What would be done with each role, group and subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Roles, in their order.
    pub roles: Vec<State>,
    /// Groups, in their order.
    pub groups: Vec<State>,
    /// Subjects, in their order.
    pub subjects: Vec<State>,
}

impl Plan {
    /// Compares what is to be taken over with what is there.
    pub async fn of(ctx: &Ctx, tenant: Uuid, import: &Import) -> Result<Plan> {
        let known = roles_there(ctx, tenant).await?;
        let role = |name: &String| known.get(name).map_or(State::New, |id| State::Same(*id));
        let roles = once(import.roles.iter().map(|wish| (&wish.name, role(&wish.name))));
        let known = groups_there(ctx, tenant).await?;
        let groups =
            once(import.groups.iter().map(|wish| (&wish.name, judged(known.get(&wish.name), &wish.id))));
        let names: Vec<&str> = import.subjects.iter().map(|subject| subject.name.as_str()).collect();
        let there = store::entities(&ctx.reader(), tenant, &names).await?;
        let subjects =
            once(import.subjects.iter().map(|wish| (&wish.name, judged(there.get(&wish.name), &wish.id))));
        Ok(Plan { roles, groups, subjects })
    }

    /// Whether nothing would be done.
    pub fn is_empty(&self) -> bool {
        let mut all = self.roles.iter().chain(&self.groups).chain(&self.subjects);
        all.all(|state| *state != State::New)
    }
}

/// Of several with one name, such as a user and a client, the first is taken over and in the way of the others.
fn once<'a>(all: impl Iterator<Item = (&'a String, State)>) -> Vec<State> {
    let mut seen = HashSet::new();
    all.map(|(name, state)| if seen.insert(name) { state } else { State::Conflict }).collect()
}

fn judged(there: Option<&store::There>, id: &str) -> State {
    match there {
        None => State::New,
        Some((found, origin)) if origin.as_deref() == Some(id) => State::Same(*found),
        Some(_) => State::Conflict,
    }
}

async fn roles_there(ctx: &Ctx, tenant: Uuid) -> Result<HashMap<String, Uuid>> {
    let filter = RoleFilter { tenant: Some(tenant), ..RoleFilter::default() };
    let found = all(async |request| roles::list(ctx, &filter, &request).await).await?;
    Ok(found.into_iter().map(|role| (role.name, role.id)).collect())
}

async fn groups_there(ctx: &Ctx, tenant: Uuid) -> Result<HashMap<String, store::There>> {
    let flavour = Some(GroupFlavour::Principal);
    let filter = GroupFilter { tenant: Some(tenant), flavour, ..GroupFilter::default() };
    let found = all(async |request| groups::list(ctx, &filter, &request).await).await?;
    let there = |group: groups::Group| {
        let origin = group.attributes[IMPORTED]["id"].as_str().map(str::to_owned);
        (group.name, (group.id, origin))
    };
    Ok(found.into_iter().map(there).collect())
}
