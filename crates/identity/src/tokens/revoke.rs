//! Ending a token (RFC 7009).

use atoll_base::ctx::{Ctx, Guarded, SignedIn};
use atoll_base::{Kind, Result};
use atoll_policy::{ObjectKind, ObjectRef};
use uuid::Uuid;

use super::fault::OAuthFault;
use crate::identity::Identity;
use crate::{credentials, passwords, sessions};

/// A token as whoever wants to end it sees it: also whoever acts by it may.
struct Held {
    entity: Uuid,
    tenant: Option<Uuid>,
    holder: Uuid,
}

impl Guarded for Held {
    type Noun = sessions::Session;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Entity, self.entity))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }

    fn owner(&self) -> Option<Uuid> {
        Some(self.holder)
    }
}

/// Ends the token: the session it belongs to, or the access token itself. Nothing happens to one that is not good any more.
///
/// # Errors
/// [`OAuthFault::UnauthorizedClient`] when it is neither the caller's, nor one by which the caller acts for somebody, nor of
/// an entity that the caller manages.
pub async fn revoke(ctx: &Ctx, identity: &Identity, token: &str) -> Result<()> {
    let caller = ctx.signed_in()?.entity;
    let who = match identity.authenticate(ctx, token).await {
        Ok(who) => who,
        Err(error) if error.kind() == Kind::Unauthenticated => return Ok(()),
        Err(error) => return Err(error),
    };
    match end(ctx, &who, caller).await {
        Err(error) if error.kind() == Kind::Denied => {
            Err(OAuthFault::UnauthorizedClient("the token is not yours to revoke").into())
        }
        // It ended meanwhile.
        Err(error) if error.kind() == Kind::Missing => Ok(()),
        ended => ended,
    }
}

async fn end(ctx: &Ctx, who: &SignedIn, caller: Uuid) -> Result<()> {
    let Some(session) = who.session else {
        let credential =
            who.credential.ok_or(OAuthFault::UnauthorizedClient("the token cannot be revoked"))?;
        return credentials::revoke_access_token(ctx, credential).await;
    };
    let holder = if who.actors.contains(&caller) { caller } else { who.entity };
    let allowed = ctx.require(&passwords::RULE, &Held { entity: who.entity, tenant: who.tenant, holder })?;
    sessions::end_allowed(ctx, &allowed, session).await
}
