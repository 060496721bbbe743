//! The GraphQL door of shared keys.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, Result, Secret, fields};

use super::{NewSharedKey, create, reveal};
use crate::credentials::Credential;

/// A shared key, with its text.
#[derive(SimpleObject)]
pub struct SharedKeyResponse {
    credential_id: ID,
    key: String,
    expires_at: Option<String>,
}

impl SharedKeyResponse {
    fn of(credential: &Credential, text: &Secret<String>) -> SharedKeyResponse {
        SharedKeyResponse {
            credential_id: door::show(credential.id),
            key: text.reveal().clone(),
            expires_at: credential.expires_at.map(Moment::rfc3339),
        }
    }
}

/// A new shared key.
#[derive(InputObject)]
pub struct CreateSharedKeyInput {
    /// Never, when left out.
    expires_at: Option<String>,
    description: Option<String>,
    /// The key, if you bring one: at least 16 characters that cannot be guessed. Made when left out.
    key: Option<String>,
}

/// Changes of shared keys.
#[derive(Default)]
pub struct SharedKeyMutation;

#[Object]
impl SharedKeyMutation {
    /// Gives a device, service, workload or application a shared key, with which it can sign in.
    async fn create_shared_key(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        input: CreateSharedKeyInput,
    ) -> Result<SharedKeyResponse> {
        let new = NewSharedKey {
            description: fields::description(input.description.as_deref())?,
            expires_at: door::moment("expiresAt", input.expires_at.as_deref())?,
            key: input.key.map(Secret::new),
        };
        let (credential, key) = create(door::ctx(door)?, door::id("entityId", &entity_id)?, new).await?;
        Ok(SharedKeyResponse::of(&credential, key.secret()))
    }

    /// Shows a shared key again; that you saw it is in the audit log.
    async fn reveal_shared_key(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        credential_id: ID,
    ) -> Result<SharedKeyResponse> {
        let (entity, id) = (door::id("entityId", &entity_id)?, door::id("credentialId", &credential_id)?);
        let (credential, text) = reveal(door::ctx(door)?, entity, id).await?;
        Ok(SharedKeyResponse::of(&credential, &text))
    }
}
