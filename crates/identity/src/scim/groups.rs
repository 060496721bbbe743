//! Groups: the principal groups of the tenant, with those of their members who are users.

use std::collections::BTreeSet;

use atoll_access::groups::{self, Group, GroupPatch, NewGroup};
use atoll_base::ctx::Ctx;
use atoll_base::{Error, Kind, Result, fields};
use atoll_policy::GroupFlavour;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::fault::ScimFault;
use super::resource::{Site, group_attributes};
use super::schema::Noun;
use super::users::Change;
use super::{members, patch, values};

type Resource = Map<String, Value>;

/// One group. Whoever may not read it is told that there is none.
pub(super) async fn find(ctx: &Ctx, site: &Site, id: Uuid) -> Result<Resource> {
    let group = known(ctx, site, id).await?;
    show(ctx, site, &group).await
}

async fn known(ctx: &Ctx, site: &Site, id: Uuid) -> Result<Group> {
    let found = match groups::find(ctx, id).await {
        Err(error) if matches!(error.kind(), Kind::Denied | Kind::Missing) => None,
        found => Some(found?),
    };
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
    let shown = made.map_err(in_words)?;
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
    let mut wish = values::writable(Noun::Group, &before)?;
    let were = members::wanted(&wish)?;
    match change {
        Change::Replace(given) => wish = values::writable(Noun::Group, given)?,
        Change::Patch(request) => patch::apply(Noun::Group, &mut wish, request)?,
    }
    values::complete(Noun::Group, &wish)?;
    let wanted = members::wanted(&wish)?;
    let (within, steps) = ctx.together().await?;
    let done = async {
        let group = known(&within, site, id).await?;
        let name = name(&wish)?;
        let attributes = fields::object("attributes", Some(group_attributes(&group.attributes, &wish)))?;
        let patch = GroupPatch {
            name: (name != group.name).then_some(name),
            attributes: (attributes != group.attributes).then_some(attributes),
            ..GroupPatch::default()
        };
        if patch.name.is_some() || patch.attributes.is_some() {
            groups::update(&within, id, patch).await?;
        }
        members::settle(&within, site, id, &were, &wanted).await
    }
    .await;
    drop(within);
    done.map_err(in_words)?;
    steps.keep(ctx).await?;
    find(ctx, site, id).await
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

fn in_words(error: Error) -> Error {
    match error.code() {
        "already_exists" => ScimFault::Taken("displayName is taken".into()).into(),
        _ => error,
    }
}
