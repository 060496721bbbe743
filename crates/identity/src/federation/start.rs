//! Leaving for a provider.

use std::sync::Arc;

use atoll_base::ctx::Ctx;
use atoll_base::{Result, chance};
use openidconnect::core::{CoreAuthenticationFlow, CoreResponseType};
use openidconnect::{AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
use uuid::Uuid;

use super::browser::Browser;
use super::provider::Provider;
use super::return_to;
use super::states::{self, Leaving};
use crate::entities;
use crate::factors::MANAGE;
use crate::identity::Identity;
use crate::sessions::require_recent;

/// Where a browser goes, and what it keeps meanwhile.
#[derive(Clone)]
pub struct Started {
    /// The address of the provider.
    pub location: String,
    /// The `Set-Cookie` value.
    pub cookie: String,
}

/// Begins a sign-in at a provider.
pub async fn start(
    ctx: &Ctx,
    identity: &Identity,
    provider: &str,
    return_to: Option<&str>,
    browser: Option<Browser>,
) -> Result<Started> {
    let provider = identity.providers.get(provider)?;
    let return_to = return_to::read(return_to)?;
    leave(ctx, provider, return_to, browser, (None, None)).await
}

/// Begins to link a provider to the account of the caller, who has proved lately who they are.
pub async fn start_linking(
    ctx: &Ctx,
    identity: &Identity,
    provider: &str,
    return_to: Option<&str>,
    browser: Option<Browser>,
) -> Result<Started> {
    let caller = ctx.signed_in()?;
    let provider = identity.providers.get(provider)?;
    let return_to = return_to::read(return_to)?;
    let entity = entities::known(ctx, caller.entity).await?;
    ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    leave(ctx, provider, return_to, browser, (Some(entity.id), caller.session)).await
}

async fn leave(
    ctx: &Ctx,
    provider: &Arc<Provider>,
    return_to: Option<String>,
    browser: Option<Browser>,
    (entity, session): (Option<Uuid>, Option<Uuid>),
) -> Result<Started> {
    let metadata = provider.metadata(ctx.now()).await?;
    let browser = browser.unwrap_or_else(|| Browser::new(ctx));
    let (pkce_verifier, nonce) = (chance::hex::<32>(ctx.chance()), chance::hex::<32>(ctx.chance()));
    let leaving = Leaving {
        provider: provider.set.name.clone(),
        browser: browser.verifier(ctx.ground()),
        pkce_verifier: pkce_verifier.clone(),
        nonce: nonce.clone(),
        return_to,
        entity,
        session,
    };
    let state = states::keep(ctx, leaving).await?;
    let verifier = PkceCodeVerifier::new(pkce_verifier.reveal().clone());
    let client = provider.client(&metadata);
    let flow: CoreAuthenticationFlow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let mut request = client.authorize_url(
        flow,
        move || CsrfToken::new(state.reveal().clone()),
        move || Nonce::new(nonce.reveal().clone()),
    );
    for scope in provider.set.scopes.iter().filter(|scope| *scope != "openid") {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let (location, ..) = request.set_pkce_challenge(challenge).url();
    let cookie = browser.set_cookie(ctx.ground().settings());
    Ok(Started { location: location.into(), cookie })
}
