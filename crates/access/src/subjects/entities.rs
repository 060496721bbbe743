//! Entities as lists of this room read them. Their rows are the other room's to write.

use atoll_base::ctx::Visibility;
use atoll_base::db::contains_text;
use atoll_base::page::{Key, Order, count};
use atoll_base::{ListRequest, ListSort, Page, Result};
use atoll_policy::Only;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::visible::{self, Columns};

/// The columns of `entities` that lists need.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "entities")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Home tenant.
    pub tenant_id: Option<Uuid>,
    /// JSON object.
    pub attributes: Json,
    /// Tombstone.
    pub deleted_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A page of the ids of the live entities that pass, newest first.
pub(crate) async fn ids(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    kind: Option<&str>,
    tenant: Option<Uuid>,
    q: Option<&str>,
    request: &ListRequest<ListSort>,
) -> Result<Page<Uuid>> {
    let columns =
        Columns { id: Column::Id, tenant: Column::TenantId, sub_kind: Some(Column::Kind), parent: None };
    let text = |q| contains_text([Column::Name, Column::Attributes].map(|column| column.into_expr()), q);
    let which = Condition::all()
        .add(Column::DeletedAt.is_null())
        .add_option(kind.map(|kind| Column::Kind.eq(kind)))
        .add_option(q.map(text));
    let created = Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at);
    let keys = vec![created, Key::id(Column::Id.into_expr(), |row: &Model| row.id)];
    let order = Order { list: "entities", keys, descending: true };
    let (ways, id) = (visible::ways(conn, visibility, &columns, tenant), Column::Id.as_column_ref());
    let found = order.page::<Entity, _>(conn, id, ways, which.clone(), request).await?;
    let only = Only { tenant, sub: kind };
    let total = match visibility.count(only).filter(|_| q.is_none()) {
        Some(count) => count,
        None => {
            let seen = visible::condition(conn, visibility, &columns);
            count(
                conn,
                Entity::find()
                    .filter(seen)
                    .filter(which.add_option(tenant.map(|tenant| Column::TenantId.eq(tenant)))),
            )
            .await?
        }
    };
    Ok(Page { items: found.items.into_iter().map(|row| row.id).collect(), total })
}
