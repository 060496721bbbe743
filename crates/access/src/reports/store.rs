//! The queries of reports.

use atoll_base::db::{Engine, in_ids, unindexed};
use atoll_base::{Moment, Page, PageRequest, Result};
use atoll_policy::Subject;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Order, Query, SelectStatement, UnionType};
use sea_orm::{Condition, ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::grants::{Held, Source};
use super::orphans::Orphan;
use crate::assignments::store::subject;
use crate::term::counting;
use crate::words::SubjectKind;

/// Which grants to read.
#[derive(Clone, Debug, Default)]
pub(super) struct Which {
    /// Of these subjects; none means of all.
    pub(super) subjects: Option<Vec<Subject>>,
    /// Of exactly this tenant; none means any.
    pub(super) within: Option<Uuid>,
    /// That count in this tenant: its own and those of the platform.
    pub(super) counting_in: Option<Option<Uuid>>,
    /// Of the blocks with these ids.
    pub(super) blocks: Option<SelectStatement>,
}

/// A page of the grants that count now, by subject and then as they were made.
pub(super) async fn grants(
    conn: &impl ConnectionTrait,
    which: &Which,
    now: Moment,
    page: PageRequest,
) -> Result<Page<Held>> {
    let engine = Engine::of(conn);
    let mut all = directly(engine, which, now);
    all.union(UnionType::All, by_role(engine, which, now));
    let count = Query::select()
        .expr_as(Func::count(Expr::value(1)), "total")
        .from_subquery(all.clone(), "grants")
        .to_owned();
    let total: i64 = match conn.query_one(&count).await? {
        Some(row) => row.try_get("", "total")?,
        None => 0,
    };
    let rows = Query::select()
        .columns(["id", "tenant_id", "subject_kind", "subject_id", "role_id", "block_id", "created_at"])
        .from_subquery(all, "grants")
        .order_by("subject_kind", Order::Asc)
        .order_by("subject_id", Order::Asc)
        .order_by("created_at", Order::Asc)
        .order_by("id", Order::Asc)
        .order_by("block_id", Order::Asc)
        .limit(page.limit)
        .offset(page.offset)
        .to_owned();
    let rows = conn.query_all(&rows).await?;
    let items = rows.iter().map(held).collect::<Result<_>>()?;
    Ok(Page { items, total: u64::try_from(total).unwrap_or_default() })
}

fn held(row: &QueryResult) -> Result<Held> {
    let id: Uuid = row.try_get("", "id")?;
    let kind: String = row.try_get("", "subject_kind")?;
    let role: Option<Uuid> = row.try_get("", "role_id")?;
    Ok(Held {
        source: match role {
            Some(role) => Source::Assignment { id, role },
            None => Source::DirectPolicy { id },
        },
        tenant: row.try_get("", "tenant_id")?,
        subject: subject(&kind, row.try_get("", "subject_id")?)?,
        block: row.try_get("", "block_id")?,
        since: Moment(row.try_get("", "created_at")?),
    })
}

const SUBJECT: [&str; 4] = ["id", "tenant_id", "subject_kind", "subject_id"];

fn directly(engine: Engine, which: &Which, now: Moment) -> SelectStatement {
    Query::select()
        .columns(SUBJECT.map(|column| ("direct_policies", column)))
        .expr_as(no_id(engine), "role_id")
        .columns([("direct_policies", "block_id"), ("direct_policies", "created_at")])
        .from("direct_policies")
        .cond_where(matches(engine, which, "direct_policies", "direct_policies"))
        .cond_where(counting("direct_policies", now))
        .to_owned()
}

fn by_role(engine: Engine, which: &Which, now: Moment) -> SelectStatement {
    Query::select()
        .columns(SUBJECT.map(|column| ("role_assignments", column)))
        .column(("role_assignments", "role_id"))
        .columns([("role_permission_blocks", "block_id"), ("role_assignments", "created_at")])
        .from("role_assignments")
        .inner_join("roles", Expr::col(("roles", "id")).equals(("role_assignments", "role_id")))
        .inner_join(
            "role_permission_blocks",
            Expr::col(("role_permission_blocks", "role_id")).equals(("roles", "id")),
        )
        .and_where(Expr::col(("roles", "deleted_at")).is_null())
        .cond_where(matches(engine, which, "role_assignments", "role_permission_blocks"))
        .cond_where(counting("role_assignments", now))
        .to_owned()
}

/// Null, of the type of ids: PostgreSQL wants to know in a union.
fn no_id(engine: Engine) -> Expr {
    match engine {
        Engine::Postgres => Expr::value(None::<Uuid>).cast_as(Alias::new("uuid")),
        Engine::Sqlite => Expr::value(None::<Uuid>),
    }
}

fn matches(engine: Engine, which: &Which, table: &'static str, blocks: &'static str) -> Condition {
    let mut all = Condition::all();
    if let Some(subjects) = &which.subjects {
        let of = |kind: SubjectKind| {
            let ids: Vec<Uuid> = subjects
                .iter()
                .filter(|subject| SubjectKind::from(**subject) == kind)
                .map(|subject| subject.id())
                .collect();
            Condition::all().add(Expr::col((table, "subject_kind")).eq(kind.as_str())).add(in_ids(
                engine,
                (table, "subject_id"),
                &ids,
            ))
        };
        all = all.add(Condition::any().add(of(SubjectKind::Entity)).add(of(SubjectKind::Group)));
    }
    // Subjects and blocks are what to find them by; a tenant may have a million grants.
    let of = unindexed(Expr::col((table, "tenant_id")));
    if let Some(tenant) = which.within {
        all = all.add(of.clone().eq(tenant));
    }
    if let Some(tenant) = which.counting_in {
        let counts = Condition::any().add(of.clone().is_null());
        all = all.add(counts.add_option(tenant.map(|tenant| of.eq(tenant))));
    }
    all.add_option(which.blocks.clone().map(|ids| Expr::col((blocks, "block_id")).in_subquery(ids)))
}

/// A page of the grants whose subject does not exist, newest first.
pub(super) async fn orphans(conn: &impl ConnectionTrait, page: PageRequest) -> Result<Vec<Orphan>> {
    let engine = Engine::of(conn);
    let mut all = orphaned("role_assignments");
    all.column("role_id").expr_as(no_id(engine), "block_id");
    let mut policies = orphaned("direct_policies");
    policies.expr_as(no_id(engine), "role_id").column("block_id");
    all.union(UnionType::All, policies);
    let rows = Query::select()
        .columns(SUBJECT)
        .columns(["role_id", "block_id", "created_at"])
        .from_subquery(all, "orphans")
        .order_by("created_at", Order::Desc)
        .order_by("id", Order::Desc)
        .limit(page.limit)
        .offset(page.offset)
        .to_owned();
    let rows = conn.query_all(&rows).await?;
    let read = |row: &QueryResult| {
        let kind: String = row.try_get("", "subject_kind")?;
        Ok(Orphan {
            id: row.try_get("", "id")?,
            tenant: row.try_get("", "tenant_id")?,
            subject: subject(&kind, row.try_get("", "subject_id")?)?,
            role: row.try_get("", "role_id")?,
            block: row.try_get("", "block_id")?,
            created_at: Moment(row.try_get("", "created_at")?),
        })
    };
    rows.iter().map(read).collect()
}

fn orphaned(table: &'static str) -> SelectStatement {
    let there = |subjects: &'static str| {
        let found = Query::select()
            .expr(Expr::value(1))
            .from(subjects)
            .and_where(Expr::col((subjects, "id")).equals((table, "subject_id")))
            .to_owned();
        Expr::exists(found)
    };
    let of = |kind: SubjectKind, subjects: &'static str| {
        Condition::all().add(Expr::col((table, "subject_kind")).eq(kind.as_str())).add(there(subjects).not())
    };
    Query::select()
        .columns(SUBJECT.map(|column| (table, column)))
        .column((table, "created_at"))
        .from(table)
        .cond_where(
            Condition::any().add(of(SubjectKind::Entity, "entities")).add(of(SubjectKind::Group, "groups")),
        )
        .to_owned()
}
