//! Groups: the principal groups of the tenant, with those of their members who are users.

use std::collections::BTreeSet;

use atoll_access::groups::{self, Group, GroupPatch, NewGroup};
use atoll_base::ctx::Ctx;
use atoll_base::{Result, fields};
use atoll_policy::GroupFlavour;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::change::Change;
use super::fault::{ScimFault, seen, taken};
use super::resource::{Site, group_attributes};
use super::schema::Noun;
use super::{members, values};

type Resource = Map<String, Value>;

/// One group. Whoever may not read it is told that there is none.
pub(super) async fn find(ctx: &Ctx, site: &Site, id: Uuid) -> Result<Resource> {
    let group = known(ctx, site, id).await?;
    show(ctx, site, &group).await
}

async fn known(ctx: &Ctx, site: &Site, id: Uuid) -> Result<Group> {
    let found = seen(groups::find(ctx, id).await)?;
    let here = |group: &Group| group.flavour == GroupFlavour::Principal && group.tenant == Some(site.tenant);
    Ok(found.filter(here).ok_or(ScimFault::NotFound)?)
}

async fn show(ctx: &Ctx, site: &Site, group: &Group) -> Result<Resource> {
    let members = members::of_groups(ctx, site, &[group.id]).await?;
    Ok(site.group(group, Some(members.get(&group.id).map_or(&[][..], Vec::as_slice))))
}

/// Makes a group, with its members.
pub(super) async fn create(ctx: &Ctx, site: &Site, given: &Resource) -> Result<Resource> {
    let wish = values::writable(Noun::Group, given)?;
    values::complete(Noun::Group, &wish)?;
    let wanted = members::wanted(&wish)?;
    let new = NewGroup {
        id: None,
        flavour: GroupFlavour::Principal,
        name: name(&wish)?,
        tenant: Some(site.tenant),
        description: None,
        attributes: fields::object("attributes", Some(group_attributes(&Value::Null, &wish)))?,
    };
    let (within, steps) = ctx.together().await?;
    let made = async {
        let group = groups::create(&within, new).await?;
        if !wanted.is_empty() {
            members::settle(&within, site, group.id, &BTreeSet::new(), &wanted).await?;
        }
        show(&within, site, &group).await
    }
    .await;
    drop(within);
    let shown = made.map_err(taken("displayName"))?;
    steps.keep(ctx).await?;
    Ok(shown)
}

/// Changes a group that is still what the caller has read, where they say what that is.
pub(super) async fn change(
    ctx: &Ctx,
    site: &Site,
    id: Uuid,
    change: Change<'_>,
    unchanged: impl Fn(&Resource) -> Result<(), ScimFault>,
) -> Result<Resource> {
    let before = find(ctx, site, id).await?;
    unchanged(&before)?;
    // Going through many members is dear: nobody gets it who may not do the rest.
    ctx.require(&groups::CHANGE, &known(ctx, site, id).await?)?;
    let (within, steps) = ctx.together().await?;
    let done = async {
        lock(&within, id).await?;
        let now = find(&within, site, id).await?;
        unchanged(&now)?;
        save(&within, site, id, &now, &change.of(Noun::Group, &now)?).await
    }
    .await;
    drop(within);
    done.map_err(taken("displayName"))?;
    steps.keep(ctx).await?;
    find(ctx, site, id).await
}

/// Nobody else changes the group, or who is in it, before these steps end: of two changes at once none is lost.
async fn lock(ctx: &Ctx, id: Uuid) -> Result<()> {
    let tx = ctx.begin().await?;
    groups::lock(&tx, id).await?;
    tx.commit().await?;
    Ok(())
}

async fn save(ctx: &Ctx, site: &Site, id: Uuid, before: &Resource, wish: &Resource) -> Result<()> {
    let group = known(ctx, site, id).await?;
    let name = name(wish)?;
    let attributes = fields::object("attributes", Some(group_attributes(&group.attributes, wish)))?;
    let patch = GroupPatch {
        name: (name != group.name).then_some(name),
        attributes: (attributes != group.attributes).then_some(attributes),
        ..GroupPatch::default()
    };
    if patch.name.is_some() || patch.attributes.is_some() {
        groups::update(ctx, id, patch).await?;
    }
    members::settle(ctx, site, id, &members::wanted(before)?, &members::wanted(wish)?).await
}

/// Deletes a group that is still what the caller has read.
pub(super) async fn delete(
    ctx: &Ctx,
    site: &Site,
    id: Uuid,
    unchanged: impl Fn(&Resource) -> Result<(), ScimFault>,
) -> Result<()> {
    unchanged(&find(ctx, site, id).await?)?;
    groups::delete(ctx, id).await
}

fn name(group: &Resource) -> Result<String> {
    Ok(fields::name("displayName", group["displayName"].as_str().unwrap_or_default())?)
}
