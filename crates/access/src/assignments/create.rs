//! Giving a role to a subject.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, Subject};
use uuid::Uuid;

use super::model::Assignment;
use super::store;
use crate::subjects::{self, GrantFault};
use crate::term::{Renewal, Term};
use crate::{roles, tenancy};

/// Who may give roles.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// What is needed for an assignment.
#[derive(Clone, Debug)]
pub struct NewAssignment {
    /// The tenant of the role.
    pub tenant: Option<Uuid>,
    /// Who receives it.
    pub subject: Subject,
    /// The role.
    pub role: Uuid,
    /// For how long, and why.
    pub term: Term,
}

/// Gives the role; a subject that holds it already keeps the assignment it has, for longer if that is what is given.
pub async fn create(ctx: &Ctx, new: NewAssignment) -> Result<Assignment> {
    let allowed = ctx.require(&RULE, &Within::<Assignment>::tenant(new.tenant))?;
    let mut tx = ctx.begin().await?;
    let assignment = give(&mut tx, &allowed, new).await?;
    tx.commit().await?;
    Ok(assignment)
}

/// Gives an entity a role of a tenant that it belongs to, in a transaction of another room.
pub async fn assign_in_tenant(
    tx: &mut Tx,
    allowed: &Allowed<'_, Assignment>,
    tenant: Uuid,
    entity: Uuid,
    role: Uuid,
) -> Result<Assignment> {
    let (tenant, subject, term) = (Some(tenant), Subject::Entity(entity), Term::default());
    give(tx, allowed, NewAssignment { tenant, subject, role, term }).await
}

pub(crate) async fn give(
    tx: &mut Tx,
    allowed: &Allowed<'_, Assignment>,
    new: NewAssignment,
) -> Result<Assignment> {
    let now = tx.ctx().now();
    new.term.check(now)?;
    tenancy::active(tx, new.tenant).await?;
    subjects::may_receive(tx, new.subject, new.tenant).await?;
    let role = roles::store::hold_live(tx, new.role).await?.ok_or(GrantFault::UnknownRole)?;
    if role.tenant != new.tenant {
        return Err(GrantFault::RoleTenant.into());
    }
    let known = store::holding(tx.conn(), new.role, new.subject).await?;
    if let Some(known) = &known
        && known.term.renewed(&new.term, now)? == Renewal::Kept
    {
        return Ok(known.clone());
    }
    if let Some(known) = known {
        return renew(tx, allowed, known, new.term).await;
    }
    let assignment = Assignment {
        id: tx.ctx().new_id(),
        tenant: new.tenant,
        subject: new.subject,
        role: role.id,
        term: new.term,
        created_at: now,
    };
    enter(tx, allowed, &assignment).await?;
    Ok(assignment)
}

async fn renew(
    tx: &mut Tx,
    allowed: &Allowed<'_, Assignment>,
    mut assignment: Assignment,
    term: Term,
) -> Result<Assignment> {
    let before = assignment.state();
    assignment.term = term;
    store::save(tx, allowed, &assignment).await?;
    let mut event = Event::new("role_assignment.renew")
        .on("role_assignment", assignment.id)
        .before(before)
        .after(assignment.state())
        .change(Change::Put(assignment.fact()));
    if assignment.tenant.is_some() {
        event = event.of(assignment.tenant);
    }
    tx.record(allowed, event);
    Ok(assignment)
}

/// Writes an assignment that nothing speaks against.
async fn enter(tx: &mut Tx, allowed: &Allowed<'_, Assignment>, assignment: &Assignment) -> Result<()> {
    store::insert(tx, allowed, assignment).await?;
    tx.record(allowed, created(assignment));
    Ok(())
}

/// What the ledger remembers of a new assignment.
pub(crate) fn created(assignment: &Assignment) -> Event {
    let event = Event::new("role_assignment.create")
        .on("role_assignment", assignment.id)
        .after(assignment.state())
        .change(Change::Put(assignment.fact()));
    if assignment.tenant.is_some() { event.of(assignment.tenant) } else { event }
}
