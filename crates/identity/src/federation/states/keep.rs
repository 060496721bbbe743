//! Keeping what somebody leaves with, and taking it when they come back.

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Common, Result, Secret};

use super::model::{Leaving, Left, MOST, Purposed, State, place_of_nonce, place_of_pkce_verifier};
use super::store;
use crate::federation::browser::Browser;
use crate::federation::fault::FederationFault;
use crate::one_time::OneTime;

/// Keeps it; what the provider is to send back.
pub(in crate::federation) async fn keep(ctx: &Ctx, leaving: Leaving) -> Result<Secret<String>> {
    let ctx = ctx.as_platform("sign in at a provider");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<State>::platform())?;
    let token = OneTime::<Purposed>::new(&ctx, ctx.new_id());
    let (vault, key) = (ctx.ground().vault(), token.id.to_string());
    let state = State {
        id: token.id,
        provider: leaving.provider,
        verifier: token.verifier(ctx.ground()).to_vec(),
        browser: leaving.browser,
        sealed_pkce_verifier: vault
            .seal(&place_of_pkce_verifier(&key), leaving.pkce_verifier.reveal().as_bytes()),
        sealed_nonce: vault.seal(&place_of_nonce(&key), leaving.nonce.reveal().as_bytes()),
        return_to: leaving.return_to,
        entity: leaving.entity,
        session: leaving.session,
        expires_at: ctx.now().plus(ctx.ground().settings().oauth_state_expiry_secs),
        created_at: ctx.now(),
    };
    let tx = ctx.begin().await?;
    if store::waiting(tx.conn(), ctx.now()).await? >= MOST {
        return Err(FederationFault::TooMany.into());
    }
    store::insert(&tx, &allowed, &state).await?;
    tx.commit().await?;
    Ok(Secret::new(token.text().to_owned()))
}

/// Takes it, for the browser that left with it and the provider it left for: there is no second time.
///
/// # Errors
/// [`FederationFault::BadState`], whatever is wrong.
pub(in crate::federation) async fn take(
    ctx: &Ctx,
    provider: &str,
    token: &str,
    browser: Option<&Browser>,
) -> Result<Left> {
    let bad = || FederationFault::BadState;
    let given = OneTime::<Purposed>::parse(token).ok_or_else(bad)?;
    let browser = browser.ok_or_else(bad)?;
    let ctx = ctx.as_platform("sign in at a provider");
    let ground = ctx.ground();
    let found = store::find(&ctx.reader(), given.id).await?;
    let state = found
        .filter(|one| given.is(ground, &one.verifier) && browser.is(ground, &one.browser))
        .filter(|one| one.provider == provider)
        .ok_or_else(bad)?;
    let allowed = ctx.require(&Rule::any(&[]), &Within::<State>::platform())?;
    let tx = ctx.begin().await?;
    let there = store::remove(&tx, &allowed, state.id).await?;
    tx.commit().await?;
    if !there || state.expires_at <= ctx.now() {
        return Err(bad().into());
    }
    let key = state.id.to_string();
    Ok(Left {
        pkce_verifier: opened(&ctx, &place_of_pkce_verifier(&key), &state.sealed_pkce_verifier)?,
        nonce: opened(&ctx, &place_of_nonce(&key), &state.sealed_nonce)?,
        return_to: state.return_to,
        entity: state.entity,
        session: state.session,
    })
}

fn opened(ctx: &Ctx, place: &str, sealed: &[u8]) -> Result<Secret<String>> {
    let bytes = ctx.ground().vault().open(place, sealed)?;
    Ok(Secret::new(String::from_utf8(bytes.reveal().clone()).map_err(Common::bug)?))
}
