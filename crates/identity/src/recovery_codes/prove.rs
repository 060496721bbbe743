//! Proving who one is by a recovery code.

use atoll_base::ctx::{Allowed, Ctx, Tx};
use atoll_base::{Result, Secret};
use uuid::Uuid;

use super::model::{self, RecoveryCode};
use super::store;
use crate::credentials::token::same;

/// The code, if it is one that the entity has not used.
pub(crate) async fn prove(ctx: &Ctx, entity: Uuid, code: &Secret<String>) -> Result<Option<RecoveryCode>> {
    let verifier = model::verifier(ctx.ground(), entity, code.reveal());
    let unused = store::unused(&ctx.reader(), entity).await?;
    Ok(unused.into_iter().find(|one| same(&one.verifier, &verifier)))
}

impl RecoveryCode {
    /// Uses it up; whether nobody was faster.
    pub(crate) async fn take(&self, tx: &Tx, allowed: &Allowed<'_, RecoveryCode>) -> Result<bool> {
        store::take(tx, allowed, self.id).await
    }
}
