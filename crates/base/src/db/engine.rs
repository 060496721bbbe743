//! The few places where the two engines need different SQL.

use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoColumnRef, LikeExpr, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use uuid::Uuid;

/// The database engine behind a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server shared by replicas.
    Postgres,
}

impl Engine {
    /// The engine of a connection or transaction.
    pub fn of(conn: &impl ConnectionTrait) -> Engine {
        match conn.get_database_backend() {
            DbBackend::Postgres => Engine::Postgres,
            _ => Engine::Sqlite,
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

/// `column` is one of `ids`, however many those are: one bound value on either engine, so that no limit on the number
/// of parameters applies.
pub fn in_ids(engine: Engine, column: impl IntoColumnRef, ids: &[Uuid]) -> SimpleExpr {
    one_of(engine, Expr::col(column), ids)
}

/// `value` is one of `ids`, however many those are.
pub fn one_of(engine: Engine, value: SimpleExpr, ids: &[Uuid]) -> SimpleExpr {
    match engine {
        Engine::Postgres => value.eq(PgFunc::any(Expr::value(ids.to_vec()))),
        Engine::Sqlite => {
            let hex: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
            let list = serde_json::Value::from(hex).to_string();
            value.in_subquery(
                sea_orm::sea_query::Query::select()
                    .expr(Expr::cust("unhex(value)"))
                    .from_function(sea_orm::sea_query::Func::cust("json_each").arg(Expr::value(list)), "ids")
                    .to_owned(),
            )
        }
    }
}

/// The same value, as one that no index is used for: what is said about it is tested row by row.
pub fn unindexed(value: SimpleExpr) -> SimpleExpr {
    Func::coalesce([value.clone(), value]).into()
}

/// A number for a ledger head written in this transaction, such that "everything committed after I looked" is
/// `tick >= mark` for the `mark` of [`ledger_mark`]. PostgreSQL: the transaction id; SQLite, where writers take turns:
/// a counter.
pub(crate) async fn ledger_tick(conn: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let sql = match Engine::of(conn) {
        Engine::Postgres => "SELECT pg_current_xact_id()::text::bigint AS tick",
        Engine::Sqlite => "SELECT COALESCE(MAX(tick), 0) + 1 AS tick FROM ledger_heads",
    };
    number(conn, sql).await
}

/// The lowest tick that a transaction not yet visible may still bring.
pub(crate) async fn ledger_mark(conn: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let sql = match Engine::of(conn) {
        Engine::Postgres => "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS tick",
        Engine::Sqlite => "SELECT COALESCE(MAX(tick), 0) + 1 AS tick FROM ledger_heads",
    };
    number(conn, sql).await
}

async fn number(conn: &impl ConnectionTrait, sql: &str) -> Result<i64, DbErr> {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let row = conn.query_one_raw(statement).await?;
    row.ok_or(DbErr::RecordNotFound("tick".to_owned()))?.try_get("", "tick")
}

/// Any of `columns`, read as text, contains `needle`; case does not matter, and `%` and `_` mean themselves.
pub fn contains_text(columns: impl IntoIterator<Item = SimpleExpr>, needle: &str) -> SimpleExpr {
    let escaped = needle.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = LikeExpr::new(format!("%{escaped}%")).escape('\\');
    columns
        .into_iter()
        .map(|column| Func::lower(column.cast_as("text")).like(pattern.clone()))
        .reduce(|any, one| any.or(one))
        .unwrap_or_else(|| Expr::value(false))
}
