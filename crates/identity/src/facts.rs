//! What decisions know from this room: tenants, entities, memberships, credentials.

use atoll_base::Result;
use atoll_base::decisions::Source;
use atoll_policy::{Fact, FactKey};
use sea_orm::DatabaseTransaction;

use crate::{credentials, endpoints, entities, memberships, tenants};

/// This room's facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdentityFacts;

#[async_trait::async_trait]
impl Source for IdentityFacts {
    async fn load(&self, tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
        tenants::store::facts(tx, sink).await?;
        entities::store::facts(tx, sink).await?;
        memberships::store::facts(tx, sink).await?;
        credentials::store::facts(tx, sink).await?;
        endpoints::store::facts(tx, sink).await
    }

    async fn find(&self, tx: &DatabaseTransaction, key: &FactKey) -> Result<Option<Fact>> {
        match *key {
            FactKey::Tenant { id } => Ok(tenants::store::find_any(tx, id).await?.map(|tenant| tenant.fact())),
            FactKey::Entity { id } => {
                Ok(entities::store::find_any(tx, id).await?.map(|entity| entity.fact()))
            }
            FactKey::Membership { tenant, entity } => {
                let found = memberships::store::find(tx, tenant, entity).await?;
                Ok(found.map(|membership| membership.fact()))
            }
            FactKey::Credential { id } => {
                let Some(credential) = credentials::store::find(tx, id).await? else { return Ok(None) };
                let owner = entities::store::find_any(tx, credential.entity).await?;
                Ok(Some(credential.fact(owner.and_then(|owner| owner.tenant))))
            }
            FactKey::ApiEndpoint { id } => {
                Ok(endpoints::store::find(tx, id).await?.map(|endpoint| endpoint.fact()))
            }
            _ => Ok(None),
        }
    }
}
