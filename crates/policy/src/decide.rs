//! Decides one question.

use std::ops::ControlFlow;

use uuid::Uuid;

use crate::actions::Action;
use crate::asker::{Asker, MEMBERS_MAY, MEMBERS_OF, NoAsker};
use crate::condition::{Roots, Truth};
use crate::decision::{Decision, Lifecycle, Reason};
use crate::index::Coverings;
use crate::object::ObjectRef;
use crate::posting::{Found, Source};
use crate::question::{Question, SelectorError};
use crate::rows::Block;
use crate::target::Target;
use crate::window::When;
use crate::words::{Effect, TenantStatus};
use crate::world::World;

/// A question that got as far as the grants.
pub(crate) struct Case<'a> {
    pub(crate) asker: Asker<'a>,
    pub(crate) target: Target<'a>,
    pub(crate) action: &'a Action,
}

/// How far a question got before the grants are looked at.
pub(crate) enum Opened<'a> {
    /// All the way.
    Case(Case<'a>),
    /// It is answered already; with the object, if that was found.
    Answered { reason: Reason, lifecycle: Option<Lifecycle>, target: Option<Target<'a>> },
}

impl Opened<'_> {
    const fn answered(reason: Reason) -> Self {
        Self::Answered { reason, lifecycle: None, target: None }
    }
}

impl From<NoAsker> for Reason {
    fn from(none: NoAsker) -> Self {
        match none {
            NoAsker::Unknown => Self::SubjectNotFound,
            NoAsker::NotActive => Self::SubjectNotActive,
        }
    }
}

impl World {
    /// Decides a question.
    ///
    /// # Errors
    /// [`SelectorError`] if the question names no object; a subject that cannot act is refused before that.
    pub fn decide(&self, question: &Question<'_>) -> Result<Decision, SelectorError> {
        Ok(match self.open_case(question)? {
            Opened::Answered { reason, lifecycle, .. } => Decision { allowed: false, reason, lifecycle },
            Opened::Case(case) => {
                let reason = self.judge(&case, question);
                Decision { allowed: reason == Reason::Allowed, reason, lifecycle: None }
            }
        })
    }

    /// The steps before the grants, in the order of the reasons.
    pub(crate) fn open_case<'a>(&'a self, question: &Question<'_>) -> Result<Opened<'a>, SelectorError> {
        let asker = match Asker::find(self, question.subject, When::At(question.now)) {
            Ok(asker) => asker,
            Err(none) => return Ok(Opened::answered(none.into())),
        };
        let object = question.object.resolve()?;
        let administrative = question.administrative;
        let found = self.target(object).filter(|target| !target.deleted);
        let Some(target) = found.filter(|target| administrative || !target.inactive) else {
            return Ok(Opened::answered(Reason::ObjectNotFound(object.kind)));
        };
        if let Some(lifecycle) = self.lifecycle(target.tenant).filter(|_| !administrative) {
            let (reason, target) = (Reason::TenantNotActive(lifecycle.tenant_status), Some(target));
            return Ok(Opened::Answered { reason, lifecycle: Some(lifecycle), target });
        }
        let action = self.actions.named(question.action);
        Ok(match action.filter(|action| action.applies(object.kind, target.type_ref())) {
            Some(action) => Opened::Case(Case { asker, target, action }),
            None => {
                let reason = Reason::UnknownAction(question.action.into());
                Opened::Answered { reason, lifecycle: None, target: Some(target) }
            }
        })
    }

    /// The tenant, if it is not in use.
    fn lifecycle(&self, tenant: Option<Uuid>) -> Option<Lifecycle> {
        let tenant_id = tenant?;
        let tenant_status = self.tenant_status(tenant_id);
        (tenant_status != TenantStatus::Active).then_some(Lifecycle { tenant_id, tenant_status })
    }

    fn judge(&self, case: &Case<'_>, question: &Question<'_>) -> Reason {
        let Case { asker, target, action } = case;
        let roots = self.roots(case, question);
        let covering = self.covering(action.id, target, asker.counts_in(target.tenant));
        if let Some(deny) =
            self.first_deny(asker, target.tenant, &covering, |found| self.stands(found, &roots))
        {
            return self.denied_by(deny);
        }
        let allowed = covering.iter().filter(|covering| covering.open).any(|covering| {
            let mut show = |found| match self.truth_of(found, &roots) {
                Truth::True => ControlFlow::Break(()),
                Truth::False | Truth::Unknown => ControlFlow::Continue(()),
            };
            covering.posting.held(Effect::Allow, asker, target.tenant, &mut show).is_break()
        });
        if !allowed && !Self::as_member(asker, target.object, question.action) {
            Reason::NoMatchingAllow
        } else if question.ceiling.is_none_or(|ceiling| ceiling.admits(question.action, target, &roots)) {
            Reason::Allowed
        } else {
            Reason::DeniedByCeiling
        }
    }

    pub(crate) fn roots<'a>(&'a self, case: &'a Case<'_>, question: &'a Question<'_>) -> Roots<'a> {
        Roots {
            world: self,
            subject_id: case.asker.id,
            subject: case.asker.row,
            target: &case.target,
            context: question.context,
            session: question.session,
        }
    }

    /// Whether the asker may because it is a member of the tenant.
    pub(crate) fn as_member(asker: &Asker<'_>, object: ObjectRef, action: &str) -> bool {
        object.kind == MEMBERS_OF && action == MEMBERS_MAY && asker.is_member_of(object.id)
    }

    /// The deny that is reported: one from a direct policy if there is any, else that of the role with the lowest id.
    pub(crate) fn first_deny(
        &self,
        asker: &Asker<'_>,
        tenant: Option<Uuid>,
        covering: &Coverings<'_>,
        mut stands: impl FnMut(Found) -> bool,
    ) -> Option<Source> {
        let mut first: Option<Source> = None;
        for covering in covering {
            let mut show = |found: Found| {
                // A later one cannot be reported anyway, so its conditions need not be judged.
                if first.is_none_or(|first| found.source < first) && stands(found) {
                    first = Some(found.source);
                }
                match first {
                    Some(Source::Policy(_)) => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            };
            if covering.posting.held(Effect::Deny, asker, tenant, &mut show).is_break() {
                break;
            }
        }
        first
    }

    pub(crate) fn denied_by(&self, deny: Source) -> Reason {
        match deny {
            Source::Policy(_) => Reason::DeniedByPolicy,
            Source::Role { role, .. } => {
                Reason::DeniedByRole(self.roles.get(&role).map_or_else(|| "".into(), |row| row.name.clone()))
            }
        }
    }

    fn truth_of(&self, found: Found, roots: &Roots<'_>) -> Truth {
        if !found.conditional {
            return Truth::True;
        }
        let block = match found.source {
            Source::Policy(policy) => self.policies.get(&policy).map(|row| row.block),
            Source::Role { block, .. } => Some(block),
        };
        block.and_then(|block| self.block(block)).map_or(Truth::Unknown, |block| judged(block, roots))
    }

    /// Whether a deny stands under the circumstances.
    fn stands(&self, deny: Found, roots: &Roots<'_>) -> bool {
        match self.truth_of(deny, roots) {
            Truth::True => true,
            Truth::False => false,
            Truth::Unknown => self.strict,
        }
    }
}

pub(crate) fn judged(block: &Block, roots: &Roots<'_>) -> Truth {
    block.conditions.as_ref().map_or(Truth::True, |conditions| conditions.judge(roots))
}

pub(crate) fn unconditional(block: &Block) -> bool {
    block.conditions.is_none()
}
