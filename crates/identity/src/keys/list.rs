//! Listing signing keys.

use atoll_access::tenancy::ADMINISTER;
use atoll_base::Result;
use atoll_base::ctx::{Ctx, May, Rule, Within};

use super::model::SigningKey;
use super::store;

/// Who may see which keys there are.
pub(crate) const READ: Rule = Rule::any(&[May::platform("read")]);

/// How many signing keys there are, for administrators of the platform.
pub async fn count(ctx: &Ctx) -> Result<u64> {
    ctx.require(&ADMINISTER, &Within::<SigningKey>::platform())?;
    Ok(store::all(&ctx.reader()).await?.len() as u64)
}

/// Every signing key, newest first.
pub async fn list(ctx: &Ctx) -> Result<Vec<SigningKey>> {
    ctx.require(&READ, &Within::<SigningKey>::platform())?;
    store::all(&ctx.reader()).await
}
