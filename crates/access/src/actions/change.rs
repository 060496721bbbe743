//! Making, changing and removing actions, and what they may be asked about.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, FactKey};
use serde_json::json;
use uuid::Uuid;

use super::model::{Action, ActionFault, ActionPatch, Applicability};
use super::store::{self, ApplicabilityEntry};
use crate::blocks;

/// Who may change the catalogue.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("policy.manage")]);

/// What is needed for an action.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// Its name.
    pub name: String,
    /// What it means.
    pub description: Option<String>,
    /// What it may be asked about.
    pub applicability: Vec<Applicability>,
}

fn permitted(ctx: &Ctx) -> Result<Allowed<'_, Action>> {
    ctx.require(&RULE, &Within::<Action>::platform())
}

async fn locked(tx: &Tx, id: Uuid) -> Result<Action> {
    Ok(store::lock(tx, id).await?.ok_or_else(|| Common::not_found("capability", id))?)
}

fn each_once(mut rows: Vec<Applicability>) -> Vec<Applicability> {
    rows.sort();
    rows.dedup();
    rows
}

/// Makes an action.
pub async fn create(ctx: &Ctx, new: NewAction) -> Result<Action> {
    let allowed = permitted(ctx)?;
    let action = Action {
        id: ctx.new_id(),
        name: new.name,
        description: new.description,
        applicability: each_once(new.applicability),
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let mut tx = ctx.begin().await?;
    store::insert(&tx, &allowed, &action).await?;
    tx.record(
        &allowed,
        Event::new("action.create")
            .on("action", action.id)
            .after(action.state())
            .change(Change::Put(action.fact()))
            .changes(action.applicability.iter().map(|row| Change::Put(row.fact(action.id)))),
    );
    tx.commit().await?;
    Ok(action)
}

/// Applies a patch. Access tokens and guardrails name actions: those that mean the old name mean no other one.
pub async fn update(ctx: &Ctx, id: Uuid, patch: ActionPatch) -> Result<Action> {
    let allowed = permitted(ctx)?;
    let mut tx = ctx.begin().await?;
    let old = locked(&tx, id).await?;
    let mut action = old.clone();
    let mut fields = Vec::new();
    if let Some(name) = patch.name {
        action.name = name;
        fields.push("name");
    }
    if let Some(description) = patch.description {
        action.description = description;
        fields.push("description");
    }
    let mut changes = vec![Change::Put(action.fact())];
    if let Some(rows) = patch.applicability {
        action.applicability = each_once(rows);
        fields.push("applicability");
        for gone in old.applicability.iter().filter(|row| !action.applicability.contains(row)) {
            store::delete_row(&tx, &allowed, id, gone).await?;
            changes.push(Change::Drop(gone.key(id)));
        }
        let added: Vec<_> =
            action.applicability.iter().filter(|row| !old.applicability.contains(row)).cloned().collect();
        store::insert_rows(&tx, &allowed, id, &added).await?;
        changes.extend(added.iter().map(|row| Change::Put(row.fact(id))));
    }
    action.updated_at = ctx.now();
    store::save(&tx, &allowed, &action).await?;
    tx.record(
        &allowed,
        Event::new("action.update")
            .on("action", id)
            .detail("updated_fields", fields)
            .before(old.state())
            .after(action.state())
            .changes(changes),
    );
    tx.commit().await?;
    Ok(action)
}

/// Removes an action for good: blocks that grant it grant the rest of what they hold.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let allowed = permitted(ctx)?;
    let mut tx = ctx.begin().await?;
    let action = locked(&tx, id).await?;
    let holding = blocks::store::holding_action(tx.conn(), id).await?;
    store::delete(&tx, &allowed, id).await?;
    let mut event = Event::new("action.delete")
        .on("action", id)
        .detail("blocks", holding.len())
        .before(action.state())
        .change(Change::Drop(FactKey::Action { id }))
        .changes(action.applicability.iter().map(|row| Change::Drop(row.key(id))));
    for mut block in holding {
        block.actions.retain(|action| *action != id);
        event = event.change(Change::Put(block.fact()));
    }
    tx.record(&allowed, event);
    tx.commit().await?;
    Ok(())
}

/// Lets an action be asked about more; nothing happens when it may already.
pub async fn add_applicability(ctx: &Ctx, id: Uuid, row: Applicability) -> Result<ApplicabilityEntry> {
    let allowed = permitted(ctx)?;
    let mut tx = ctx.begin().await?;
    let action = locked(&tx, id).await?;
    if !action.applicability.contains(&row) {
        store::insert_rows(&tx, &allowed, id, std::slice::from_ref(&row)).await?;
        tx.record(
            &allowed,
            Event::new("action_applicability.add")
                .on("action", id)
                .detail("object_kind", row.kind.as_str())
                .detail("object_type", row.object_type.clone())
                .after(json!({ "object_kind": row.kind.as_str(), "object_type": row.object_type }))
                .change(Change::Put(row.fact(id))),
        );
    }
    let since = store::row_since(tx.conn(), id, &row).await?;
    tx.commit().await?;
    Ok(ApplicabilityEntry {
        action: id,
        name: action.name,
        description: action.description,
        applicability: row,
        created_at: since,
    })
}

/// Lets an action be asked about less.
pub async fn remove_applicability(ctx: &Ctx, id: Uuid, row: Applicability) -> Result<()> {
    let allowed = permitted(ctx)?;
    let mut tx = ctx.begin().await?;
    if !store::delete_row(&tx, &allowed, id, &row).await? {
        return Err(ActionFault::NoSuchRow.into());
    }
    tx.record(
        &allowed,
        Event::new("action_applicability.remove")
            .on("action", id)
            .detail("object_kind", row.kind.as_str())
            .detail("object_type", row.object_type.clone())
            .before(json!({ "object_kind": row.kind.as_str(), "object_type": row.object_type }))
            .change(Change::Drop(row.key(id))),
    );
    tx.commit().await?;
    Ok(())
}
