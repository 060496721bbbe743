//! Proving that an address is one's own.

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::{Event, Result};

use super::model::{BadVerification, Purposed};
use crate::emails::{self, Email};
use crate::links::{self, Link};

/// Uses a token up and notes that its address is its owner's. Whoever has the token has read the mail: no more is asked.
/// Other links that were sent to the address are of no use after it.
pub async fn verify(ctx: &Ctx, token: &str) -> Result<()> {
    let ctx = ctx.as_platform("verify an e-mail address");
    let known = links::find::<Purposed>(&ctx, token).await?.ok_or(BadVerification::Invalid)?;
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Link>::platform())?;
    let mut tx = ctx.begin().await?;
    if !links::store::consume(&tx, &allowed, known.id).await? {
        return Err(BadVerification::Expired.into());
    }
    let email = emails::store::lock(&tx, known.email).await?;
    let email = email.filter(|email| email.deleted_at.is_none()).ok_or(BadVerification::Expired)?;
    prove(&mut tx, &allowed, &email).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that an address is its owner's: they have read a mail that was sent there.
pub(crate) async fn prove(tx: &mut Tx, allowed: &Allowed<'_, Link>, email: &Email) -> Result<()> {
    links::store::consume_rest::<Purposed>(tx, allowed, email.id).await?;
    if !email.is_verified() {
        emails::store::verify(tx, &allowed.part(), email.id).await?;
    }
    let event = Event::new("email.verify").on("entity", email.entity);
    tx.record(allowed, event.detail("email", email.address.clone()));
    Ok(())
}
