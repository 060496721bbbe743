//! Making a code, and taking it when it comes.

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::{Result, Secret};

use super::model::{Code, Purposed};
use super::store;
use crate::federation::browser::Browser;
use crate::federation::fault::FederationFault;
use crate::federation::model::LinkedIdentity;
use crate::one_time::OneTime;

/// A code for whoever has this identity, in this browser.
pub(in crate::federation) async fn make(
    tx: &Tx,
    allowed: &Allowed<'_, Code>,
    identity: &LinkedIdentity,
    browser: &Browser,
) -> Result<Secret<String>> {
    let ctx = tx.ctx();
    let token = OneTime::<Purposed>::new(ctx, ctx.new_id());
    let code = Code {
        id: token.id,
        entity: identity.entity,
        identity: identity.id,
        verifier: token.verifier(ctx.ground()).to_vec(),
        browser: browser.verifier(ctx.ground()),
        expires_at: ctx.now().plus(ctx.ground().settings().auth_exchange_code_expiry_secs),
        created_at: ctx.now(),
    };
    store::insert(tx, allowed, &code).await?;
    Ok(Secret::new(token.text().to_owned()))
}

/// Takes a code: whatever comes of it, there is no second time. A browser takes only its own.
///
/// # Errors
/// [`FederationFault::BadCode`], whatever is wrong.
pub(in crate::federation) async fn take(ctx: &Ctx, token: &str, browser: Option<&Browser>) -> Result<Code> {
    let bad = || FederationFault::BadCode;
    let given = OneTime::<Purposed>::parse(token).ok_or_else(bad)?;
    let ctx = ctx.as_platform("exchange a code");
    let ground = ctx.ground();
    let found = store::find(&ctx.reader(), given.id).await?;
    let code = found
        .filter(|one| given.is(ground, &one.verifier))
        .filter(|one| browser.is_none_or(|browser| browser.is(ground, &one.browser)))
        .ok_or_else(bad)?;
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Code>::platform())?;
    let tx = ctx.begin().await?;
    let there = store::remove(&tx, &allowed, code.id).await?;
    tx.commit().await?;
    if !there || code.expires_at <= ctx.now() {
        return Err(bad().into());
    }
    Ok(code)
}
