//! Which roles the caller has in a tenant.

use std::collections::{BTreeMap, BTreeSet};

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Result};
use atoll_policy::{ObjectKind, ObjectRef, Subject, TenantStatus};
use uuid::Uuid;

use super::About;
use super::paths::Paths;
use crate::{actions, assignments, blocks, roles};

/// Who may ask: whoever may read the tenant.
pub(crate) const RULE: Rule = Rule::any(&[
    May::decision("read"),
    May::decision("manage"),
    May::platform("read"),
    May::platform("manage"),
]);

/// A role that the caller has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyRole {
    /// The role.
    pub role: Uuid,
    /// Its name.
    pub name: String,
    /// Names of the actions in its blocks, whatever those say about them.
    pub actions: Vec<String>,
    /// `direct`, or the groups it comes through.
    pub paths: Vec<String>,
}

/// The roles that the caller has in the tenant, and those of the platform, by name.
pub async fn my_tenant_roles(ctx: &Ctx, tenant: Uuid) -> Result<Vec<MyRole>> {
    let me = ctx.signed_in()?.entity;
    let world = ctx.world()?;
    let about = About { object: ObjectRef::new(ObjectKind::Tenant, tenant), tenant: Some(tenant) };
    if world.tenant(tenant).is_none_or(|known| known.status == TenantStatus::Deleted) {
        return Err(Common::Forbidden.into());
    }
    ctx.require(&RULE, &about)?;
    let conn = &ctx.reader();
    let paths = Paths::of(ctx, &world, me).await?;
    let subjects: Vec<Subject> =
        [Subject::Entity(me)].into_iter().chain(paths.groups().map(Subject::Group)).collect();
    let mut held: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for assignment in assignments::store::counting_in(conn, &subjects, tenant, ctx.now()).await? {
        held.entry(assignment.role).or_default().extend(paths.shown(&world, assignment.subject));
    }
    let ids: Vec<Uuid> = held.keys().copied().collect();
    let known = roles::store::by_ids(conn, &ids).await?;
    let mut actions = actions_of(ctx, &ids).await?;
    let mut roles: Vec<MyRole> = held
        .into_iter()
        .filter_map(|(id, paths)| {
            let role = known.get(&id).filter(|role| role.deleted_at.is_none())?;
            Some(MyRole {
                role: id,
                name: role.name.clone(),
                actions: actions.remove(&id).unwrap_or_default().into_iter().collect(),
                paths: paths.into_iter().collect(),
            })
        })
        .collect();
    roles.sort_by(|one, other| (&one.name, one.role).cmp(&(&other.name, other.role)));
    Ok(roles)
}

/// Names of the actions in the blocks of roles.
pub(super) async fn actions_of(ctx: &Ctx, roles: &[Uuid]) -> Result<BTreeMap<Uuid, BTreeSet<String>>> {
    let conn = &ctx.reader();
    let held = roles::store::blocks_of(conn, roles).await?;
    let ids: Vec<Uuid> = held.values().flatten().copied().collect();
    let blocks = blocks::store::by_ids(conn, &ids).await?;
    let ids: Vec<Uuid> = blocks.iter().flat_map(|block| block.actions.iter().copied()).collect();
    let names = actions::store::by_ids(conn, &ids).await?;
    let in_block: BTreeMap<Uuid, Vec<&str>> = blocks
        .iter()
        .map(|block| {
            let known = block.actions.iter().filter_map(|id| names.get(id));
            (block.id, known.map(|action| action.name.as_str()).collect())
        })
        .collect();
    let named = |blocks: Vec<Uuid>| {
        let all = blocks.iter().filter_map(|block| in_block.get(block)).flatten();
        all.map(|name| (*name).to_owned()).collect()
    };
    Ok(held.into_iter().map(|(role, blocks)| (role, named(blocks))).collect())
}
