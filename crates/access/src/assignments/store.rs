//! The table of role assignments.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, in_ids};
use atoll_base::page::{Key, Order};
use atoll_base::{Common, ListRequest, Listed, Moment, Page, PageRequest, Result, TimeSort};
use atoll_policy::{EntityKind, Status, Subject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Order as Direction, Query, SelectStatement};
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QueryResult, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::AssignmentFilter;
use super::model::Assignment;
use crate::subjects::store as held;
use crate::term::{Term, counting};
use crate::words::SubjectKind;

const TABLE: &str = "role_assignments";

/// A row of `role_assignments`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "role_assignments")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The only tenant in which it counts.
    pub tenant_id: Option<Uuid>,
    /// `entity` or `group`.
    pub subject_kind: String,
    /// Who holds the role.
    pub subject_id: Uuid,
    /// The role.
    pub role_id: Uuid,
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

/// Reads a subject's columns.
pub(crate) fn subject(kind: &str, id: Uuid) -> Result<Subject> {
    match kind {
        "entity" => Ok(Subject::Entity(id)),
        "group" => Ok(Subject::Group(id)),
        other => Err(Common::bug(format!("subject kind {other}")).into()),
    }
}

impl TryFrom<Model> for Assignment {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Assignment> {
        Ok(Assignment {
            id: row.id,
            tenant: row.tenant_id,
            subject: subject(&row.subject_kind, row.subject_id)?,
            role: row.role_id,
            term: Term::of(row.not_before, row.expires_at, row.reason),
            created_at: Moment(row.created_at),
        })
    }
}

impl From<&Assignment> for Model {
    fn from(assignment: &Assignment) -> Model {
        Model {
            id: assignment.id,
            tenant_id: assignment.tenant,
            subject_kind: SubjectKind::from(assignment.subject).as_str().to_owned(),
            subject_id: assignment.subject.id(),
            role_id: assignment.role,
            not_before: assignment.term.not_before.map(|moment| moment.0),
            expires_at: assignment.term.expires.map(|moment| moment.0),
            reason: assignment.term.reason.clone(),
            created_at: assignment.created_at.0,
        }
    }
}

/// Adds an assignment.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, Assignment>,
    assignment: &Assignment,
) -> Result<()> {
    let row = Model::from(assignment).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Gives an assignment another term.
pub(crate) async fn save(tx: &Tx, _allowed: &Allowed<'_, Assignment>, assignment: &Assignment) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::NotBefore, Expr::value(assignment.term.not_before.map(|moment| moment.0)))
        .col_expr(Column::ExpiresAt, Expr::value(assignment.term.expires.map(|moment| moment.0)))
        .col_expr(Column::Reason, Expr::value(assignment.term.reason.clone()))
        .filter(Column::Id.eq(assignment.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes an assignment; false if there was none.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Assignment>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// The assignment.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Assignment>> {
    Entity::find_by_id(id).one(conn).await?.map(Assignment::try_from).transpose()
}

/// The assignment by which the subject holds the role.
pub(crate) async fn holding(
    conn: &impl ConnectionTrait,
    role: Uuid,
    subject: Subject,
) -> Result<Option<Assignment>> {
    let found = Entity::find()
        .filter(Column::RoleId.eq(role))
        .filter(Column::SubjectKind.eq(SubjectKind::from(subject).as_str()))
        .filter(Column::SubjectId.eq(subject.id()))
        .one(conn)
        .await?;
    found.map(Assignment::try_from).transpose()
}

/// The assignments of a subject, in a tenant or everywhere, oldest first.
pub(crate) async fn of_subject(
    conn: &impl ConnectionTrait,
    subject: Subject,
    tenant: Option<Uuid>,
) -> Result<Vec<Assignment>> {
    let which = Condition::all()
        .add(Column::SubjectKind.eq(SubjectKind::from(subject).as_str()))
        .add(Column::SubjectId.eq(subject.id()))
        .add_option(tenant.map(|tenant| Column::TenantId.eq(tenant)));
    ordered(conn, which).await
}

/// The assignments of subjects that count in a tenant now: its own, and those of the platform.
pub(crate) async fn counting_in(
    conn: &impl ConnectionTrait,
    subjects: &[Subject],
    tenant: Uuid,
    now: Moment,
) -> Result<Vec<Assignment>> {
    let mut whose = Condition::any();
    for kind in [SubjectKind::Entity, SubjectKind::Group] {
        let of_kind = subjects.iter().filter(|subject| SubjectKind::from(**subject) == kind);
        let ids: Vec<Uuid> = of_kind.map(|subject| subject.id()).collect();
        let held = in_ids(Engine::of(conn), Column::SubjectId.as_column_ref(), &ids);
        whose = whose.add(Column::SubjectKind.eq(kind.as_str()).and(held));
    }
    let there = Condition::any().add(Column::TenantId.is_null()).add(Column::TenantId.eq(tenant));
    ordered(conn, Condition::all().add(whose).add(there).add(counting(TABLE, now))).await
}

/// The assignments of a role, oldest first.
pub(crate) async fn of_role(conn: &impl ConnectionTrait, role: Uuid) -> Result<Vec<Assignment>> {
    ordered(conn, Condition::all().add(Column::RoleId.eq(role))).await
}

/// The assignments outside a tenant whose subject belongs to it.
pub(crate) async fn outside(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Assignment>> {
    ordered(conn, held::outside(tenant)).await
}

/// The ids of the assignments of a tenant.
pub(crate) async fn ids_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

async fn ordered(conn: &impl ConnectionTrait, which: Condition) -> Result<Vec<Assignment>> {
    let rows = Entity::find().filter(which).order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(Assignment::try_from).collect()
}

/// An entity that holds a role.
pub(crate) struct HolderRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) kind: EntityKind,
    pub(crate) status: Status,
    /// Assigned itself, perhaps besides.
    pub(crate) direct: bool,
}

/// The groups that are assigned a role now.
pub(crate) async fn groups_now(conn: &impl ConnectionTrait, role: Uuid, now: Moment) -> Result<Vec<Uuid>> {
    let rows = conn.query_all(&assignees_now(role, SubjectKind::Group, now)).await?;
    rows.iter().map(|row| Ok(row.try_get("", "subject_id")?)).collect()
}

/// A page of the live entities that are assigned a role now or are directly in one of these groups, by name.
pub(crate) async fn holders(
    conn: &impl ConnectionTrait,
    role: Uuid,
    groups: &[Uuid],
    now: Moment,
    page: PageRequest,
) -> Result<Page<HolderRow>> {
    let members = Query::select()
        .column("entity_id")
        .from("group_members")
        .and_where(in_ids(Engine::of(conn), "group_id", groups))
        .cond_where(counting("group_members", now))
        .to_owned();
    let direct = || Expr::col("id").in_subquery(assignees_now(role, SubjectKind::Entity, now));
    let query = Query::select()
        .from("entities")
        .and_where(Expr::col("deleted_at").is_null())
        .cond_where(Condition::any().add(direct()).add(Expr::col("id").in_subquery(members)))
        .to_owned();
    let count = query.clone().expr_as(Func::count(Expr::col("id")), "total").to_owned();
    let total: i64 = match conn.query_one(&count).await? {
        Some(row) => row.try_get("", "total")?,
        None => 0,
    };
    let rows = query
        .clone()
        .columns(["id", "name", "kind", "status"])
        .expr_as(direct(), "direct")
        .order_by("name", Direction::Asc)
        .order_by("id", Direction::Asc)
        .limit(page.limit)
        .offset(page.offset)
        .to_owned();
    let read = |row: &QueryResult| {
        let (kind, status): (String, String) = (row.try_get("", "kind")?, row.try_get("", "status")?);
        Ok(HolderRow {
            id: row.try_get("", "id")?,
            name: row.try_get("", "name")?,
            kind: kind.parse().map_err(Common::bug)?,
            status: status.parse().map_err(Common::bug)?,
            direct: row.try_get("", "direct")?,
        })
    };
    let items = conn.query_all(&rows).await?.iter().map(read).collect::<Result<_>>()?;
    Ok(Page { items, total: u64::try_from(total).unwrap_or_default() })
}

/// How many live subjects of each kind are assigned to each of these roles now.
pub(crate) async fn counts(
    conn: &impl ConnectionTrait,
    roles: &[Uuid],
    now: Moment,
) -> Result<HashMap<(Uuid, String), u64>> {
    let counts = Query::select()
        .columns(["role_id", "subject_kind"])
        .expr_as(Func::count(Expr::value(1)), "total")
        .from(TABLE)
        .and_where(in_ids(Engine::of(conn), "role_id", roles))
        .cond_where(held::subject_not_deleted(TABLE))
        .cond_where(counting(TABLE, now))
        .group_by_columns(["role_id", "subject_kind"])
        .to_owned();
    let rows = conn.query_all(&counts).await?;
    let read = |row: &QueryResult| {
        let total: i64 = row.try_get("", "total")?;
        let of = (row.try_get("", "role_id")?, row.try_get("", "subject_kind")?);
        Ok((of, u64::try_from(total).unwrap_or_default()))
    };
    rows.iter().map(read).collect()
}

fn assignees_now(role: Uuid, kind: SubjectKind, now: Moment) -> SelectStatement {
    assignees(role, kind).cond_where(counting(TABLE, now)).to_owned()
}

fn assignees(role: Uuid, kind: SubjectKind) -> SelectStatement {
    Query::select()
        .column(Column::SubjectId)
        .from(TABLE)
        .and_where(Column::RoleId.eq(role))
        .and_where(Column::SubjectKind.eq(kind.as_str()))
        .to_owned()
}

/// A page of the assignments that pass the filter and whose role and subject are not deleted.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &AssignmentFilter,
    request: &ListRequest<TimeSort>,
) -> Result<Listed<Assignment>> {
    let of_deleted_role = || Column::RoleId.in_subquery(held::ids_of_deleted("roles"));
    let way = matches(filter, filter.is_named());
    let shown = Condition::all().add(held::subject_not_deleted(TABLE)).add(of_deleted_role().not());
    let (order, id) = (order(request.sort), Column::Id.as_column_ref());
    let mut found = order.page::<Entity, _>(conn, id, vec![way.clone()], shown, request).await?;
    if request.total {
        let hidden = held::subject_deleted(TABLE).add(of_deleted_role());
        let hidden = matches(filter, true).add(hidden);
        found.total = Some(held::count_but::<Entity>(conn, way, hidden).await?);
    }
    found.try_map(Assignment::try_from)
}

fn order(sort: TimeSort) -> Order<Model> {
    let time = Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at);
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "role assignments", keys: vec![time, id], descending: sort.is_descending() }
}

/// `named`: there are few of them without a look at the tenant.
fn matches(filter: &AssignmentFilter, named: bool) -> Condition {
    Condition::all()
        .add_option(filter.tenant.map(|tenant| held::of_tenant(Column::TenantId.into_expr(), tenant, named)))
        .add_option(filter.subject_kind.map(|kind| Column::SubjectKind.eq(kind.as_str())))
        .add_option(filter.subject.map(|subject| Column::SubjectId.eq(subject)))
        .add_option(filter.role.map(|role| Column::RoleId.eq(role)))
}
