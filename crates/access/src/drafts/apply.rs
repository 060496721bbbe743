//! Making a draft live.

use std::collections::BTreeMap;

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Ctx, Tx};
use atoll_policy::Subject;
use uuid::Uuid;

use super::change::{RULE, event, open};
use super::model::{Draft, DraftFault, Held, What};
use super::{find, store};
use crate::blocks::NewBlock;
use crate::term::Term;
use crate::{assignments, blocks, policies, roles, tenancy};

/// Makes everything that the draft changes count, in one transaction: all of it or nothing. Whatever holds for each of the
/// changes when it is made alone holds here: who may, guardrails, the grantor's bound, policy tests.
pub async fn apply(ctx: &Ctx, id: Uuid) -> Result<Draft> {
    let known = find::known(ctx, id).await?;
    // Whoever deals with drafts in a tenant gives and takes roles and blocks there; roles themselves are asked about below.
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, known.tenant).await?;
    let mut draft = open(&tx, id).await?;
    let before = draft.state();
    take_away(&mut tx, &allowed, &draft).await?;
    change_roles(&mut tx, &allowed, &draft).await?;
    hand_out(&mut tx, &allowed, &draft).await?;
    draft.shadow = false;
    draft.applied_at = Some(ctx.now());
    draft.updated_at = ctx.now();
    store::save(&tx, &allowed, &draft).await?;
    tx.record(&allowed, event("draft.apply", &draft).before(before).after(draft.state()));
    tx.commit().await?;
    Ok(draft)
}

async fn take_away(tx: &mut Tx, allowed: &Allowed<'_, Draft>, draft: &Draft) -> Result<()> {
    for entry in &draft.entries {
        let (id, taken) = match entry.what {
            What::LeaveAssignment(id) => {
                (id, assignments::take(tx, &allowed.part(), id, draft.tenant).await?)
            }
            What::LeavePolicy(id) => (id, policies::take(tx, &allowed.part(), id, draft.tenant).await?),
            _ => continue,
        };
        if !taken {
            return Err(DraftFault::NoSuchGrant(id).into());
        }
    }
    Ok(())
}

/// Lets each role hold what it would: its blocks without those left out and with those added.
async fn change_roles(tx: &mut Tx, allowed: &Allowed<'_, Draft>, draft: &Draft) -> Result<()> {
    let mut changed: BTreeMap<Uuid, (Vec<Uuid>, Vec<Uuid>)> = BTreeMap::new();
    for entry in &draft.entries {
        match &entry.what {
            What::Link { role, block } => {
                let block = made(tx, allowed, draft, block).await?;
                changed.entry(*role).or_default().0.push(block);
            }
            What::Unlink { role, block } => changed.entry(*role).or_default().1.push(*block),
            _ => {}
        }
    }
    for (id, (added, left_out)) in changed {
        let role = roles::store::find_any(tx.conn(), id).await?.ok_or(DraftFault::NoRole(id))?;
        let ctx = allowed.ctx();
        let may = ctx.require(&roles::RULE, &role)?;
        let mut wanted = roles::store::blocks_of(tx.conn(), &[id]).await?.remove(&id).unwrap_or_default();
        if let Some(missing) = left_out.iter().find(|block| !wanted.contains(block)) {
            return Err(DraftFault::NoSuchGrant(*missing).into());
        }
        wanted.retain(|block| !left_out.contains(block));
        wanted.extend(added);
        roles::hold(tx, &may, id, &wanted).await?;
    }
    Ok(())
}

async fn hand_out(tx: &mut Tx, allowed: &Allowed<'_, Draft>, draft: &Draft) -> Result<()> {
    for entry in &draft.entries {
        match &entry.what {
            What::Assign { subject, role } => assign(tx, allowed, draft, *subject, *role).await?,
            What::Give { subject, block } => {
                let block = made(tx, allowed, draft, block).await?;
                let (tenant, subject, term) = (draft.tenant, *subject, Term::default());
                policies::give(tx, &allowed.part(), policies::NewPolicy { tenant, subject, block, term })
                    .await?;
            }
            _ => {}
        }
    }
    Ok(())
}

async fn assign(
    tx: &mut Tx,
    allowed: &Allowed<'_, Draft>,
    draft: &Draft,
    subject: Subject,
    role: Uuid,
) -> Result<()> {
    let (tenant, term) = (draft.tenant, Term::default());
    assignments::give(tx, &allowed.part(), assignments::NewAssignment { tenant, subject, role, term })
        .await?;
    Ok(())
}

/// The block, made where the draft describes one.
async fn made(tx: &mut Tx, allowed: &Allowed<'_, Draft>, draft: &Draft, block: &Held) -> Result<Uuid> {
    let described = match block {
        Held::Known(id) => return Ok(*id),
        Held::New(described) => described,
    };
    let new = NewBlock {
        id: Some(described.id),
        columns: described.scope.columns(draft.tenant),
        effect: described.effect,
        conditions: Some(described.conditions.clone()),
        actions: described.actions.clone(),
    };
    Ok(blocks::make(tx, &allowed.part(), new).await?.id)
}
