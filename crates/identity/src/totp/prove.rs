//! Proving who one is by a code.

use atoll_base::ctx::{Allowed, Ctx, Tx};
use atoll_base::{Result, Secret};
use uuid::Uuid;

use super::model::Totp;
use super::store;

/// A code that is right, and has to be taken in the transaction that it is for.
pub(crate) struct Code {
    totp: Uuid,
    step: i64,
}

/// The code, if it is one of the entity's app.
pub(crate) async fn prove(ctx: &Ctx, entity: Uuid, code: &Secret<String>) -> Result<Option<Code>> {
    let Some(totp) = store::of_entity(&ctx.reader(), entity, true).await? else { return Ok(None) };
    let secret = ctx.ground().vault().open(&totp.place(), &totp.sealed)?;
    let step = totp.step_of(&secret, code.reveal(), ctx.now());
    Ok(step.map(|step| Code { totp: totp.id, step }))
}

impl Code {
    /// Takes it; whether nobody was faster.
    pub(crate) async fn take(&self, tx: &Tx, allowed: &Allowed<'_, Totp>) -> Result<bool> {
        store::take_step(tx, allowed, self.totp, self.step, false).await
    }
}
