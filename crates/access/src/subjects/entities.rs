//! Entities as lists of this room read them. Their rows are the other room's to write.

use atoll_base::ctx::Visibility;
use atoll_base::db::contains_text;
use atoll_base::{Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

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
    page: PageRequest,
) -> Result<Page<Uuid>> {
    let columns =
        Columns { id: Column::Id, tenant: Column::TenantId, sub_kind: Some(Column::Kind), parent: None };
    let text = |q| contains_text([Column::Name, Column::Attributes].map(|column| column.into_expr()), q);
    let which = Condition::all()
        .add(Column::DeletedAt.is_null())
        .add_option(kind.map(|kind| Column::Kind.eq(kind)))
        .add_option(tenant.map(|tenant| Column::TenantId.eq(tenant)))
        .add_option(q.map(text));
    let query = Entity::find().filter(visible::condition(conn, visibility, &columns)).filter(which);
    let total = query.clone().count(conn).await?;
    let items = query
        .select_only()
        .column(Column::Id)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(Page { items, total })
}
