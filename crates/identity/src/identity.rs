//! Proving who somebody is: everything that stays in memory for it.

use std::sync::Arc;

use async_graphql::Context;
use atoll_base::{Common, Ground, Result};

use crate::authenticate::Verified;
use crate::credentials::LastUse;
use crate::federation::Providers;
use crate::keys::Keys;
use crate::passkeys::RelyingParty;
use crate::passwords::Hasher;
use crate::sessions::attempts::Turns;
use crate::sign_in_policies;

/// What signing in and recognising callers need: signing keys, the hasher, and the tokens recognised lately.
pub struct Identity {
    keys: Arc<Keys>,
    hasher: Hasher,
    pub(crate) verified: Arc<Verified>,
    pub(crate) last_use: Arc<LastUse>,
    pub(crate) turns: Turns,
    pub(crate) relying_party: RelyingParty,
    pub(crate) providers: Providers,
}

impl Identity {
    /// Loads the signing keys, makes the first one when there is none, and begins to follow what others change.
    pub async fn start(ground: &Arc<Ground>) -> Result<Arc<Identity>> {
        sign_in_policies::take_over_settings(ground).await?;
        let verified = Arc::new(Verified::default());
        ground.decisions().react(verified.clone());
        Ok(Arc::new(Identity {
            keys: Keys::start(ground).await?,
            hasher: Hasher::new(ground)?,
            verified,
            last_use: Arc::default(),
            turns: Turns::default(),
            relying_party: RelyingParty::new(ground.settings())?,
            providers: Providers::new(ground.settings())?,
        }))
    }

    /// The signing keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Hashing passwords.
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }
}

/// The identity part of the house, put into GraphQL requests by the server.
pub(crate) fn of<'a>(door: &Context<'a>) -> Result<&'a Identity> {
    match door.data::<Arc<Identity>>() {
        Ok(identity) => Ok(identity),
        Err(_) => Err(Common::bug("a GraphQL request has no identity").into()),
    }
}
