//! Making a guardrail.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Event, Result};
use atoll_policy::{EntityKind, ObjectKind};
use uuid::Uuid;

use super::model::{Guardrail, RuleFault, Verdict, object_type};
use super::store;
use crate::{actions, tenancy};

/// Who may make guardrails.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// What is needed for a guardrail.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// The tenant for whose grants it holds; none for all.
    pub tenant: Option<Uuid>,
    /// Who would receive the action.
    pub entity_kind: EntityKind,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the objects.
    pub object_kind: ObjectKind,
    /// Type of the objects.
    pub object_type: Option<String>,
    /// What it says.
    pub verdict: Verdict,
    /// Outweighs whatever is not absolute.
    pub absolute: bool,
}

/// Makes the guardrail. It holds for what is given from now on; what somebody has already, they keep.
pub async fn create(ctx: &Ctx, new: NewRule) -> Result<Guardrail> {
    let allowed = ctx.require(&RULE, &Within::<Guardrail>::tenant(new.tenant))?;
    let action = new.action.trim();
    if action.is_empty() {
        return Err(RuleFault::NoAction.into());
    }
    let guardrail = Guardrail {
        id: ctx.new_id(),
        tenant: new.tenant,
        entity_kind: new.entity_kind,
        action: action.to_owned(),
        object_kind: new.object_kind,
        object_type: object_type(new.object_kind, new.object_type.as_deref())?,
        verdict: new.verdict,
        absolute: new.absolute,
        created_at: ctx.now(),
    };
    guardrail.may_be_made()?;
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, new.tenant).await?;
    if actions::store::by_names(tx.conn(), &[action]).await?.is_empty() {
        return Err(RuleFault::NoSuchAction(action.to_owned()).into());
    }
    store::insert(&tx, &allowed, &guardrail).await?;
    tx.record(
        &allowed,
        Event::new("action_assignment_rule.create")
            .on("action_assignment_rule", guardrail.id)
            .after(guardrail.state()),
    );
    tx.commit().await?;
    Ok(guardrail)
}
