//! A session.

use std::time::Duration;

use atoll_base::ctx::{CredentialKind, Ctx, Guarded, Methods, SignedIn};
use atoll_base::{Common, Moment, Result};
use atoll_policy::{ObjectKind, ObjectRef};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::credentials::permissions::{GivenPermission, Permission};

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
    /// What the program called itself, as it said.
    pub user_agent: Option<String>,
    /// For a session that was exchanged from another token: what of that it may be used for, and for whom.
    pub exchange: Option<Exchange>,
    /// When it ends by itself; on a whole second, as tokens carry it.
    pub expires_at: Moment,
    /// When it was ended.
    pub revoked_at: Option<Moment>,
    /// When it began.
    pub created_at: Moment,
}

/// Where an exchanged session comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What it may be used for at most.
    pub permissions: Vec<Permission>,
    /// Who acts for its entity, the one who acts now first.
    pub actors: Vec<Uuid>,
    /// The session whose token was exchanged. This one ends with it.
    pub session: Option<Uuid>,
    /// Or the access token that was exchanged.
    pub credential: Option<Uuid>,
}

#[derive(Serialize, Deserialize)]
struct StoredExchange {
    permissions: Vec<GivenPermission>,
    actors: Vec<Uuid>,
    session: Option<Uuid>,
    credential: Option<Uuid>,
}

impl Exchange {
    /// As the store keeps it.
    pub(crate) fn stored(&self) -> Result<Value> {
        let stored = StoredExchange {
            permissions: self.permissions.iter().map(Permission::given).collect(),
            actors: self.actors.clone(),
            session: self.session,
            credential: self.credential,
        };
        Ok(serde_json::to_value(stored).map_err(Common::bug)?)
    }

    /// As it was kept.
    pub(crate) fn read(stored: Value) -> Result<Exchange> {
        let StoredExchange { permissions, actors, session, credential } =
            serde_json::from_value(stored).map_err(Common::bug)?;
        let permissions = permissions.into_iter().map(Permission::read).collect::<Result<_>>()?;
        Ok(Exchange { permissions, actors, session, credential })
    }
}

/// Most actors in the chain of an exchanged token.
pub(crate) const MAX_ACTORS: usize = 8;

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
            user_agent: ctx.origin().user_agent.clone(),
            exchange: None,
            expires_at: expiry(now, ctx.ground().settings().jwt_expiry_secs),
            revoked_at: None,
            created_at: now,
        }
    }
}

impl Session {
    /// A session of the subject of a token, exchanged from that.
    pub(crate) fn exchanged(
        ctx: &Ctx,
        subject: &SignedIn,
        credential: Option<Uuid>,
        exchange: Exchange,
        until: Moment,
    ) -> Session {
        let now = ctx.now();
        Session {
            id: ctx.new_id(),
            entity: subject.entity,
            credential,
            kind: subject.kind,
            methods: subject.methods,
            // Whoever never proved themselves lately has not done so now.
            authenticated_at: subject.since.unwrap_or(Moment(0)),
            address: ctx.origin().address.map(|address| address.to_string()),
            user_agent: ctx.origin().user_agent.clone(),
            exchange: Some(exchange),
            expires_at: until,
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
