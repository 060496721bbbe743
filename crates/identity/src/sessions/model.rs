//! A session.

use std::time::Duration;

use atoll_base::Moment;
use atoll_base::ctx::{CredentialKind, Ctx, Guarded, Methods};
use atoll_policy::{ObjectKind, ObjectRef};
use uuid::Uuid;

/// A session: an entity that has proved who it is, until it expires or is revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    /// The credential it began with.
    pub credential: Option<Uuid>,
    /// What sort that was.
    pub kind: CredentialKind,
    /// With what the entity proved itself.
    pub methods: Methods,
    /// When the entity last proved itself.
    pub authenticated_at: Moment,
    /// From which network address.
    pub address: Option<String>,
    /// When it ends by itself; on a whole second, as tokens carry it.
    pub expires_at: Moment,
    /// When it was ended.
    pub revoked_at: Option<Moment>,
    /// When it began.
    pub created_at: Moment,
}

impl Session {
    /// A new session of an entity.
    pub(crate) fn begin(
        ctx: &Ctx,
        entity: Uuid,
        credential: Uuid,
        kind: CredentialKind,
        methods: Methods,
    ) -> Session {
        let now = ctx.now();
        Session {
            id: ctx.new_id(),
            entity,
            credential: Some(credential),
            kind,
            methods,
            authenticated_at: now,
            address: ctx.origin().address.map(|address| address.to_string()),
            expires_at: expiry(now, ctx.ground().settings().jwt_expiry_secs),
            revoked_at: None,
            created_at: now,
        }
    }
}

/// The end of a session that begins or is refreshed at `now`.
pub(crate) fn expiry(now: Moment, life: Duration) -> Moment {
    Moment(now.plus(life).seconds().saturating_mul(1_000_000))
}

/// A session and the tenant of its entity: what gates ask about. It is gated like the entity it belongs to.
pub(crate) struct SessionAt {
    pub(crate) entity: Uuid,
    pub(crate) tenant: Option<Uuid>,
}

impl Guarded for SessionAt {
    type Noun = Session;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Entity, self.entity))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }

    fn owner(&self) -> Option<Uuid> {
        Some(self.entity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_on_a_whole_second() {
        assert_eq!(expiry(Moment(1_700_000), Duration::from_secs(60)), Moment(61_000_000));
    }
}
