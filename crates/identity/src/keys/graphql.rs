//! The GraphQL door of signing keys.

use async_graphql::{Context, Enum, Object, SimpleObject};
use atoll_base::Result;
use atoll_base::door::graphql as door;
use atoll_base::vault::Vault;

use super::model::ALGORITHM;
use super::{list, rotate};
use crate::identity;

/// How private keys are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case")]
pub enum SigningKeyStorageMode {
    /// Sealed with the deployment key.
    Encrypted,
    /// As they are; never by this version.
    Plaintext,
}

/// A signing key; never the key itself.
#[derive(SimpleObject)]
#[graphql(name = "SigningKey")]
pub struct SigningKeyView {
    kid: String,
    /// `primary`, `standby` or `retired`.
    status: String,
    algorithm: String,
    created_at: String,
    storage_mode: SigningKeyStorageMode,
    /// The deployment key that its private half is sealed with.
    key_encryption_key_id: Option<String>,
}

/// Queries about signing keys.
#[derive(Default)]
pub struct KeyQuery;

#[Object]
impl KeyQuery {
    /// Every signing key, newest first.
    async fn signing_keys(&self, door: &Context<'_>) -> Result<Vec<SigningKeyView>> {
        let ctx = door::ctx(door)?;
        let now = ctx.now();
        let keys = list(ctx).await?;
        Ok(keys
            .into_iter()
            .map(|key| SigningKeyView {
                status: key.state(now).as_str().to_owned(),
                algorithm: ALGORITHM.to_owned(),
                created_at: key.created_at.rfc3339(),
                storage_mode: SigningKeyStorageMode::Encrypted,
                key_encryption_key_id: Vault::key_id_of(&key.sealed_private_key),
                kid: key.kid,
            })
            .collect())
    }
}

/// Changes of signing keys.
#[derive(Default)]
pub struct KeyMutation;

#[Object]
impl KeyMutation {
    /// Makes a new key that signs from now on. Tokens signed before stay good for as long as they live.
    async fn rotate_signing_keys(&self, door: &Context<'_>) -> Result<bool> {
        rotate(door::ctx(door)?, identity::of(door)?.keys()).await?;
        Ok(true)
    }
}
