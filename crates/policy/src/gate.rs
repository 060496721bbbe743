//! Gates: the coarse question the control plane asks before it works for a caller.

use std::ops::ControlFlow;

use uuid::Uuid;

use crate::asker::Asker;
use crate::ceiling::{Ceiling, CeilingScope};
use crate::decision::Reason;
use crate::object::ObjectRef;
use crate::posting::{Found, Posting};
use crate::target::Target;
use crate::window::When;
use crate::words::{Effect, ObjectKind};
use crate::world::World;

/// One way through a gate: an action at a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateOn<'a> {
    /// Name of the action.
    pub action: &'a str,
    /// Where it has to be granted; a grant at platform scope does everywhere.
    pub at: At,
}

/// Where a gate asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The platform.
    Platform,
    /// A tenant.
    Tenant(Uuid),
    /// Exactly this object.
    Object {
        /// The object; it need not be known to the engine.
        object: ObjectRef,
        /// Its tenant, as the caller read it.
        tenant: Option<Uuid>,
    },
}

/// What came of a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateOutcome<'a> {
    /// The caller may pass.
    Allowed {
        /// The action that let it pass.
        action: &'a str,
        /// Where that was granted.
        at: At,
    },
    /// The caller may not pass: an explicit deny if there is one, else the ceiling, else that nothing allows it.
    Denied(Reason),
}

impl GateOutcome<'_> {
    /// Whether the caller may pass.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

impl World {
    /// Whether the caller may pass by any of the alternatives.
    ///
    /// Alternatives with the same action are judged together: a deny that covers any of their objects or scopes,
    /// conditional or not, outweighs every allow. At a tenant, that includes denies which cover the tenant itself
    /// as an object. Only unconditional allows at platform scope, at exactly the tenant or at exactly the object
    /// count, and grants bounded to a tenant count only there and while it is active. Different actions are tried
    /// one after the other. Applicability plays no part. [`When::Lasting`] leaves out, allow and deny, what begins
    /// or ends.
    pub fn gate<'a>(
        &self,
        caller: Uuid,
        when: When,
        ceiling: Option<&Ceiling>,
        alternatives: &[GateOn<'a>],
    ) -> GateOutcome<'a> {
        let asker = match Asker::find(self, caller, when) {
            Ok(asker) => asker,
            Err(none) => return GateOutcome::Denied(none.into()),
        };
        let mut refusal = Reason::NoMatchingAllow;
        for (nth, GateOn { action, .. }) in alternatives.iter().enumerate() {
            if alternatives[..nth].iter().any(|before| before.action == *action) {
                continue;
            }
            let scopes: Vec<At> =
                alternatives.iter().filter(|one| one.action == *action).map(|one| one.at).collect();
            match self.pass(&asker, ceiling, action, &scopes) {
                Ok(at) => return GateOutcome::Allowed { action, at },
                Err(reason) if weight(&reason) > weight(&refusal) => refusal = reason,
                Err(_) => {}
            }
        }
        GateOutcome::Denied(refusal)
    }

    fn pass(
        &self,
        asker: &Asker<'_>,
        ceiling: Option<&Ceiling>,
        action: &str,
        scopes: &[At],
    ) -> Result<At, Reason> {
        let id = self.actions.named(action).ok_or(Reason::NoMatchingAllow)?.id;
        for at in scopes {
            let target = self.target_at(*at);
            let covering = self.covering(id, &target, asker.counts_in(target.tenant));
            if let Some(deny) = self.first_deny(asker, target.tenant, &covering, |_| true) {
                return Err(self.denied_by(deny));
            }
        }
        let granted = |at: &&At| self.allowed_at(asker, id, action, **at);
        let at = scopes.iter().find(granted).ok_or(Reason::NoMatchingAllow)?;
        let capped = ceiling.is_some_and(|ceiling| {
            !ceiling.unconditional(action).any(|entry| scopes.iter().any(|at| exactly(entry, *at)))
        });
        if capped { Err(Reason::DeniedByCeiling) } else { Ok(*at) }
    }

    fn target_at(&self, at: At) -> Target<'_> {
        match at {
            At::Platform => Target::vouched(ObjectRef::PLATFORM, None),
            At::Tenant(tenant) => Target::vouched(ObjectRef::new(ObjectKind::Tenant, tenant), Some(tenant)),
            At::Object { object, tenant } => {
                let tenant = match object.kind {
                    ObjectKind::Tenant => Some(object.id),
                    ObjectKind::Platform => None,
                    _ => tenant,
                };
                let known = self.target(object).unwrap_or_else(|| Target::vouched(object, tenant));
                Target { tenant, ..known }
            }
        }
    }

    fn allowed_at(&self, asker: &Asker<'_>, action: Uuid, name: &str, at: At) -> bool {
        let target = self.target_at(at);
        // In a tenant that is not in use, only what is granted without a boundary counts.
        let tenant = target.tenant.filter(|tenant| self.is_active(Some(*tenant)));
        let counts = |posting: &Posting| {
            let mut show = |found: Found| {
                if found.conditional { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            posting.held(Effect::Allow, asker, tenant, &mut show).is_break()
        };
        let boundaries = [None, tenant];
        let bounded = tenant.is_some() && asker.counts_in(tenant);
        let boundaries = if bounded { &boundaries[..] } else { &boundaries[..1] };
        let indexes = boundaries.iter().filter_map(|boundary| self.index.get(&(*boundary, action)));
        let granted = indexes.flat_map(|index| {
            let exact = match at {
                At::Platform => None,
                At::Tenant(_) => index.tenant(),
                At::Object { object, .. } if object.kind == ObjectKind::Platform => None,
                At::Object { object, .. } => index.object(object.id),
            };
            [index.platform(), exact].into_iter().flatten()
        });
        granted.into_iter().any(counts)
            || matches!(at, At::Object { object, .. } if Self::as_member(asker, object, name))
    }
}

/// Whether the ceiling entry is at exactly this scope.
fn exactly(entry: &CeilingScope, at: At) -> bool {
    match (entry, at) {
        (CeilingScope::Platform, _) => true,
        (CeilingScope::Tenant(entry), At::Tenant(tenant)) => *entry == tenant,
        (CeilingScope::Object(entry), At::Object { object, .. }) => {
            object.kind != ObjectKind::Platform && *entry == object.id
        }
        _ => false,
    }
}

/// Which refusal says most.
const fn weight(reason: &Reason) -> u8 {
    match reason {
        Reason::DeniedByPolicy | Reason::DeniedByRole(_) => 2,
        Reason::DeniedByCeiling => 1,
        _ => 0,
    }
}
