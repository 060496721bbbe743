//! Where the facts of the policy world come from: each room answers for its own tables.

use std::sync::Arc;

use atoll_policy::{Fact, FactKey, Loader};
use sea_orm::DatabaseTransaction;

use crate::error::Result;

/// A room's facts.
#[async_trait::async_trait]
pub trait Source: Send + Sync {
    /// Every fact of this room's tables, handed to `sink` as they are read.
    async fn load(&self, tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()>;

    /// One fact as the transaction sees it: `None` when this room does not answer for such facts or there is none.
    /// This is how rooms ask about each other's objects inside a transaction. Soft-deleted objects are facts too.
    async fn find(&self, tx: &DatabaseTransaction, key: &FactKey) -> Result<Option<Fact>>;
}

/// All rooms' sources.
#[derive(Clone, Default)]
pub struct Sources(Vec<Arc<dyn Source>>);

impl Sources {
    /// These sources.
    pub fn new(sources: Vec<Arc<dyn Source>>) -> Self {
        Sources(sources)
    }

    pub(crate) async fn load(&self, tx: &DatabaseTransaction, loader: &mut Loader) -> Result<()> {
        for source in &self.0 {
            source.load(tx, &mut |fact| loader.take(fact)).await?;
        }
        Ok(())
    }

    pub(crate) async fn find(&self, tx: &DatabaseTransaction, key: &FactKey) -> Result<Option<Fact>> {
        for source in &self.0 {
            if let Some(fact) = source.find(tx, key).await? {
                return Ok(Some(fact));
            }
        }
        Ok(None)
    }
}
