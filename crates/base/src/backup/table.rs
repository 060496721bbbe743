//! A table as backups see it.

use std::marker::PhantomData;

use futures::TryStreamExt;
use sea_orm::{ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Common, Result};

/// A table that is part of every backup. Rooms list theirs, those referred to before those that refer.
#[async_trait::async_trait]
pub trait Table: Send + Sync {
    /// Its name in the store.
    fn name(&self) -> &'static str;

    /// Hands every row to `sink`.
    async fn read(
        &self,
        tx: &DatabaseTransaction,
        sink: &mut (dyn FnMut(Value) -> Result<()> + Send),
    ) -> Result<()>;

    /// Inserts rows.
    async fn write(&self, tx: &DatabaseTransaction, rows: Vec<Value>) -> Result<()>;

    /// How many rows there are.
    async fn count(&self, tx: &DatabaseTransaction) -> Result<u64>;
}

struct Of<E> {
    name: &'static str,
    entity: PhantomData<fn(E)>,
    normal: fn(&mut Value),
}

/// The table of an entity.
pub fn of<E>(name: &'static str) -> Box<dyn Table>
where
    E: EntityTrait,
    E::Model: Serialize + DeserializeOwned + IntoActiveModel<E::ActiveModel> + Send + Sync,
    E::ActiveModel: Send,
{
    normalised::<E>(name, |_| {})
}

/// The table of an entity, some of whose columns mean something in their own store only: `normal` clears them.
pub(crate) fn normalised<E>(name: &'static str, normal: fn(&mut Value)) -> Box<dyn Table>
where
    E: EntityTrait,
    E::Model: Serialize + DeserializeOwned + IntoActiveModel<E::ActiveModel> + Send + Sync,
    E::ActiveModel: Send,
{
    debug_assert_eq!(E::default().table_name(), name);
    Box::new(Of::<E> { name, entity: PhantomData, normal })
}

#[async_trait::async_trait]
impl<E> Table for Of<E>
where
    E: EntityTrait,
    E::Model: Serialize + DeserializeOwned + IntoActiveModel<E::ActiveModel> + Send + Sync,
    E::ActiveModel: Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    async fn read(
        &self,
        tx: &DatabaseTransaction,
        sink: &mut (dyn FnMut(Value) -> Result<()> + Send),
    ) -> Result<()> {
        let mut rows = E::find().stream(tx).await?;
        while let Some(model) = rows.try_next().await? {
            let mut row = serde_json::to_value(&model).map_err(Common::bug)?;
            (self.normal)(&mut row);
            sink(row)?;
        }
        Ok(())
    }

    async fn write(&self, tx: &DatabaseTransaction, rows: Vec<Value>) -> Result<()> {
        let mut models = Vec::with_capacity(rows.len());
        for row in rows {
            let model: E::Model = serde_json::from_value(row).map_err(|why| {
                Common::Invalid(format!("the backup's table {} is not readable: {why}", self.name))
            })?;
            models.push(model.into_active_model().reset_all());
        }
        E::insert_many(models).exec_without_returning(tx).await?;
        Ok(())
    }

    async fn count(&self, tx: &DatabaseTransaction) -> Result<u64> {
        Ok(E::find().count(tx).await?)
    }
}
