//! What becomes of an address with its owner, and telling the owner something.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use atoll_outbound::mail::{self, Letter, Template};

use super::model::Email;
use super::store;
use crate::entities::Entity;

/// Frees the address of an entity that is deleted.
pub(crate) async fn bury(tx: &Tx, allowed: &Allowed<'_, Email>, entity: &Entity) -> Result<()> {
    match store::of(tx.conn(), entity.id).await? {
        Some(email) => store::set_deleted(tx, allowed, email.id, true).await,
        None => Ok(()),
    }
}

/// Gives an entity that comes back its address; a conflict when somebody else has it by now.
pub(crate) async fn bring_back(tx: &Tx, allowed: &Allowed<'_, Email>, entity: &Entity) -> Result<()> {
    match store::any_of(tx.conn(), entity.id).await? {
        Some(email) if email.deleted_at.is_some() => store::set_deleted(tx, allowed, email.id, false).await,
        _ => Ok(()),
    }
}

/// Tells the owner of an account that its password was changed, at the address they have proved to be theirs.
pub(crate) async fn tell(tx: &Tx, entity: &Entity) -> Result<()> {
    match store::of(tx.conn(), entity.id).await? {
        Some(email) if email.is_verified() => {
            let letter = Letter::new(Template::PasswordChanged, email.address).with("name", &entity.name);
            mail::enqueue(tx, &letter).await
        }
        _ => Ok(()),
    }
}
