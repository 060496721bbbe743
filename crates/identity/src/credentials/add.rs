//! Adding credentials, and keeping them with their entity.

use atoll_base::ctx::{Allowed, CredentialKind, Tx};
use atoll_base::{Common, Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::model::Credential;
use super::store;
use crate::entities::Entity;

/// Adds a credential to an entity.
pub(crate) async fn add(
    tx: &mut Tx,
    allowed: &Allowed<'_, Credential>,
    entity: &Entity,
    credential: Credential,
) -> Result<()> {
    debug_assert_eq!(credential.entity, entity.id);
    store::insert(tx, allowed, &credential).await?;
    let target = match credential.kind {
        CredentialKind::SharedKey => ("entity", entity.id),
        _ => ("credential", credential.id),
    };
    let mut event = Event::new("credential.create")
        .of(entity.tenant)
        .on(target.0, target.1)
        .detail("entity_id", entity.id.to_string())
        .detail("kind", credential.kind.as_str())
        .after(credential.state())
        .change(Change::Put(credential.fact(entity.tenant)));
    if credential.kind == CredentialKind::SharedKey {
        event = event.detail("credential_id", credential.id.to_string());
    }
    if credential.kind == CredentialKind::AccessToken {
        let delegated = tx.ctx().caller().entity_id() != Some(entity.id);
        event = event
            .detail("credential_id", credential.id.to_string())
            .detail("scoped", credential.scoped)
            .detail("delegated", delegated)
            .detail("name", credential.shown_name());
    }
    tx.record(allowed, event);
    Ok(())
}

/// Tells decisions where the credentials of an entity belong after it moved.
pub(crate) async fn follow_entity(
    tx: &mut Tx,
    allowed: &Allowed<'_, Credential>,
    entity: &Entity,
) -> Result<()> {
    let credentials = store::of_entity(tx.conn(), entity.id).await?;
    if credentials.is_empty() {
        return Ok(());
    }
    let changes = credentials.iter().map(|credential| Change::Put(credential.fact(entity.tenant)));
    let event = Event::new("credential.move").on("entity", entity.id).changes(changes);
    tx.record(allowed, event);
    Ok(())
}

/// A person never has, and never had, a shared key: an entity with one does not become a person.
pub(crate) async fn refuse_shared_keys(tx: &Tx, entity: Uuid) -> Result<()> {
    match store::ever_had(tx.conn(), entity, CredentialKind::SharedKey).await? {
        true => Err(Common::InvalidValue.into()),
        false => Ok(()),
    }
}
