//! Making a resource.

use atoll_base::alias::Alias;
use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::Change;
use serde_json::Value;
use uuid::Uuid;

use super::model::Resource;
use super::store;
use crate::groups::placement;
use crate::tenancy;

/// Who may make resources.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("manage"), May::scope("write")]);

/// What is needed for a resource.
#[derive(Clone, Debug)]
pub struct NewResource {
    /// An id of the caller's own choice.
    pub id: Option<Uuid>,
    /// What it is.
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
    /// Its alias.
    pub alias: Option<Alias>,
    /// Its tenant; none for a resource of the platform.
    pub tenant: Option<Uuid>,
    /// Whose it is, for information.
    pub owner: Option<Uuid>,
    /// Its attributes, an object; `parent_group_id` also places it.
    pub attributes: Value,
}

/// Makes the resource.
pub async fn create(ctx: &Ctx, new: NewResource) -> Result<Resource> {
    let allowed = ctx.require(&RULE, &Within::<Resource>::tenant(new.tenant))?;
    let wish = placement::wish(&new.attributes)?;
    let resource = Resource {
        id: new.id.unwrap_or_else(|| ctx.new_id()),
        kind: new.kind,
        name: new.name,
        alias: new.alias,
        tenant: new.tenant,
        owner: new.owner,
        attributes: new.attributes,
        deleted_by: None,
        deleted_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    if resource.id.is_nil() {
        return Err(Common::Invalid("id must not be the nil UUID".into()).into());
    }
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, resource.tenant).await?;
    store::insert(&tx, &allowed, &resource).await?;
    tx.record(
        &allowed,
        Event::new("resource.create")
            .on("resource", resource.id)
            .after(resource.state())
            .change(Change::Put(resource.fact())),
    );
    placement::follow(&mut tx, &allowed.part(), resource.reference(), resource.tenant, wish).await?;
    tx.commit().await?;
    Ok(resource)
}
