//! A link that was sent to an address.

use atoll_base::Moment;
use atoll_base::ctx::Ctx;
use uuid::Uuid;

use crate::emails::Email;
use crate::one_time::{OneTime, Purpose};

/// A link that was sent to an address. What proves it is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Id.
    pub(crate) id: Uuid,
    /// What it is for: how its token begins.
    pub(crate) purpose: String,
    /// Whose account it is for.
    pub(crate) entity: Uuid,
    /// The address it was sent to.
    pub(crate) email: Uuid,
    /// Keyed hash of its token.
    pub(crate) verifier: Vec<u8>,
    /// From when on it is no good.
    pub(crate) expires_at: Moment,
    /// When it was used.
    pub(crate) consumed_at: Option<Moment>,
    /// When it was made.
    pub(crate) created_at: Moment,
}

impl Link {
    /// A new link to an address, and its token.
    pub(crate) fn new<P: Purpose>(ctx: &Ctx, email: &Email, expires_at: Moment) -> (Link, OneTime<P>) {
        let token = OneTime::new(ctx, ctx.new_id());
        let link = Link {
            id: token.id,
            purpose: P::PREFIX.to_owned(),
            entity: email.entity,
            email: email.id,
            verifier: token.verifier(ctx.ground()).to_vec(),
            expires_at,
            consumed_at: None,
            created_at: ctx.now(),
        };
        (link, token)
    }
}
