//! The table of memberships.

use atoll_access::Term;
use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::each_row;
use atoll_base::{Moment, Result};
use atoll_policy::Fact;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait as _, OnConflict};
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::Membership;
use crate::entities;

/// A row of `tenant_memberships`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "tenant_memberships")]
pub struct Model {
    /// Tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// Member.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity_id: Uuid,
    /// Always [`ACTIVE`].
    pub status: String,
    /// From when on it counts.
    pub not_before: Option<i64>,
    /// Until when it counts.
    pub expires_at: Option<i64>,
    /// Why it was given.
    pub reason: Option<String>,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The one status of a membership.
pub(crate) const ACTIVE: &str = "active";

impl From<Model> for Membership {
    fn from(row: Model) -> Membership {
        Membership {
            tenant: row.tenant_id,
            entity: row.entity_id,
            term: Term::of(row.not_before, row.expires_at, row.reason),
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds a membership; one that is there already takes this term.
pub(crate) async fn put(tx: &Tx, _allowed: &Allowed<'_, Membership>, membership: &Membership) -> Result<()> {
    let row = Model {
        tenant_id: membership.tenant,
        entity_id: membership.entity,
        status: ACTIVE.to_owned(),
        not_before: membership.term.not_before.map(|moment| moment.0),
        expires_at: membership.term.expires.map(|moment| moment.0),
        reason: membership.term.reason.clone(),
        created_at: membership.created_at.0,
    };
    let there = OnConflict::columns([Column::TenantId, Column::EntityId])
        .update_columns([Column::NotBefore, Column::ExpiresAt, Column::Reason])
        .to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(there)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Ends a membership; whether there was one.
pub(crate) async fn remove(
    tx: &Tx,
    _allowed: &Allowed<'_, Membership>,
    tenant: Uuid,
    entity: Uuid,
) -> Result<bool> {
    Ok(Entity::delete_by_id((tenant, entity)).exec(tx.conn()).await?.rows_affected > 0)
}

/// The membership.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    tenant: Uuid,
    entity: Uuid,
) -> Result<Option<Membership>> {
    Ok(Entity::find_by_id((tenant, entity)).one(conn).await?.map(Membership::from))
}

/// Whether an entity is a member of any tenant.
pub(crate) async fn is_member(conn: &impl ConnectionTrait, entity: Uuid) -> Result<bool> {
    Ok(Entity::find().filter(Column::EntityId.eq(entity)).one(conn).await?.is_some())
}

/// The memberships of a tenant, and those that its own entities have elsewhere.
pub(crate) async fn in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Membership>> {
    let at_home = entities::store::ids_in_tenant(tenant);
    let either = Column::TenantId.eq(tenant).or(Column::EntityId.in_subquery(at_home));
    let rows = Entity::find().filter(either).all(conn).await?;
    Ok(rows.into_iter().map(Membership::from).collect())
}

/// Ends every membership of an entity; returns the tenants.
pub(crate) async fn remove_of_entity(
    tx: &Tx,
    _allowed: &Allowed<'_, Membership>,
    entity: Uuid,
) -> Result<Vec<Uuid>> {
    let tenants = Entity::find().select_only().column(Column::TenantId).filter(Column::EntityId.eq(entity));
    let tenants = tenants.order_by_asc(Column::TenantId).into_tuple().all(tx.conn()).await?;
    Entity::delete_many().filter(Column::EntityId.eq(entity)).exec(tx.conn()).await?;
    Ok(tenants)
}

/// The ids of a tenant's members whose membership is not over, for use in another query.
pub(crate) fn members_of(tenant: Uuid, now: Moment) -> sea_orm::sea_query::SelectStatement {
    let lasts = Column::ExpiresAt.is_null().or(Column::ExpiresAt.gt(now.0));
    let query = Entity::find().select_only().column(Column::EntityId);
    let query = query.filter(Column::TenantId.eq(tenant)).filter(lasts);
    sea_orm::QueryTrait::into_query(query)
}

/// Every membership as decisions know it, handed to `sink`.
pub(crate) async fn facts(tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
    let rows = Entity::find().stream(tx).await?;
    each_row(rows, |row| {
        sink(Membership::from(row).fact());
        Ok(())
    })
    .await
}
