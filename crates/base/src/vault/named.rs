//! Long-lived keys of the house, each for one purpose: random, sealed in the store, the same for all replicas.

use std::collections::HashMap;

use aws_lc_rs::hmac;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, EntityTrait};

use super::Vault;
use super::sealed::{SealedColumn, sealed_column};
use crate::chance::{self, Chance};
use crate::db::Db;
use crate::error::Result;
use crate::time::Moment;

/// `vault_keys`.
pub(crate) mod table {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "vault_keys")]
    pub struct Model {
        /// What it is for.
        #[sea_orm(primary_key, auto_increment = false)]
        pub purpose: String,
        /// The key, sealed.
        pub sealed: Vec<u8>,
        /// When it was made.
        pub created_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The keyed hashes of the house. Loaded once at start; opening them also proves that the deployment key is the right
/// one for this store.
pub struct NamedKeys {
    keys: HashMap<&'static str, hmac::Key>,
}

/// Verifiers of access tokens, one-time codes and the like.
const TOKEN_VERIFIER: &str = "token_verifier";

impl NamedKeys {
    /// Loads the keys, making those that are missing. Of two replicas that make one at the same time one wins.
    pub async fn load(db: &Db, vault: &Vault, now: Moment, chance: &dyn Chance) -> Result<NamedKeys> {
        let mut keys = HashMap::new();
        for purpose in [TOKEN_VERIFIER] {
            let key = match table::Entity::find_by_id(purpose).one(db.reader()).await? {
                Some(row) => vault.open(&place(purpose), &row.sealed)?,
                None => make(db, vault, purpose, now, chance).await?,
            };
            keys.insert(purpose, hmac::Key::new(hmac::HMAC_SHA256, key.reveal()));
        }
        Ok(NamedKeys { keys })
    }

    /// Whether the store holds any, so that the deployment key they are sealed with must exist.
    pub async fn exist(db: &Db) -> Result<bool> {
        Ok(table::Entity::find().one(db.reader()).await?.is_some())
    }

    /// HMAC-SHA256 of a random token: what the store keeps instead of the token.
    pub fn token_verifier(&self, token: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.keys[TOKEN_VERIFIER], token);
        let mut verifier = [0; 32];
        verifier.copy_from_slice(tag.as_ref());
        verifier
    }
}

async fn make(
    db: &Db,
    vault: &Vault,
    purpose: &'static str,
    now: Moment,
    chance: &dyn Chance,
) -> Result<crate::secret::Secret<Vec<u8>>> {
    let row = table::ActiveModel {
        purpose: ActiveValue::Set(purpose.to_owned()),
        sealed: ActiveValue::Set(vault.seal(&place(purpose), &chance::bytes::<32>(chance))),
        created_at: ActiveValue::Set(now.0),
    };
    table::Entity::insert(row)
        .on_conflict(OnConflict::column(table::Column::Purpose).do_nothing().to_owned())
        .exec_without_returning(db.writer())
        .await?;
    let row = table::Entity::find_by_id(purpose).one(db.writer()).await?;
    let row = row.ok_or_else(|| crate::error::Common::bug("a vault key vanished"))?;
    Ok(vault.open(&place(purpose), &row.sealed)?)
}

/// The sealed column of these keys.
pub fn sealed() -> Vec<Box<dyn SealedColumn>> {
    vec![sealed_column::<table::Entity>(table::Column::Purpose, table::Column::Sealed, place)]
}

fn place(purpose: &str) -> String {
    format!("vault_key:{purpose}")
}
