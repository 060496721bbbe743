//! Making a tenant, with its administrator role.

use atoll_access::bootstrap;
use atoll_base::alias::Alias;
use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, TenantStatus};
use serde_json::Value;
use uuid::Uuid;

use super::model::{Tenant, TenantRoute};
use super::store;
use crate::memberships;

/// Who may make tenants.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("manage"), May::platform("create")]);

/// What is needed for a tenant.
#[derive(Clone, Debug, Default)]
pub struct NewTenant {
    /// An id of the caller's own choice.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// Its alias.
    pub alias: Option<Alias>,
    /// Its route.
    pub route: Option<TenantRoute>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its attributes, an object.
    pub attributes: Value,
}

/// Makes the tenant, its role `tenant-admin` with a block over the whole tenant, and gives that role to the caller. A
/// person also becomes a member. All of it or nothing.
pub async fn create(ctx: &Ctx, new: NewTenant) -> Result<Tenant> {
    let allowed = ctx.require(&RULE, &Within::<Tenant>::platform())?;
    let maker = ctx.caller().entity_id();
    let tenant = Tenant {
        id: new.id.unwrap_or_else(|| ctx.new_id()),
        name: new.name,
        alias: new.alias,
        route: new.route,
        status: TenantStatus::Active,
        tags: new.tags,
        attributes: new.attributes,
        created_by: maker,
        updated_by: None,
        deleted_by: None,
        deleted_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    if tenant.id.is_nil() {
        return Err(Common::Invalid("id must not be the nil UUID".into()).into());
    }
    let mut tx = ctx.begin().await?;
    store::insert(&tx, &allowed, &tenant).await?;
    tx.record(
        &allowed,
        Event::new("tenant.create")
            .of(Some(tenant.id))
            .on("tenant", tenant.id)
            .after(tenant.state())
            .change(Change::Put(tenant.fact())),
    );
    if let Some(maker) = maker {
        bootstrap::tenant_admin(&mut tx, &allowed.part(), tenant.id, maker).await?;
        memberships::join_maker(&mut tx, &allowed.part(), tenant.id, maker).await?;
    }
    tx.commit().await?;
    Ok(tenant)
}
