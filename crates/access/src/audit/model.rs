//! What the audit log shows, and which parts of it somebody may read.

use std::collections::BTreeSet;

use atoll_base::{Moment, Outcome};
use atoll_policy::{TenantStatus, Visible, VisibleScope, World};
use serde_json::{Value, json};
use uuid::Uuid;

/// One thing that happened or was attempted.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Id, unique over all streams.
    pub id: Uuid,
    /// The tenant whose stream it is in; none = the platform's.
    pub tenant: Option<Uuid>,
    /// Place in the stream, from 1.
    pub revision: i64,
    /// When.
    pub at: Moment,
    /// `noun.verb`.
    pub event: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ended so, or why it was done.
    pub reason: Option<String>,
    /// Who; none = the platform itself, or nobody.
    pub actor: Option<Uuid>,
    /// Who acted for them, as tokens carry it.
    pub act: Option<Value>,
    /// With which credential.
    pub credential: Option<Uuid>,
    /// From which network address.
    pub address: Option<String>,
    /// In which request.
    pub request: Option<String>,
    /// The action that permitted it.
    pub permission: Option<String>,
    /// What it is about: the noun, and the id where it is about one thing.
    pub target: (Option<String>, Option<Uuid>),
    /// More about it; an object of JSON.
    pub details: Value,
    /// The state before.
    pub before: Option<Value>,
    /// The state after.
    pub after: Option<Value>,
}

impl Record {
    /// As receivers and exports see it.
    pub fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "revision": self.revision,
            "createdAt": self.at.rfc3339(),
            "event": self.event,
            "outcome": self.outcome.as_str(),
            "reason": self.reason,
            "tenantId": self.tenant,
            "actorEntityId": self.actor,
            "act": self.act,
            "credentialId": self.credential,
            "permission": self.permission,
            "targetKind": self.target.0,
            "targetId": self.target.1,
            "details": self.details,
            "before": self.before,
            "after": self.after,
            "address": self.address,
            "requestId": self.request,
        })
    }
}

/// The streams that somebody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Streams {
    /// All, the platform's among them, but for those of these tenants.
    AllBut(BTreeSet<Uuid>),
    /// Those of these tenants.
    Of(BTreeSet<Uuid>),
}

impl Streams {
    /// What a filter of audit logs amounts to. Whoever may read `everywhere` reads every stream that is not denied; others
    /// those of tenants in use.
    pub(super) fn readable(filter: &Visible, world: &World, everywhere: bool) -> Streams {
        let covers = |scopes: &[VisibleScope], tenant: Option<Uuid>| {
            scopes.iter().any(|scope| match scope {
                VisibleScope::Everything { within: None } => true,
                VisibleScope::Everything { within } => *within == tenant,
                _ => false,
            })
        };
        let capped = |tenant| filter.ceiling.as_deref().is_none_or(|ceiling| covers(ceiling, tenant));
        if covers(&filter.deny, None) || (!everywhere && filter.is_nothing()) {
            return Streams::Of(BTreeSet::new());
        }
        let named =
            |scopes: &[VisibleScope]| scopes.iter().filter_map(VisibleScope::within).collect::<Vec<_>>();
        if everywhere || (covers(&filter.allow, None) && capped(None)) {
            return Streams::AllBut(named(&filter.deny).into_iter().collect());
        }
        let mut tenants = named(&filter.allow);
        tenants.extend(filter.ceiling.as_deref().map(named).unwrap_or_default());
        tenants.retain(|tenant| {
            let own = Some(*tenant);
            let active = world.tenant(*tenant).is_some_and(|known| known.status == TenantStatus::Active);
            active && covers(&filter.allow, own) && !covers(&filter.deny, own) && capped(own)
        });
        Streams::Of(tenants.into_iter().collect())
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        matches!(self, Streams::Of(tenants) if tenants.is_empty())
    }

    /// These streams, of one tenant only; none if that is not among them.
    pub fn within(self, tenant: Uuid) -> Option<Streams> {
        let readable = match &self {
            Streams::AllBut(tenants) => !tenants.contains(&tenant),
            Streams::Of(tenants) => tenants.contains(&tenant),
        };
        readable.then(|| Streams::Of(BTreeSet::from([tenant])))
    }
}

#[cfg(test)]
mod tests {
    use atoll_policy::{Fact, ObjectKind};
    use serde_json::json;

    use super::*;

    const OWN: Uuid = Uuid::from_u128(1);
    const FROZEN: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);

    fn world() -> World {
        let tenant = |id, status| Fact::Tenant { id, status, attributes: json!({}) };
        let (active, frozen) = (TenantStatus::Active, TenantStatus::Frozen);
        World::load(true, [tenant(OWN, active), tenant(FROZEN, frozen), tenant(OTHER, active)])
    }

    fn filter(allow: &[Option<Uuid>], deny: &[Option<Uuid>], ceiling: Option<&[Option<Uuid>]>) -> Visible {
        let list = |scopes: &[Option<Uuid>]| {
            scopes.iter().map(|within| VisibleScope::Everything { within: *within }).collect::<Vec<_>>()
        };
        Visible {
            allow: list(allow),
            deny: list(deny),
            ceiling: ceiling.map(list),
            ..Visible::nothing(ObjectKind::AuditLog)
        }
    }

    fn of(tenants: &[Uuid]) -> Streams {
        Streams::Of(tenants.iter().copied().collect())
    }

    #[test]
    fn a_stream_is_read_where_that_is_granted_not_denied_and_within_the_ceiling() {
        let world = world();
        let read = |filter: Visible| Streams::readable(&filter, &world, false);
        let granted = [Some(OWN), Some(FROZEN), Some(OTHER)];
        assert_eq!(read(filter(&granted, &[], None)), of(&[OWN, OTHER]));
        assert_eq!(read(filter(&granted, &[Some(OWN)], None)), of(&[OTHER]));
        assert_eq!(read(filter(&granted, &[], Some(&[Some(OWN)]))), of(&[OWN]));
        assert_eq!(read(filter(&granted, &[], Some(&[]))), of(&[]));
        assert_eq!(read(filter(&granted, &[None], None)), of(&[]));
        let all = |but: &[Uuid]| Streams::AllBut(but.iter().copied().collect());
        assert_eq!(read(filter(&[None], &[], None)), all(&[]));
        assert_eq!(read(filter(&[None], &[Some(OTHER)], Some(&[None]))), all(&[OTHER]));
        assert_eq!(read(filter(&[None], &[], Some(&[Some(OTHER)]))), of(&[OTHER]));
        let everywhere = Streams::readable(&filter(&[], &[Some(OTHER)], None), &world, true);
        assert_eq!(everywhere, all(&[OTHER]));
        assert_eq!(everywhere.clone().within(OTHER), None);
        assert_eq!(everywhere.within(OWN), Some(of(&[OWN])));
        assert!(Streams::readable(&filter(&[], &[None], None), &world, true).is_empty());
    }
}
