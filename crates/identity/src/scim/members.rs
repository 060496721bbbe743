//! Who is in a group, of those who are users here.

use std::collections::{BTreeSet, HashMap};

use atoll_access::{Term, groups};
use atoll_base::ctx::Ctx;
use atoll_base::{Error, Kind, Result};
use atoll_policy::EntityKind;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::fault::ScimFault;
use super::resource::Site;
use super::users;

/// The most members that one request adds or removes.
const MOST_CHANGES: usize = 1000;

/// The users among the members of these groups. Others (devices, guests of the tenant) are left out, and left alone.
pub(super) async fn of_groups(ctx: &Ctx, site: &Site, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let mut members = groups::members::of_groups(ctx, ids).await?;
    let world = ctx.world()?;
    for members in members.values_mut() {
        members.retain(|id| {
            world.entity(*id).is_some_and(|entity| {
                entity.kind == EntityKind::Human && entity.tenant == Some(site.tenant) && !entity.deleted
            })
        });
    }
    Ok(members)
}

/// The users that a group is to have, as it was written.
pub(super) fn wanted(group: &Map<String, Value>) -> Result<BTreeSet<Uuid>, ScimFault> {
    let members = group.get("members").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let id = |member: &Value| {
        let is_user = member["type"].as_str().is_none_or(|kind| kind.eq_ignore_ascii_case("User"));
        let id = member["value"].as_str().filter(|_| is_user).and_then(|text| text.parse().ok());
        id.ok_or_else(|| ScimFault::Value("a member's value must be the id of a user".into()))
    };
    members.iter().map(id).collect()
}

/// Lets those users join and leave a group who make the difference between what was and what is wanted. What others add
/// or remove meanwhile stays.
pub(super) async fn settle(
    ctx: &Ctx,
    site: &Site,
    group: Uuid,
    were: &BTreeSet<Uuid>,
    wanted: &BTreeSet<Uuid>,
) -> Result<()> {
    let (joining, leaving) = (wanted.difference(were), were.difference(wanted));
    if joining.clone().count() + leaving.clone().count() > MOST_CHANGES {
        let why = format!("at most {MOST_CHANGES} members can be added and removed at once");
        return Err(ScimFault::TooMany(why).into());
    }
    for id in leaving {
        groups::members::remove(ctx, group, *id).await?;
    }
    for id in joining {
        users::known(ctx, site, *id).await.map_err(|error| match error.kind() {
            Kind::Missing => Error::from(ScimFault::Value(format!("there is no user {id}"))),
            _ => error,
        })?;
        groups::members::add(ctx, group, *id, Term::default()).await?;
    }
    Ok(())
}
