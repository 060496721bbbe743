//! Making an entity.

use atoll_access::groups;
use atoll_access::groups::placement;
use atoll_base::alias::Alias;
use atoll_base::ctx::{Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, EntityKind, Fact, FactKey, Status, TenantStatus};
use serde_json::Value;
use uuid::Uuid;

use super::model::Entity;
use super::store;
use crate::profiles::{self, Wanted};
use crate::seed::AUTHENTICATED_USERS;

/// Who may make entities in a tenant, or at the platform.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("manage"), May::scope("write")]);

/// What is needed for an entity.
#[derive(Clone, Debug, Default)]
pub struct NewEntity {
    /// An id of the caller's own choice.
    pub id: Option<Uuid>,
    /// What it is; follows from the profile when one is given.
    pub kind: Option<EntityKind>,
    /// Its profile.
    pub profile: Option<Uuid>,
    /// A version of that profile; the newest active one when left out.
    pub profile_version: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// Its alias.
    pub alias: Option<Alias>,
    /// Its home tenant.
    pub tenant: Option<Uuid>,
    /// Its attributes, an object.
    pub attributes: Value,
}

/// Makes the entity. A person also joins the group of everybody who can sign in; `parent_group_id` among the attributes
/// places it in an object group.
pub async fn create(ctx: &Ctx, new: NewEntity) -> Result<Entity> {
    let allowed = ctx.require(&RULE, &Within::<Entity>::tenant(new.tenant))?;
    let wish = placement::wish(&new.attributes)?;
    let mut tx = ctx.begin().await?;
    active_tenant(&tx, new.tenant).await?;
    let wanted =
        Wanted { kind: new.kind, profile: new.profile, version: new.profile_version, tenant: new.tenant };
    let chosen = profiles::choose(tx.conn(), wanted).await?;
    let entity = Entity {
        id: new.id.unwrap_or_else(|| ctx.new_id()),
        kind: chosen.kind,
        name: new.name,
        alias: new.alias,
        tenant: new.tenant,
        profile: chosen.profile,
        profile_version: chosen.version,
        status: Status::Active,
        attributes: new.attributes,
        deleted_by: None,
        deleted_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    if let Some(version) = entity.profile_version {
        profiles::validate(tx.conn(), version, &entity.attributes).await?;
    }
    if entity.id.is_nil() {
        return Err(Common::Invalid("id must not be the nil UUID".into()).into());
    }
    store::insert(&tx, &allowed, &entity).await?;
    tx.record(
        &allowed,
        Event::new("entity.create")
            .on("entity", entity.id)
            .after(entity.state())
            .change(Change::Put(entity.fact())),
    );
    if entity.kind == EntityKind::Human {
        groups::join(&mut tx, &allowed.part(), AUTHENTICATED_USERS, entity.id).await?;
    }
    placement::follow(&mut tx, &allowed.part(), entity.as_object(), entity.tenant, wish).await?;
    tx.commit().await?;
    Ok(entity)
}

/// The tenant, if any, is there and active: in one that is not, nothing new begins.
pub(crate) async fn active_tenant(tx: &Tx, tenant: Option<Uuid>) -> Result<()> {
    let Some(id) = tenant else { return Ok(()) };
    match tx.fact(&FactKey::Tenant { id }).await? {
        Some(Fact::Tenant { status: TenantStatus::Active, .. }) => Ok(()),
        _ => Err(Common::not_found("active tenant", id).into()),
    }
}
