//! Staying signed in.

use atoll_base::ctx::{CredentialKind, Ctx, Rule, Within};
use atoll_base::{Event, Fault, Kind, Result};

use super::model::{Session, expiry};
use super::sign_in::SignedIn;
use super::{claims, store};
use crate::federation;
use crate::identity::Identity;

/// The caller cannot stay signed in this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRefreshable {
    /// It came with something else than a session token.
    #[error("session refresh requires a session token")]
    NoSession,
    /// The session has ended.
    #[error("session is not refreshable")]
    Ended,
}

impl Fault for NotRefreshable {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        "session.not_refreshable"
    }
}

/// Lets the caller's own session last anew, and issues a token for it. Tokens issued before keep their own end.
pub async fn refresh(ctx: &Ctx, identity: &Identity) -> Result<SignedIn> {
    let caller = ctx.signed_in()?;
    let id = caller.session.ok_or(NotRefreshable::NoSession)?;
    let tenant = caller.tenant;
    let ctx = ctx.as_platform("refresh a session");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::tenant(tenant))?;
    let until = expiry(ctx.now(), ctx.ground().settings().jwt_expiry_secs);
    let mut tx = ctx.begin().await?;
    // A token that was exchanged lasts as long as it was given for.
    let found = store::find(tx.conn(), id).await?;
    if found.as_ref().is_none_or(|found| found.exchange.is_some()) {
        return Err(NotRefreshable::Ended.into());
    }
    // What somebody is at a provider counts as long as the provider is set.
    if let Some(Session { kind: CredentialKind::Oidc, credential, .. }) = found {
        let linked = credential.ok_or(NotRefreshable::Ended)?;
        if !federation::hold(&tx, linked).await? {
            return Err(NotRefreshable::Ended.into());
        }
    }
    if !store::prolong(&tx, &allowed, id, until).await? {
        return Err(NotRefreshable::Ended.into());
    }
    let session = store::find(tx.conn(), id).await?.ok_or(NotRefreshable::Ended)?;
    let token = claims::token(&ctx, identity.keys(), &session, tenant)?;
    let event = Event::new("session.refresh").on("entity", session.entity);
    tx.record(&allowed, event.detail("session_id", id.to_string()));
    tx.commit().await?;
    Ok(SignedIn { session, token, email_verified: None })
}
