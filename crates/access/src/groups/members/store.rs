//! The table of members of principal groups.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, in_ids};
use atoll_base::{Moment, Result};
use atoll_policy::Fact;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query};
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::super::model::Group;
use crate::term::{Term, counting};

/// A row of `group_members`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "group_members")]
pub struct Model {
    /// The principal group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: Uuid,
    /// The member.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity_id: Uuid,
    /// From when on it counts.
    pub not_before: Option<i64>,
    /// Until when it counts.
    pub expires_at: Option<i64>,
    /// Why it was given.
    pub reason: Option<String>,
    /// Since when.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// For how long, and why.
    pub fn term(&self) -> Term {
        Term::of(self.not_before, self.expires_at, self.reason.clone())
    }

    /// The membership as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Member { group: self.group_id, entity: self.entity_id, window: self.term().window() }
    }
}

/// Adds a member, or gives one another term.
pub(crate) async fn put(
    tx: &Tx,
    _allowed: &Allowed<'_, Group>,
    group: Uuid,
    entity: Uuid,
    term: &Term,
) -> Result<Model> {
    let row = Model {
        group_id: group,
        entity_id: entity,
        not_before: term.not_before.map(|moment| moment.0),
        expires_at: term.expires.map(|moment| moment.0),
        reason: term.reason.clone(),
        created_at: tx.ctx().now().0,
    };
    let renew = OnConflict::columns([Column::GroupId, Column::EntityId])
        .update_columns([Column::NotBefore, Column::ExpiresAt, Column::Reason])
        .to_owned();
    Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(renew)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(row)
}

/// Removes a member; false if it was none.
pub(crate) async fn delete(
    tx: &Tx,
    _allowed: &Allowed<'_, Group>,
    group: Uuid,
    entity: Uuid,
) -> Result<bool> {
    let done = Entity::delete_by_id((group, entity)).exec(tx.conn()).await?;
    Ok(done.rows_affected > 0)
}

/// Removes an entity from every group of a tenant; returns those groups.
pub(crate) async fn delete_in_tenant(
    tx: &Tx,
    _allowed: &Allowed<'_, Group>,
    tenant: Uuid,
    entity: Uuid,
) -> Result<Vec<Uuid>> {
    let of_tenant =
        Query::select().column("id").from("groups").and_where(Expr::col("tenant_id").eq(tenant)).to_owned();
    let which = Column::EntityId.eq(entity).and(Column::GroupId.in_subquery(of_tenant));
    let groups = Entity::find()
        .select_only()
        .column(Column::GroupId)
        .filter(which.clone())
        .order_by_asc(Column::GroupId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    Entity::delete_many().filter(which).exec(tx.conn()).await?;
    Ok(groups)
}

/// Removes an entity from every group; returns those groups, each with its tenant.
pub(crate) async fn delete_everywhere(
    tx: &Tx,
    _allowed: &Allowed<'_, Group>,
    entity: Uuid,
) -> Result<Vec<(Uuid, Option<Uuid>)>> {
    let joined = Query::select()
        .columns([("groups", "id"), ("groups", "tenant_id")])
        .from("groups")
        .inner_join("group_members", Expr::col(("group_members", "group_id")).equals(("groups", "id")))
        .and_where(Expr::col(("group_members", "entity_id")).eq(entity))
        .order_by(("groups", "id"), Order::Asc)
        .to_owned();
    let rows = tx.conn().query_all(&joined).await?;
    Entity::delete_many().filter(Column::EntityId.eq(entity)).exec(tx.conn()).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "tenant_id")?))).collect()
}

/// The members of a group, deleted or not.
pub(crate) async fn members_of(conn: &impl ConnectionTrait, group: Uuid) -> Result<Vec<Uuid>> {
    let query = Entity::find().select_only().column(Column::EntityId).filter(Column::GroupId.eq(group));
    Ok(query.order_by_asc(Column::EntityId).into_tuple().all(conn).await?)
}

/// The members of each of these groups now, each group's sorted; at most `most` in all.
pub(crate) async fn members_of_each(
    conn: &impl ConnectionTrait,
    groups: &[Uuid],
    now: Moment,
    most: u64,
) -> Result<Vec<(Uuid, Uuid)>> {
    let query = Entity::find()
        .select_only()
        .columns([Column::GroupId, Column::EntityId])
        .filter(in_ids(Engine::of(conn), Column::GroupId.as_column_ref(), groups))
        .filter(counting("group_members", now))
        .order_by_asc(Column::GroupId)
        .order_by_asc(Column::EntityId);
    Ok(query.limit(most).into_tuple().all(conn).await?)
}

/// Groups and members of which one belongs to the tenant.
pub(crate) async fn in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    let of_tenant = |table: &'static str| {
        Query::select().column("id").from(table).and_where(Expr::col("tenant_id").eq(tenant)).to_owned()
    };
    let either = Column::GroupId
        .in_subquery(of_tenant("groups"))
        .or(Column::EntityId.in_subquery(of_tenant("entities")));
    let query = Entity::find().select_only().columns([Column::GroupId, Column::EntityId]).filter(either);
    Ok(query.into_tuple().all(conn).await?)
}

/// Whether the entity is directly in the group.
pub(crate) async fn find(conn: &impl ConnectionTrait, group: Uuid, entity: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((group, entity)).one(conn).await?)
}

/// The groups that an entity is directly in and that are not deleted, sorted.
pub(crate) async fn groups_of(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Vec<Uuid>> {
    let live =
        Query::select().column("id").from("groups").and_where(Expr::col("deleted_at").is_null()).to_owned();
    let query = Entity::find()
        .select_only()
        .column(Column::GroupId)
        .filter(Column::EntityId.eq(entity))
        .filter(Column::GroupId.in_subquery(live))
        .order_by_asc(Column::GroupId);
    Ok(query.into_tuple().all(conn).await?)
}

/// The live groups that each of these entities is directly in now.
pub(crate) async fn groups_of_each(
    conn: &impl ConnectionTrait,
    entities: &[Uuid],
    now: Moment,
) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let live =
        Query::select().column("id").from("groups").and_where(Expr::col("deleted_at").is_null()).to_owned();
    let rows = Entity::find()
        .filter(in_ids(Engine::of(conn), Column::EntityId.as_column_ref(), entities))
        .filter(Column::GroupId.in_subquery(live))
        .filter(counting("group_members", now))
        .order_by_asc(Column::GroupId)
        .all(conn)
        .await?;
    let mut joined: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        joined.entry(row.entity_id).or_default().push(row.group_id);
    }
    Ok(joined)
}
