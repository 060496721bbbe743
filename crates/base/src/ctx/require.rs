//! The one question before every change: may they?

use atoll_policy::{At, GateOn, GateOutcome, ObjectKind, Question, Selector, TenantStatus, When};
use serde_json::{Value, json};

use super::{Allowed, Caller, Ctx, Guarded, On, Rule, SignedIn, Visibility};
use crate::error::{Common, Result};
use crate::ledger::{Event, Outcome};

impl Ctx {
    /// Asks whether the caller satisfies `rule` for `on`. Returns the witness that stores want to see, or
    /// `missing authentication` / `forbidden`; a refusal is remembered in the ledger.
    pub fn require<'c, G: Guarded>(&'c self, rule: &Rule, on: &G) -> Result<Allowed<'c, G::Noun>> {
        let signed_in = match &self.caller {
            Caller::Platform(_) => return Ok(Allowed::new(self, "platform", on.object(), on.tenant())),
            Caller::Nobody => return Err(Common::NotSignedIn.into()),
            Caller::Entity(signed_in) => signed_in,
        };
        match self.permitted_by(rule, on, signed_in)? {
            Some(action) => Ok(Allowed::new(self, action, on.object(), on.tenant())),
            None => {
                self.note(refusal(rule, on));
                Err(Common::Forbidden.into())
            }
        }
    }

    /// Whether `rule` is satisfied, without remembering a refusal: for choosing between two ways of answering.
    pub fn may<G: Guarded>(&self, rule: &Rule, on: &G) -> Result<bool> {
        match &self.caller {
            Caller::Platform(_) => Ok(true),
            Caller::Nobody => Ok(false),
            Caller::Entity(signed_in) => Ok(self.permitted_by(rule, on, signed_in)?.is_some()),
        }
    }

    /// What of a kind the caller may see, for lists: a filter, never a check row by row.
    ///
    /// Several actions mean that any one of them is enough.
    pub fn visible(&self, actions: &[&str], kind: ObjectKind) -> Result<Visibility> {
        let signed_in = match &self.caller {
            Caller::Platform(_) => return Ok(Visibility::Everything),
            Caller::Nobody => return Err(Common::NotSignedIn.into()),
            Caller::Entity(signed_in) => signed_in,
        };
        let world = self.world()?;
        let (now, ceiling) = (self.now().0, signed_in.ceiling.as_deref());
        let filters = actions
            .iter()
            .map(|action| world.visible(signed_in.entity, now, ceiling, action, kind))
            .collect();
        Ok(Visibility::Any { kind, filters, world })
    }

    /// The action by which the rule is satisfied.
    fn permitted_by<G: Guarded>(&self, rule: &Rule, on: &G, who: &SignedIn) -> Result<Option<&'static str>> {
        let scoped = who.ceiling.is_some();
        if rule.unscoped && scoped {
            return Ok(None);
        }
        if rule.or_self && !scoped && on.owner() == Some(who.entity) {
            return Ok(Some("self"));
        }
        let world = self.world()?;
        if let (None, Some(tenant)) = (on.object(), on.tenant())
            && !rule.even_inactive
            && world.tenant(tenant).is_none_or(|tenant| tenant.status != TenantStatus::Active)
        {
            return Ok(None);
        }
        let gates: Vec<GateOn<'static>> =
            rule.ways.iter().filter_map(|way| gate(way.action, way.on, on)).collect();
        let now = self.now().0;
        let ceiling = who.ceiling.as_deref();
        if let GateOutcome::Allowed { action, .. } = world.gate(who.entity, When::At(now), ceiling, &gates) {
            return Ok(Some(action));
        }
        let decisions = rule.ways.iter().filter(|way| way.on == On::Decision);
        for way in decisions {
            if let Some(object) = on.object() {
                let session = who.session_facts(&self.origin);
                let question = Question {
                    subject: who.entity,
                    action: way.action,
                    object: Selector::object(object),
                    context: &Value::Null,
                    session: &session,
                    now,
                    ceiling,
                    administrative: rule.even_inactive,
                };
                if world.decide(&question).is_ok_and(|decision| decision.allowed) {
                    return Ok(Some(way.action));
                }
            }
        }
        Ok(None)
    }
}

fn gate<G: Guarded>(action: &'static str, on: On, guarded: &G) -> Option<GateOn<'static>> {
    let tenant = guarded.tenant();
    let at = match on {
        On::Platform => At::Platform,
        On::Scope => tenant.map_or(At::Platform, At::Tenant),
        On::Object => At::Object { object: guarded.object()?, tenant },
        On::Decision => return None,
    };
    Some(GateOn { action, at })
}

fn refusal<G: Guarded>(rule: &Rule, on: &G) -> Event {
    let actions: Vec<_> = rule.ways.iter().map(|way| way.action).collect();
    let event = Event::new("access.refused")
        .of(on.tenant())
        .detail("actions", json!(actions))
        .ended(Outcome::Deny, "forbidden");
    match on.object() {
        Some(object) => event.on(object.kind.as_str(), object.id),
        None => event,
    }
}
