//! Holding grants against the guardrails, whenever somebody would receive something new.

use std::collections::{BTreeMap, BTreeSet};

use atoll_base::Result;
use atoll_base::ctx::Tx;
use atoll_policy::{Effect, EntityKind, ObjectKind, Subject};
use uuid::Uuid;

use super::model::{Guardrail, GuardrailFault, Receiving, Spoken, judge};
use super::store;
use crate::actions::{self, Action, Target};
use crate::blocks::{self, Aim, Block};
use crate::roles::{self, Role};
use crate::words::SubjectKind;
use crate::{assignments, groups, policies, target};

/// How many guardrails that speak against a grant are told.
const TOLD: usize = 20;

/// Entities of these kinds would receive these blocks through a grant of the tenant, or of the platform.
///
/// A block over a whole tenant or the platform is held against the guardrails for everything it reaches: each kind and
/// type that its actions may be asked about.
pub(crate) async fn receives(
    tx: &Tx,
    kinds: &BTreeSet<EntityKind>,
    tenant: Option<Uuid>,
    blocks: &[Block],
) -> Result<()> {
    let grants: Vec<&Block> = blocks.iter().filter(|block| block.effect == Effect::Allow).collect();
    if kinds.is_empty() || grants.is_empty() {
        return Ok(());
    }
    let guardrails = store::holding_for(tx.conn(), kinds, tenant).await?;
    if guardrails.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = grants.iter().flat_map(|block| block.actions.iter().copied()).collect();
    let actions = actions::store::by_ids(tx.conn(), &ids).await?;
    let mut spoken = Vec::new();
    for block in grants {
        let aim = match block.aim() {
            Aim::Object { kind, id } => match target::named(tx, kind, id).await? {
                Some(named) => Aim::Target(named.target()),
                // Over something that is no more: it reaches nothing.
                None => continue,
            },
            other => other,
        };
        for action in block.actions.iter().filter_map(|id| actions.get(id)) {
            for target in reached(&aim, action, &guardrails) {
                for kind in kinds {
                    let receiving = Receiving { kind: *kind, action: &action.name, target: &target, tenant };
                    if let Some(guardrail) = judge(&guardrails, &receiving)
                        && spoken.len() < TOLD
                    {
                        let (guardrail, action) = (guardrail.clone(), action.name.clone());
                        spoken.push(Spoken { guardrail, kind: *kind, action, target: target.clone() });
                    }
                }
            }
        }
    }
    match spoken.is_empty() {
        true => Ok(()),
        false => Err(GuardrailFault { first: spoken.remove(0), others: spoken }.into()),
    }
}

/// An entity of this kind would receive what these groups hold.
pub(crate) async fn kind_receives_of_groups(tx: &Tx, kind: EntityKind, groups: &[Uuid]) -> Result<()> {
    receives_of(tx, &BTreeSet::from([kind]), &held_by_groups(tx, groups).await?).await
}

/// The members of a group and of those below it would receive what these groups hold.
pub(crate) async fn groups_come_under(tx: &Tx, group: Uuid, above: &[Uuid]) -> Result<()> {
    let below = groups::store::below(tx.conn(), group).await?;
    let kinds = groups::members::store::kinds_in(tx.conn(), &below).await?;
    receives_of(tx, &kinds, &held_by_groups(tx, above).await?).await
}

/// Everybody who has the role would receive these blocks.
pub(crate) async fn role_hands_out(tx: &Tx, role: &Role, blocks: &[Block]) -> Result<()> {
    let mut kinds = assignments::store::entity_kinds(tx.conn(), role.id).await?;
    for group in assignments::store::groups_of(tx.conn(), role.id).await? {
        let below = groups::store::below(tx.conn(), group).await?;
        kinds.extend(groups::members::store::kinds_in(tx.conn(), &below).await?);
    }
    receives(tx, &kinds, role.tenant, blocks).await
}

/// An entity would become one of this kind and keep all it holds, itself and through its groups. For the room that
/// keeps entities, before it changes their kind.
pub async fn entity_becomes(tx: &Tx, entity: Uuid, kind: EntityKind) -> Result<()> {
    let mut above = Vec::new();
    for group in groups::members::groups_of(tx.conn(), entity).await? {
        above.extend(groups::store::above(tx.conn(), group).await?);
    }
    let mut held = held_by_groups(tx, &above).await?;
    held.extend(held_by(tx, SubjectKind::from(Subject::Entity(entity)), &[entity]).await?);
    receives_of(tx, &BTreeSet::from([kind]), &held).await
}

type Held = Vec<(Option<Uuid>, Uuid)>;

async fn held_by_groups(tx: &Tx, groups: &[Uuid]) -> Result<Held> {
    // What the roles hold stays as it is until this transaction ends.
    roles::store::hold_assigned(tx, SubjectKind::Group, groups).await?;
    held_by(tx, SubjectKind::Group, groups).await
}

async fn held_by(tx: &Tx, kind: SubjectKind, subjects: &[Uuid]) -> Result<Held> {
    let mut held = policies::store::blocks_held(tx.conn(), kind, subjects).await?;
    held.extend(assignments::store::blocks_held(tx.conn(), kind, subjects).await?);
    Ok(held)
}

async fn receives_of(tx: &Tx, kinds: &BTreeSet<EntityKind>, held: &[(Option<Uuid>, Uuid)]) -> Result<()> {
    let mut by_tenant: BTreeMap<Option<Uuid>, Vec<Uuid>> = BTreeMap::new();
    for (tenant, block) in held {
        by_tenant.entry(*tenant).or_default().push(*block);
    }
    for (tenant, ids) in by_tenant {
        let blocks = blocks::store::by_ids(tx.conn(), &ids).await?;
        receives(tx, kinds, tenant, &blocks).await?;
    }
    Ok(())
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
