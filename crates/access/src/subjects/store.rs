//! Rows of the tables of grants (`role_assignments`, `direct_policies`), by whose they are.

use atoll_base::Result;
use atoll_base::db::unindexed;
use atoll_base::page::count;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, EntityTrait, QueryFilter as _};
use uuid::Uuid;

use crate::words::SubjectKind;

/// Rows of a table of grants that belong to another tenant than their subject, which is at home in this one.
pub(crate) fn outside(tenant: Uuid) -> Condition {
    let at_home = |subjects: &'static str| {
        Query::select().column("id").from(subjects).and_where(Expr::col("tenant_id").eq(tenant)).to_owned()
    };
    let elsewhere =
        Condition::any().add(Expr::col("tenant_id").is_null()).add(Expr::col("tenant_id").ne(tenant));
    let own = Condition::any()
        .add(Expr::col("subject_id").in_subquery(at_home("entities")))
        .add(Expr::col("subject_id").in_subquery(at_home("groups")));
    Condition::all().add(elsewhere).add(own)
}

/// Rows of a table of grants whose subject is not deleted softly: looked up for each row of a page.
pub(crate) fn subject_not_deleted(table: &'static str) -> Condition {
    let deleted = |kind: SubjectKind, subjects: &'static str| {
        let gone = deleted(subjects)
            .expr(Expr::value(1))
            .and_where(Expr::col((subjects, "id")).equals((table, "subject_id")))
            .to_owned();
        Condition::all().add(Expr::col((table, "subject_kind")).eq(kind.as_str())).add(Expr::exists(gone))
    };
    Condition::any()
        .add(deleted(SubjectKind::Entity, "entities"))
        .add(deleted(SubjectKind::Group, "groups"))
        .not()
}

/// The other rows, found from what is deleted, of which there is little.
pub(crate) fn subject_deleted(table: &'static str) -> Condition {
    let of = |kind: SubjectKind, subjects: &'static str| {
        Condition::all()
            .add(Expr::col((table, "subject_kind")).eq(kind.as_str()))
            .add(Expr::col((table, "subject_id")).in_subquery(ids_of_deleted(subjects)))
    };
    Condition::any().add(of(SubjectKind::Entity, "entities")).add(of(SubjectKind::Group, "groups"))
}

/// The ids of what is deleted softly in a table.
pub(crate) fn ids_of_deleted(table: &'static str) -> SelectStatement {
    deleted(table).column("id").to_owned()
}

fn deleted(table: &'static str) -> SelectStatement {
    Query::select().from(table).and_where(Expr::col((table, "deleted_at")).is_not_null()).to_owned()
}

/// How many rows there are but for those that are hidden. Both are counted along indexes, where asking each row whether it
/// is hidden would take a second for a million.
pub(crate) async fn count_but<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    all: Condition,
    hidden: Condition,
) -> Result<u64> {
    let hidden = count(conn, E::find().filter(hidden)).await?;
    Ok(count(conn, E::find().filter(all)).await?.saturating_sub(hidden))
}

/// Of a tenant. Where the rows are `named` by something of which there are few, the tenant is not what to find them by.
pub(crate) fn of_tenant(column: Expr, tenant: Uuid, named: bool) -> Expr {
    if named { unindexed(column).eq(tenant) } else { column.eq(tenant) }
}
