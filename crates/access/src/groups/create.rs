//! Making a group.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, GroupFlavour, Status};
use serde_json::Value;
use uuid::Uuid;

use super::model::Group;
use super::store;
use crate::tenancy;

/// Who may make groups.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("manage"), May::scope("write")]);

/// What is needed for a group.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// An id of the caller's own choice.
    pub id: Option<Uuid>,
    /// Principals or objects.
    pub flavour: GroupFlavour,
    /// Its name.
    pub name: String,
    /// Its tenant; none for a group of the platform.
    pub tenant: Option<Uuid>,
    /// What it is for.
    pub description: Option<String>,
    /// Its attributes, an object.
    pub attributes: Value,
}

/// Makes the group, active and at the top of its hierarchy.
pub async fn create(ctx: &Ctx, new: NewGroup) -> Result<Group> {
    let allowed = ctx.require(&RULE, &Within::<Group>::tenant(new.tenant))?;
    let group = Group {
        id: new.id.unwrap_or_else(|| ctx.new_id()),
        flavour: new.flavour,
        name: new.name,
        tenant: new.tenant,
        parent: None,
        description: new.description,
        status: Status::Active,
        attributes: new.attributes,
        deleted_by: None,
        deleted_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    if group.id.is_nil() {
        return Err(Common::Invalid("id must not be the nil UUID".into()).into());
    }
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, group.tenant).await?;
    store::insert(&tx, &allowed, &group).await?;
    tx.record(
        &allowed,
        Event::new("group.create")
            .on("group", group.id)
            .after(group.state())
            .change(Change::Put(group.fact())),
    );
    tx.commit().await?;
    Ok(group)
}
