//! Remembering certificates that are removed with their entity: until they expire somebody may still show them.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::{Ground, Result};

use super::store;
use crate::credentials::Credential;
use crate::credentials::store::Which;

/// How long after its end a certificate is still remembered: revocation lists name it once more after that (RFC 5280 §3.3).
const AFTER_EXPIRY: Duration = Duration::from_secs(30 * 86_400);

/// Remembers the certificates among these credentials, which are about to be removed.
pub(crate) async fn bury(tx: &Tx, allowed: &Allowed<'_, Credential>, which: Which) -> Result<()> {
    let since = tx.ctx().now().minus(AFTER_EXPIRY);
    store::bury(tx, allowed, which, since).await
}

/// Forgets those that expired long ago; how many there were.
pub async fn forget(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "forget certificates that were removed");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Credential>::platform())?;
    let tx = ctx.begin().await?;
    let gone = store::forget_buried(&tx, &allowed, ctx.now().minus(AFTER_EXPIRY)).await?;
    tx.commit().await?;
    Ok(gone)
}
