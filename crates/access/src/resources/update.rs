//! Changing a resource.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::model::{Resource, ResourcePatch};
use super::{find, store};
use crate::groups::placement::{self, Wish};
use crate::tenancy;

/// Who may change a resource.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Applies the patch; `parent_group_id` in new attributes also moves the resource.
pub async fn update(ctx: &Ctx, id: Uuid, patch: ResourcePatch) -> Result<Resource> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let wish = patch.attributes.as_ref().map_or(Ok(Wish::Keep), placement::wish)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut resource = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("resource", id))?;
    let before = resource.state();
    let fields = resource.apply(patch, ctx.now());
    store::save(&tx, &allowed, &resource).await?;
    tx.record(
        &allowed,
        Event::new("resource.update")
            .on("resource", id)
            .detail("updated_fields", fields)
            .before(before)
            .after(resource.state())
            .change(Change::Put(resource.fact())),
    );
    placement::follow(&mut tx, &allowed.part(), resource.reference(), resource.tenant, wish).await?;
    tx.commit().await?;
    Ok(resource)
}
