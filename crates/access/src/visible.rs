//! Carrying out, in SQL, the filter that a decision gives for a list.
//!
//! A list is read by following [`ways`]: conditions that an index can follow in the order of the list, or that lead to few
//! rows. One `WHERE` of everything that may be seen ([`condition`]) would make a store read whole tables for whoever may
//! see little; it is for counting, and for those who may see so many different things that following each would cost more.

use atoll_base::ctx::Visibility;
use atoll_base::db::{Engine, in_ids, one_of, unindexed};
use atoll_policy::{ObjectKind, Visible, VisibleScope};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};
use uuid::Uuid;

/// The columns of the listed table that a filter needs.
#[derive(Clone, Copy, Debug)]
pub struct Columns<C> {
    /// Id of the object.
    pub id: C,
    /// Tenant it belongs to; for tenants, the id.
    pub tenant: C,
    /// Sub-kind (`device`, `channel`), where the kind has any.
    pub sub_kind: Option<C>,
    /// Parent group, for groups.
    pub parent: Option<C>,
}

/// The most ways that are followed one by one.
const MOST_WAYS: usize = 40;
/// The most objects that are looked up by id for one page.
const MOST_IDS: usize = 5000;

/// Conditions of which each row that may be seen, and is of the tenant where one is asked for, fulfils at least one, and no
/// other row any.
pub fn ways<C: ColumnTrait>(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    columns: &Columns<C>,
    tenant: Option<Uuid>,
) -> Vec<Condition> {
    let of_tenant = Condition::all().add_option(tenant.map(|tenant| columns.tenant.eq(tenant)));
    let (filters, world) = match visibility {
        Visibility::Everything => return vec![of_tenant],
        Visibility::Any { filters, world, .. } => (filters, world),
    };
    let sql = Sql { engine: Engine::of(conn), columns, indexed: true };
    let (mut ways, mut ids) = (Vec::new(), Vec::new());
    for filter in filters.iter().filter(|filter| !filter.is_nothing()) {
        let Some(named) = filter.named(world, MOST_IDS) else {
            return vec![sql.walk(filters).add(of_tenant)];
        };
        ids.extend(named);
        if !filter.is_narrow() {
            let wide = filter.allow.iter().filter(|scope| scope.is_wide());
            ways.extend(wide.map(|scope| sql.way(filter, scope)));
        }
    }
    if ways.len() > MOST_WAYS {
        return vec![sql.walk(filters).add(of_tenant)];
    }
    let within = |way: Condition| way.add(of_tenant.clone()).add(sql.in_active_tenant());
    let mut ways: Vec<_> = ways.into_iter().map(within).collect();
    if !ids.is_empty() {
        // Of these the engine knows already that their tenants are active.
        let way = Condition::all().add(in_ids(sql.engine, columns.id.as_column_ref(), &ids));
        // And the ids are what to look up, not the tenant.
        let tenant = tenant.map(|tenant| unindexed(Expr::col(columns.tenant.as_column_ref())).eq(tenant));
        ways.push(way.add_option(tenant));
    }
    ways
}

/// The rows that pass: those that any of the filters lets pass, in tenants that are active.
pub fn condition<C>(conn: &impl ConnectionTrait, visibility: &Visibility, columns: &Columns<C>) -> Condition
where
    C: ColumnTrait,
{
    match visibility {
        Visibility::Everything => Condition::all(),
        Visibility::Any { filters, .. } => {
            Sql { engine: Engine::of(conn), columns, indexed: true }.passing(filters)
        }
    }
}

/// The rows of a kind that any of the scopes covers.
pub(crate) fn covered<C: ColumnTrait>(
    conn: &impl ConnectionTrait,
    kind: ObjectKind,
    scopes: &[VisibleScope],
    columns: &Columns<C>,
) -> Condition {
    Sql { engine: Engine::of(conn), columns, indexed: true }.any_of(kind, scopes)
}

struct Sql<'c, C> {
    engine: Engine,
    columns: &'c Columns<C>,
    /// Whether the store may look up rows by what is said about them, or goes through them in the order of the list.
    indexed: bool,
}

impl<C: ColumnTrait> Sql<'_, C> {
    /// The rows that pass, in the order of the list, looking at each.
    fn walk(&self, filters: &[Visible]) -> Condition {
        Sql { indexed: false, ..*self }.passing(filters)
    }

    fn passing(&self, filters: &[Visible]) -> Condition {
        let mut any = Condition::any();
        for filter in filters.iter().filter(|filter| !filter.is_nothing()) {
            any = any.add(self.within(filter).add(self.any_of(filter.kind, &filter.allow)));
        }
        if any.is_empty() {
            return Condition::all().add(Expr::value(false));
        }
        Condition::all().add(any).add(self.in_active_tenant())
    }

    /// What one scope of the filter lets pass.
    fn way(&self, filter: &Visible, scope: &VisibleScope) -> Condition {
        Sql { indexed: false, ..*self }.within(filter).add(self.scope(filter.kind, scope))
    }

    /// What the filter asks besides that something allows.
    fn within(&self, filter: &Visible) -> Condition {
        let mut all = Condition::all();
        if let (Some(types), Some(sub_kind)) = (&filter.types, self.columns.sub_kind) {
            all = all.add(sub_kind.is_in(types.iter().map(|sub| sub.to_string())));
        }
        if !filter.deny.is_empty() {
            all = all.add(self.any_of(filter.kind, &filter.deny).not());
        }
        if let Some(ceiling) = &filter.ceiling {
            all = all.add(self.any_of(filter.kind, ceiling));
        }
        all
    }

    fn any_of(&self, kind: ObjectKind, scopes: &[VisibleScope]) -> Condition {
        scopes
            .iter()
            .fold(Condition::any().add(Expr::value(false)), |any, scope| any.add(self.scope(kind, scope)))
    }

    fn column(&self, column: C) -> Expr {
        let column = Expr::col(column.as_column_ref());
        if self.indexed { column } else { unindexed(column) }
    }

    fn scope(&self, kind: ObjectKind, scope: &VisibleScope) -> Condition {
        let (which, within) = match scope {
            VisibleScope::Everything { within } => (Condition::all(), within),
            VisibleScope::Type { sub, within } => (Condition::all().add(self.of_sub_kind(sub)), within),
            VisibleScope::Objects { ids, within } => {
                (Condition::all().add(one_of(self.engine, self.column(self.columns.id), ids)), within)
            }
            VisibleScope::PlacedIn { groups, sub, within } => {
                let placed = self.column(self.columns.id).in_subquery(self.placed_in(kind, groups));
                (Condition::all().add(placed).add(self.of_sub_kind(sub)), within)
            }
            VisibleScope::ChildrenOf { groups, within } => {
                let child = match self.columns.parent {
                    // Never unknown either: groups at the top have no parent.
                    Some(parent) => Condition::all().add(parent.is_not_null()).add(one_of(
                        self.engine,
                        self.column(parent),
                        groups,
                    )),
                    None => Condition::all().add(Expr::value(false)),
                };
                (child, within)
            }
        };
        match within {
            // Never unknown: a deny within a tenant must leave alone what belongs to none.
            Some(tenant) => {
                which.add(self.columns.tenant.is_not_null()).add(self.column(self.columns.tenant).eq(*tenant))
            }
            None if which.is_empty() => which.add(Expr::value(true)),
            None => which,
        }
    }

    fn of_sub_kind(&self, sub: &str) -> Expr {
        self.columns.sub_kind.map_or(Expr::value(false), |column| column.eq(sub))
    }

    fn placed_in(&self, kind: ObjectKind, groups: &[Uuid]) -> SelectStatement {
        use crate::groups::placement::Column;
        Query::select()
            .column(Column::ObjectId)
            .from("placements")
            .and_where(Expr::col(Column::ObjectKind).eq(kind.as_str()))
            .and_where(in_ids(self.engine, Column::GroupId.into_column_ref(), groups))
            .to_owned()
    }

    /// Objects of the platform, and those whose tenant is active. Looked up for each row, because there may be many tenants
    /// and a page has few rows.
    fn in_active_tenant(&self) -> Condition {
        let active = Query::select()
            .expr(Expr::value(1))
            .from_as("tenants", "home")
            .and_where(Expr::col(("home", "id")).eq(Expr::col(self.columns.tenant.as_column_ref())))
            .and_where(Expr::col(("home", "status")).eq("active"))
            .to_owned();
        Condition::any().add(self.columns.tenant.is_null()).add(Expr::exists(active))
    }
}
