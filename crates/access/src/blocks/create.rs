//! Making a permission block.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Event, Result, fields};
use atoll_policy::{Change, Effect, GroupFlavour, Scope, ScopeColumns, ScopeError};
use atoll_policy::{Fact, FactKey};
use serde_json::Value;
use uuid::Uuid;

use super::model::{Aim, Block, BlockFault, aim};
use super::store;
use crate::actions::{self, Target};
use crate::{target, tenancy};

/// Who may make blocks.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// What is needed for a block.
#[derive(Clone, Debug)]
pub struct NewBlock {
    /// Its id, if whoever makes it brings one.
    pub id: Option<Uuid>,
    /// Its tenant and where it applies.
    pub columns: ScopeColumns,
    /// What it does.
    pub effect: Effect,
    /// When it applies.
    pub conditions: Option<Value>,
    /// Ids of its actions.
    pub actions: Vec<Uuid>,
}

/// Makes the block. It is refused with the first of these that applies: no action, columns that make no scope or name
/// what is not there, an unknown action, one that cannot be asked about such objects, conditions that are no object.
/// Types are kept as `kind:sub` however they were written. A block of a tenant names no object of another.
pub async fn create(ctx: &Ctx, new: NewBlock) -> Result<Block> {
    let tenant = new.columns.tenant_id;
    let allowed = ctx.require(&RULE, &Within::<Block>::tenant(tenant))?;
    let mut tx = ctx.begin().await?;
    let block = make(&mut tx, &allowed, new).await?;
    tx.commit().await?;
    Ok(block)
}

pub(crate) async fn make(tx: &mut Tx, allowed: &Allowed<'_, Block>, new: NewBlock) -> Result<Block> {
    let tenant = new.columns.tenant_id;
    tenancy::active(tx, tenant).await?;
    if new.actions.is_empty() {
        return Err(BlockFault::NoActions.into());
    }
    let object = object_target(tx, &new.columns).await?;
    group_known(tx, &new.columns).await?;
    // What the columns lack in general is said after what is wrong with the actions.
    let scope = match Scope::try_from(&new.columns) {
        Err(ScopeError::Invalid) => None,
        other => Some(other.map_err(BlockFault::from)?),
    };
    applicable(tx, &new.actions, scope.as_ref(), object).await?;
    let conditions = fields::object("conditions", new.conditions)?;
    let scope = scope.ok_or(BlockFault::Scope(ScopeError::Invalid))?;
    let mut actions = new.actions;
    actions.sort_unstable();
    actions.dedup();
    let block = Block {
        id: new.id.unwrap_or_else(|| tx.ctx().new_id()),
        tenant,
        scope,
        effect: new.effect,
        conditions,
        actions,
        created_at: tx.ctx().now(),
        updated_at: tx.ctx().now(),
    };
    store::insert(tx, allowed, &block).await?;
    tx.record(
        allowed,
        Event::new("permission_block.create")
            .on("permission_block", block.id)
            .after(block.state())
            .change(Change::Put(block.fact())),
    );
    Ok(block)
}

/// What a block over one object is aimed at. The object is there, and belongs to the block's tenant if it has one.
async fn object_target(tx: &Tx, columns: &ScopeColumns) -> Result<Option<Target>> {
    let (mode, Some(id)) = (columns.scope_mode.as_str(), columns.object_id) else { return Ok(None) };
    if mode != "object" {
        return Ok(None);
    }
    let kind = columns.object_kind.as_deref().filter(|kind| !kind.is_empty());
    let kind = kind.map(|kind| kind.parse().map_err(|_| BlockFault::from(ScopeError::UnknownObject)));
    let found = target::named(tx, kind.transpose()?, id).await?;
    let found = found.filter(|found| columns.tenant_id.is_none() || found.tenant == columns.tenant_id);
    Ok(Some(found.ok_or(BlockFault::Scope(ScopeError::UnknownObject))?.target()))
}

/// The object group of a block is there and belongs to the block's tenant.
async fn group_known(tx: &Tx, columns: &ScopeColumns) -> Result<()> {
    let (mode, Some(id)) = (columns.scope_mode.as_str(), columns.group_id) else { return Ok(()) };
    if mode != "group" && !mode.starts_with("group_") {
        return Ok(());
    }
    match tx.fact(&FactKey::Group { id }).await? {
        Some(Fact::Group { flavour: GroupFlavour::Object, deleted: false, tenant, .. }) => {
            if tenant == columns.tenant_id {
                Ok(())
            } else {
                Err(BlockFault::from(ScopeError::ForeignGroup).into())
            }
        }
        _ => Err(BlockFault::from(ScopeError::UnknownGroup).into()),
    }
}

/// Every action exists and can be asked about what the block is aimed at.
async fn applicable(tx: &Tx, ids: &[Uuid], scope: Option<&Scope>, object: Option<Target>) -> Result<()> {
    let known = actions::store::by_ids(tx.conn(), ids).await?;
    if let Some(missing) = ids.iter().find(|id| !known.contains_key(id)) {
        return Err(BlockFault::NoSuchAction(*missing).into());
    }
    let target = match scope.map(aim) {
        None | Some(Aim::Everything) => return Ok(()),
        Some(Aim::Target(target)) => target,
        Some(Aim::Object { .. }) => match object {
            Some(target) => target,
            None => return Ok(()),
        },
    };
    match ids.iter().filter_map(|id| known.get(id)).find(|action| !action.applies_to(&target)) {
        Some(action) => Err(BlockFault::NotApplicable { action: action.name.clone(), target }.into()),
        None => Ok(()),
    }
}
