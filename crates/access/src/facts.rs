//! This room's facts.

use atoll_base::Result;
use atoll_base::decisions::Source;
use atoll_policy::{Fact, FactKey};
use sea_orm::DatabaseTransaction;

/// The facts of this room's tables.
#[derive(Debug, Default)]
pub struct AccessFacts;

#[async_trait::async_trait]
impl Source for AccessFacts {
    async fn load(&self, _tx: &DatabaseTransaction, _sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
        Ok(())
    }

    async fn find(&self, _tx: &DatabaseTransaction, _key: &FactKey) -> Result<Option<Fact>> {
        Ok(None)
    }
}
