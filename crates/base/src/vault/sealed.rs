//! Columns that hold sealed values. Every room lists its own, so that all of them are found when the deployment key changes.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, IdenStatic, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, Value,
};

use crate::error::{Common, Result};

/// A sealed value and the key of its row.
pub struct SealedRow {
    /// The row.
    pub key: Value,
    /// The place that the value is bound to.
    pub place: String,
    /// The value.
    pub sealed: Vec<u8>,
}

/// A column of sealed values.
#[async_trait::async_trait]
pub trait SealedColumn: Send + Sync {
    /// Table and column.
    fn name(&self) -> (&'static str, &'static str);

    /// At most `most` rows after a key, in the order of their keys.
    async fn rows(
        &self,
        tx: &DatabaseTransaction,
        after: Option<&Value>,
        most: u64,
    ) -> Result<Vec<SealedRow>>;

    /// Puts another value in the place of what was read, unless somebody changed that meanwhile; whether it did.
    async fn replace(&self, tx: &DatabaseTransaction, row: &SealedRow, sealed: Vec<u8>) -> Result<bool>;
}

struct Of<E: EntityTrait> {
    key: E::Column,
    column: E::Column,
    names: (&'static str, &'static str),
    place: fn(&str) -> String,
}

/// A column of an entity. `place` says, for the text of a row's key, what its value is bound to.
pub fn sealed_column<E>(key: E::Column, column: E::Column, place: fn(&str) -> String) -> Box<dyn SealedColumn>
where
    E: EntityTrait,
    E::Model: Send + Sync,
    E::Column: Send + Sync,
{
    let names = (E::default().table_name(), column.as_str());
    Box::new(Of::<E> { key, column, names, place })
}

fn text(key: &Value) -> Option<String> {
    match key {
        Value::String(Some(text)) => Some(text.to_string()),
        Value::Uuid(Some(id)) => Some(id.to_string()),
        _ => None,
    }
}

#[async_trait::async_trait]
impl<E> SealedColumn for Of<E>
where
    E: EntityTrait,
    E::Model: Send + Sync,
    E::Column: Send + Sync,
{
    fn name(&self) -> (&'static str, &'static str) {
        self.names
    }

    async fn rows(
        &self,
        tx: &DatabaseTransaction,
        after: Option<&Value>,
        most: u64,
    ) -> Result<Vec<SealedRow>> {
        let mut query = E::find().filter(self.column.is_not_null()).order_by_asc(self.key).limit(most);
        if let Some(after) = after {
            query = query.filter(self.key.gt(after.clone()));
        }
        let mut rows = Vec::new();
        for model in query.all(tx).await? {
            let key = model.get(self.key);
            let text = text(&key).ok_or_else(|| Common::bug("a sealed row has a key of an unknown form"))?;
            if let Value::Bytes(Some(sealed)) = model.get(self.column) {
                rows.push(SealedRow { key, place: (self.place)(&text), sealed });
            }
        }
        Ok(rows)
    }

    async fn replace(&self, tx: &DatabaseTransaction, row: &SealedRow, sealed: Vec<u8>) -> Result<bool> {
        let done = E::update_many()
            .col_expr(self.column, Expr::value(sealed))
            .filter(self.key.eq(row.key.clone()))
            .filter(Expr::col(self.column).eq(Expr::value(row.sealed.clone())))
            .exec(tx)
            .await?;
        Ok(done.rows_affected > 0)
    }
}

#[cfg(feature = "testing")]
/// The names of all columns of a table, as the store knows them: for the test that no sealed column is forgotten.
pub async fn columns_named_sealed(conn: &impl sea_orm::ConnectionTrait) -> Result<Vec<(String, String)>> {
    let sql = match crate::db::Engine::of(conn) {
        crate::db::Engine::Postgres => {
            "SELECT table_name AS t, column_name AS c FROM information_schema.columns \
             WHERE table_schema = current_schema() AND column_name LIKE '%sealed%' ORDER BY 1, 2"
        }
        crate::db::Engine::Sqlite => {
            "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND p.name LIKE '%sealed%' ORDER BY 1, 2"
        }
    };
    let statement = sea_orm::Statement::from_string(conn.get_database_backend(), sql);
    let rows = conn.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok((row.try_get("", "t")?, row.try_get("", "c")?))).collect()
}
