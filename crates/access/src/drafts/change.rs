//! Making, changing and removing drafts, and putting them into shadow.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Event, Result, fields};
use serde_json::Value;
use uuid::Uuid;

use super::model::{DRAFTS_MAX, Draft, DraftFault, SHADOWS_MAX};
use super::valid::{DraftChange, entries};
use super::{find, store};
use crate::tenancy;

/// Who may make and change drafts.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);
/// Who may remove them.
pub(crate) const REMOVE: Rule = RULE.even_inactive();

/// What is needed for a draft.
#[derive(Clone, Debug)]
pub struct NewDraft {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it changes.
    pub changes: Vec<DraftChange>,
}

/// Makes a draft for a tenant, or for the platform. It may hold more than whoever makes it could hand out: that is asked when
/// it is made live.
pub async fn create(ctx: &Ctx, tenant: Option<Uuid>, new: NewDraft) -> Result<Draft> {
    ctx.signed_in()?;
    let allowed = ctx.require(&RULE, &Within::<Draft>::tenant(tenant))?;
    let draft = Draft {
        id: ctx.new_id(),
        tenant,
        name: fields::name("name", &new.name)?,
        description: fields::description(new.description.as_deref())?,
        version: 1,
        shadow: false,
        applied_at: None,
        entries: entries(&*ctx.world()?, tenant, new.changes, || ctx.new_id())?,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, tenant).await?;
    if store::count(tx.conn(), tenant).await? >= DRAFTS_MAX {
        return Err(DraftFault::TooMany.into());
    }
    store::insert(&tx, &allowed, &draft).await?;
    tx.record(&allowed, event("draft.create", &draft).after(draft.state()));
    tx.commit().await?;
    Ok(draft)
}

/// Gives a draft another name, description and changes. What was reported about it is forgotten.
pub async fn update(ctx: &Ctx, id: Uuid, new: NewDraft) -> Result<Draft> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let entries = entries(&*ctx.world()?, known.tenant, new.changes, || ctx.new_id())?;
    let tx = ctx.begin().await?;
    tenancy::active(&tx, known.tenant).await?;
    let mut draft = open(&tx, id).await?;
    let before = draft.state();
    draft.name = fields::name("name", &new.name)?;
    draft.description = fields::description(new.description.as_deref())?;
    draft.entries = entries;
    next_version(&tx, &allowed, &mut draft).await?;
    store::save(&tx, &allowed, &draft).await?;
    store::put_entries(&tx, &allowed, &draft).await?;
    record(tx, &allowed, "draft.update", &draft, before).await?;
    Ok(draft)
}

/// Puts a draft into shadow, where the questions that come are put to it too, or takes it out. What was reported about it
/// before it went into shadow is forgotten.
pub async fn set_shadow(ctx: &Ctx, id: Uuid, on: bool) -> Result<Draft> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let tx = ctx.begin().await?;
    tenancy::active(&tx, known.tenant).await?;
    let mut draft = open(&tx, id).await?;
    if draft.shadow == on {
        return Ok(draft);
    }
    if on && store::count_in_shadow(tx.conn(), draft.tenant).await? >= SHADOWS_MAX {
        return Err(DraftFault::TooManyInShadow.into());
    }
    let before = draft.state();
    draft.shadow = on;
    if on {
        next_version(&tx, &allowed, &mut draft).await?;
    }
    store::save(&tx, &allowed, &draft).await?;
    record(tx, &allowed, "draft.shadow", &draft, before).await?;
    Ok(draft)
}

/// Removes a draft with what was reported about it.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&REMOVE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    if !store::delete(&tx, &allowed, id).await? {
        return Err(Common::not_found("draft", id).into());
    }
    tx.record(&allowed, event("draft.delete", &known).before(known.state()));
    tx.commit().await?;
    Ok(())
}

/// The draft, for the rest of the transaction, if it can still be changed.
pub(super) async fn open(tx: &Tx, id: Uuid) -> Result<Draft> {
    let draft = store::lock(tx, id).await?.ok_or_else(|| Common::not_found("draft", id))?;
    if draft.applied_at.is_some() { Err(DraftFault::Applied.into()) } else { Ok(draft) }
}

async fn next_version(tx: &Tx, allowed: &Allowed<'_, Draft>, draft: &mut Draft) -> Result<()> {
    draft.version += 1;
    draft.updated_at = tx.ctx().now();
    store::forget_reports(tx, allowed, draft.id).await?;
    if draft.shadow { store::begin_report(tx, allowed, draft).await } else { Ok(()) }
}

async fn record(
    mut tx: Tx,
    allowed: &Allowed<'_, Draft>,
    name: &'static str,
    draft: &Draft,
    before: Value,
) -> Result<()> {
    tx.record(allowed, event(name, draft).before(before).after(draft.state()));
    tx.commit().await?;
    Ok(())
}

pub(super) fn event(name: &'static str, draft: &Draft) -> Event {
    Event::new(name).of(draft.tenant).on("draft", draft.id)
}
