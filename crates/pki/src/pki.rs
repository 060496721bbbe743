//! What of this room stays in memory: the authority.

use std::sync::Arc;

use async_graphql::Context;
use atoll_base::settings::Settings;
use atoll_base::{Common, Moment, Result};

use crate::authority::Authority;
use crate::certificates::Disabled;

/// The room, ready to issue, or switched off.
pub struct Pki {
    authority: Option<Authority>,
}

impl Pki {
    /// Loads the authority that the settings name.
    ///
    /// # Errors
    /// [`BadAuthority`](crate::BadAuthority) when its files are not what they must be.
    pub fn load(settings: &Settings, now: Moment) -> Result<Arc<Pki>> {
        Ok(Arc::new(Pki { authority: Authority::load(settings, now)? }))
    }

    /// The authority.
    ///
    /// # Errors
    /// [`Disabled`] when none was given.
    pub fn authority(&self) -> Result<&Authority, Disabled> {
        self.authority.as_ref().ok_or(Disabled)
    }
}

/// The room, put into GraphQL requests by the server.
pub(crate) fn of<'a>(door: &Context<'a>) -> Result<&'a Pki> {
    match door.data::<Arc<Pki>>() {
        Ok(pki) => Ok(pki),
        Err(_) => Err(Common::bug("a GraphQL request has no certificate authority").into()),
    }
}
