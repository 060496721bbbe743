//! Holding grants against the guardrails, whenever somebody would receive something new, by whatever change.

use std::collections::{BTreeSet, HashMap};

use atoll_base::Result;
use atoll_base::ctx::{Guard, Proposal, Tx};
use atoll_policy::{EntityKind, Fact, FactKey, ObjectKind, ObjectRef, Reception, World};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::model::{Guardrail, GuardrailFault, Receiving, judge};
use super::store;
use crate::actions::{self, Action, Target};
use crate::blocks::{Aim, Block, aim};
use crate::{overrides, target};

/// Refuses changes by which an entity of some kind would receive what a guardrail keeps from that kind. One that requires an
/// override is passed by using up one that a second person has approved.
pub(crate) struct Guardrails;

#[async_trait::async_trait]
impl Guard for Guardrails {
    async fn check(&self, proposal: &mut Proposal<'_>) -> Result<()> {
        let receptions = proposal.before.receptions(proposal.after, proposal.changes);
        if receptions.is_empty() {
            return Ok(());
        }
        let kinds: BTreeSet<EntityKind> = receptions.iter().map(|reception| reception.kind).collect();
        let guardrails = store::about(proposal.conn, &kinds).await?;
        if guardrails.is_empty() {
            return Ok(());
        }
        let held = Held::of(proposal, &receptions).await?;
        let mut needed = Vec::new();
        for reception in &receptions {
            for fault in held.against(proposal.after, &guardrails, reception) {
                match fault {
                    GuardrailFault::Rejected(_) => return Err(fault.into()),
                    GuardrailFault::NeedsOverride(_) => needed.push(fault),
                }
            }
        }
        overridden(proposal, needed).await
    }
}

/// Every guardrail that requires an override is lifted for every recipient by an approved one.
async fn overridden(proposal: &mut Proposal<'_>, needed: Vec<GuardrailFault>) -> Result<()> {
    let mut lifted = BTreeSet::new();
    for fault in needed {
        let (rule, tenant) = (fault.speaking().rule, fault.speaking().tenant);
        let Some(recipient) = fault.speaking().recipient else { return Err(fault.into()) };
        if !lifted.insert((rule, recipient, tenant)) {
            continue;
        }
        if !overrides::use_up(proposal, rule, recipient, tenant).await? {
            return Err(fault.into());
        }
    }
    Ok(())
}

/// The blocks that are received, what they are aimed at, and their actions.
struct Held {
    blocks: HashMap<Uuid, (Option<Aim>, Vec<Uuid>)>,
    actions: HashMap<Uuid, Action>,
}

impl Held {
    async fn of(proposal: &Proposal<'_>, receptions: &BTreeSet<Reception>) -> Result<Held> {
        let mut blocks = HashMap::new();
        for reception in receptions {
            let id = reception.block;
            if let Some(Fact::Block { scope, actions, .. }) = proposal.after.fact(&FactKey::Block { id }) {
                blocks.entry(id).or_insert_with(|| (settled(proposal.after, aim(&scope)), actions));
            }
        }
        let ids: Vec<Uuid> = blocks.values().flat_map(|(_, actions)| actions.iter().copied()).collect();
        Ok(Held { actions: actions::store::by_ids(proposal.conn, &ids).await?, blocks })
    }

    /// What the guardrails have against it.
    fn against(&self, after: &World, guardrails: &[Guardrail], reception: &Reception) -> Vec<GuardrailFault> {
        let Some((Some(aim), actions)) = self.blocks.get(&reception.block) else { return Vec::new() };
        let mut faults = Vec::new();
        for id in actions {
            let Some(action) = self.actions.get(id) else { continue };
            // The change itself may have given it another name.
            let name = after.action_name(*id).unwrap_or(&action.name);
            for target in reached(aim, action, guardrails) {
                let Reception { recipient, kind, tenant, .. } = *reception;
                let receiving =
                    Receiving { kind, action: name, target: &target, tenant, recipient: Some(recipient) };
                faults.extend(judge(guardrails, &receiving).err());
            }
        }
        faults
    }
}

/// What a block is aimed at, with the type of the object that it names; none if that is no more, for it reaches nothing.
fn settled(world: &World, aim: Aim) -> Option<Aim> {
    match aim {
        Aim::Object { kind, id } => {
            let kinds = kind.map_or_else(|| target::KINDS.to_vec(), |kind| vec![kind]);
            let mut objects = kinds.into_iter().map(|kind| ObjectRef::new(kind, id));
            let object = objects.find(|object| world.object_tenant(*object).is_some())?;
            Some(Aim::Target(target::aimed(world, object)))
        }
        other => Some(other),
    }
}

/// Whether an entity of this kind may receive the block through a grant of the tenant. For what the house gives by itself.
pub(crate) async fn receives(tx: &Tx, kind: EntityKind, tenant: Option<Uuid>, block: &Block) -> Result<()> {
    let guardrails = store::about(tx.conn(), &BTreeSet::from([kind])).await?;
    for action in actions_of(tx.conn(), block).await?.values() {
        for target in reached(&block.aim(), action, &guardrails) {
            let receiving =
                Receiving { kind, action: &action.name, target: &target, tenant, recipient: None };
            judge(&guardrails, &receiving)?;
        }
    }
    Ok(())
}

async fn actions_of(conn: &impl ConnectionTrait, block: &Block) -> Result<HashMap<Uuid, Action>> {
    actions::store::by_ids(conn, &block.actions).await
}

/// The kinds and types at which an action is received. Where a whole kind is reached, that is the kind and every type of
/// it that a guardrail names.
fn reached(aim: &Aim, action: &Action, guardrails: &[Guardrail]) -> BTreeSet<Target> {
    let named = |kind: ObjectKind| {
        guardrails
            .iter()
            .filter(move |guardrail| guardrail.object_kind == kind && guardrail.object_type.is_some())
            .map(move |guardrail| Target { kind, object_type: guardrail.object_type.clone() })
            .filter(|target| action.applies_to(target))
    };
    let mut reached = BTreeSet::new();
    let mut add = |target: Target| {
        if target.object_type.is_none() {
            reached.extend(named(target.kind));
        }
        reached.insert(target);
    };
    match aim {
        Aim::Target(target) => add(target.clone()),
        Aim::Everything => {
            for row in &action.applicability {
                add(Target { kind: row.kind, object_type: row.object_type.clone() });
            }
        }
        Aim::Object { .. } => {}
    }
    reached
}

#[cfg(test)]
mod tests {
    use atoll_base::Moment;

    use super::super::model::Verdict;
    use super::*;
    use crate::actions::Applicability;

    fn action(rows: &[(&str, Option<&str>)]) -> Action {
        let row =
            |(kind, object_type): &(&str, Option<&str>)| Applicability::read(kind, *object_type).unwrap();
        Action {
            id: Uuid::from_u128(1),
            name: "write".into(),
            description: None,
            applicability: rows.iter().map(row).collect(),
            created_at: Moment(0),
            updated_at: Moment(0),
        }
    }

    fn about(object_type: &str) -> Guardrail {
        Guardrail {
            id: Uuid::from_u128(2),
            tenant: None,
            entity_kind: EntityKind::Device,
            action: "write".into(),
            object_kind: ObjectKind::Resource,
            object_type: Some(object_type.into()),
            verdict: Verdict::Deny,
            absolute: false,
            created_at: Moment(0),
        }
    }

    fn shown(reached: BTreeSet<Target>) -> Vec<String> {
        reached.iter().map(Target::to_string).collect()
    }

    #[test]
    fn a_wide_block_reaches_every_kind_its_action_may_be_asked_about() {
        let write = action(&[("resource", None), ("entity", Some("human"))]);
        assert_eq!(shown(reached(&Aim::Everything, &write, &[])), ["entity:human", "resource"]);
        let rules = [about("resource:channel")];
        let found = shown(reached(&Aim::Everything, &write, &rules));
        assert_eq!(found, ["entity:human", "resource", "resource:channel"]);
    }

    #[test]
    fn a_narrow_block_reaches_what_it_names() {
        let write = action(&[("resource", None)]);
        let aim =
            Aim::Target(Target { kind: ObjectKind::Resource, object_type: Some("resource:rule".into()) });
        assert_eq!(shown(reached(&aim, &write, &[about("resource:channel")])), ["resource:rule"]);
        let kind = Aim::Target(Target { kind: ObjectKind::Resource, object_type: None });
        let found = shown(reached(&kind, &write, &[about("resource:channel")]));
        assert_eq!(found, ["resource", "resource:channel"]);
    }
}
