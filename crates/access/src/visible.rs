//! Carrying out, in SQL, the filter that a decision gives for a list.

use atoll_base::ctx::Visibility;
use atoll_base::db::{Engine, in_ids};
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

/// The rows that pass: those that any of the filters lets pass, in tenants that are active.
pub fn condition<C>(conn: &impl ConnectionTrait, visibility: &Visibility, columns: &Columns<C>) -> Condition
where
    C: ColumnTrait,
{
    let filters = match visibility {
        Visibility::Everything => return Condition::all(),
        Visibility::Any(filters) => filters,
    };
    let sql = Sql { engine: Engine::of(conn), columns };
    let mut any = Condition::any();
    for filter in filters.iter().filter(|filter| !filter.is_nothing()) {
        any = any.add(sql.filter(filter));
    }
    if any.is_empty() {
        return Condition::all().add(Expr::value(false));
    }
    Condition::all().add(any).add(sql.in_active_tenant())
}

/// The rows of a kind that any of the scopes covers.
pub(crate) fn covered<C: ColumnTrait>(
    conn: &impl ConnectionTrait,
    kind: ObjectKind,
    scopes: &[VisibleScope],
    columns: &Columns<C>,
) -> Condition {
    Sql { engine: Engine::of(conn), columns }.any_of(kind, scopes)
}

struct Sql<'c, C> {
    engine: Engine,
    columns: &'c Columns<C>,
}

impl<C: ColumnTrait> Sql<'_, C> {
    fn filter(&self, filter: &Visible) -> Condition {
        let mut all = Condition::all().add(self.any_of(filter.kind, &filter.allow));
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

    fn scope(&self, kind: ObjectKind, scope: &VisibleScope) -> Condition {
        let (which, within) = match scope {
            VisibleScope::Everything { within } => (Condition::all().add(Expr::value(true)), within),
            VisibleScope::Type { sub, within } => (Condition::all().add(self.of_sub_kind(sub)), within),
            VisibleScope::Objects { ids, within } => {
                (Condition::all().add(in_ids(self.engine, self.columns.id.as_column_ref(), ids)), within)
            }
            VisibleScope::PlacedIn { groups, sub, within } => {
                let placed = self.columns.id.in_subquery(self.placed_in(kind, groups));
                (Condition::all().add(placed).add(self.of_sub_kind(sub)), within)
            }
            VisibleScope::ChildrenOf { groups, within } => {
                let child = match self.columns.parent {
                    // Never unknown either: groups at the top have no parent.
                    Some(parent) => Condition::all().add(parent.is_not_null()).add(in_ids(
                        self.engine,
                        parent.as_column_ref(),
                        groups,
                    )),
                    None => Condition::all().add(Expr::value(false)),
                };
                (child, within)
            }
        };
        match within {
            // Never unknown: a deny within a tenant must leave alone what belongs to none.
            Some(tenant) => which.add(self.columns.tenant.is_not_null()).add(self.columns.tenant.eq(*tenant)),
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

    /// Objects of the platform, and those whose tenant is active.
    fn in_active_tenant(&self) -> Condition {
        let active = Query::select()
            .column("id")
            .from("tenants")
            .and_where(Expr::col("status").eq("active"))
            .to_owned();
        Condition::any().add(self.columns.tenant.is_null()).add(self.columns.tenant.in_subquery(active))
    }
}
