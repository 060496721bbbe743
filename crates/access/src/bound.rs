//! Nobody hands out more than they have.

use std::collections::HashMap;

use atoll_base::ctx::{Caller, SignedIn, Tx};
use atoll_base::{Fault, Kind, Moment, Result};
use atoll_policy::{At, Effect, GateOn, GateOutcome, Reason, Scope, Subject, When, World};
use uuid::Uuid;

use crate::actions;
use crate::blocks::{self, Block};
use crate::words::SubjectKind;
use crate::{assignments, policies, target};

/// The caller would hand out what they do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("forbidden")]
pub struct ExceedsGrantor;

impl Fault for ExceedsGrantor {
    fn kind(&self) -> Kind {
        Kind::Denied
    }

    fn code(&self) -> &'static str {
        "grant.exceeds_grantor"
    }
}

/// Whether the caller may hand out these blocks, besides being allowed to deal with policies at all: each action of each
/// block that allows something is one that the caller has, unconditionally, at the block's scope or a wider one. A grant
/// over the tenant or the platform covers everything in it; otherwise the scopes are the same. Whoever administers the
/// platform (`manage` and `policy.manage` there), and the platform itself, hand out anything. What somebody holds for a while they do not hand on.
pub(crate) async fn may_hand_out(tx: &Tx, blocks: &[Block]) -> Result<()> {
    let signed_in = match tx.ctx().caller() {
        Caller::Platform(_) => return Ok(()),
        Caller::Entity(signed_in) => signed_in,
        Caller::Nobody => return Err(ExceedsGrantor.into()),
    };
    let world = tx.ctx().world()?;
    let grants: Vec<&Block> = blocks.iter().filter(|block| block.effect == Effect::Allow).collect();
    let now = tx.ctx().now();
    if grants.is_empty() || administers(&world, signed_in, now) {
        return Ok(());
    }
    let ids: Vec<Uuid> = grants.iter().flat_map(|block| block.actions.iter().copied()).collect();
    let actions = actions::store::by_ids(tx.conn(), &ids).await?;
    let mut own: Option<Vec<Own>> = None;
    for block in grants {
        let places = places(tx, block).await?;
        for action in block.actions.iter().filter_map(|id| actions.get(id)) {
            match held(&world, signed_in, now, &action.name, &places) {
                Held::Yes => continue,
                Held::Refused => return Err(ExceedsGrantor.into()),
                Held::No => {}
            }
            if own.is_none() {
                own = Some(own_blocks(tx, &world, signed_in).await?);
            }
            if !own.as_deref().is_some_and(|own| has_same(own, block, action.id)) {
                return Err(ExceedsGrantor.into());
            }
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Held {
    Yes,
    No,
    /// Something denies the action there.
    Refused,
}

fn administers(world: &World, who: &SignedIn, now: Moment) -> bool {
    ["manage", "policy.manage"]
        .into_iter()
        .all(|action| held(world, who, now, action, &[At::Platform]) == Held::Yes)
}

/// Where a grant covers the block: at its object, in its tenant; one at the platform always does.
async fn places(tx: &Tx, block: &Block) -> Result<Vec<At>> {
    let mut places = Vec::new();
    let mut tenant = block.tenant;
    if let Scope::Object { id, kind, .. } = &block.scope
        && let Some(named) = target::named(tx, *kind, *id).await?
    {
        tenant = tenant.or(named.tenant);
        places.push(At::Object { object: named.object, tenant: named.tenant });
    }
    places.push(tenant.map_or(At::Platform, At::Tenant));
    Ok(places)
}

fn held(world: &World, who: &SignedIn, now: Moment, action: &str, places: &[At]) -> Held {
    let ways: Vec<GateOn<'_>> = places.iter().map(|at| GateOn { action, at: *at }).collect();
    let ask = |when| world.gate(who.entity, when, who.ceiling.as_deref(), &ways);
    match ask(When::At(now.0)) {
        GateOutcome::Allowed { .. } if ask(When::Lasting).is_allowed() => Held::Yes,
        GateOutcome::Denied(Reason::DeniedByPolicy | Reason::DeniedByRole(_)) => Held::Refused,
        _ => Held::No,
    }
}

/// A block that the caller has, with the tenant in which it counts.
struct Own {
    within: Option<Uuid>,
    block: Block,
}

/// What the caller holds itself and through its groups. An access token with a ceiling hands out only what a gate
/// grants.
async fn own_blocks(tx: &Tx, world: &World, who: &SignedIn) -> Result<Vec<Own>> {
    if who.ceiling.is_some() {
        return Ok(Vec::new());
    }
    let mut held: HashMap<Uuid, Vec<Option<Uuid>>> = HashMap::new();
    for kind in [SubjectKind::Entity, SubjectKind::Group] {
        let subjects: Vec<Uuid> = world
            .principals_of(who.entity, When::Lasting)
            .into_iter()
            .filter(|subject| SubjectKind::from(*subject) == kind)
            .map(Subject::id)
            .collect();
        let direct = policies::store::blocks_held(tx.conn(), kind, &subjects).await?;
        let by_role = assignments::store::blocks_held(tx.conn(), kind, &subjects).await?;
        for (tenant, block) in direct.into_iter().chain(by_role) {
            held.entry(block).or_default().push(tenant);
        }
    }
    let ids: Vec<Uuid> = held.keys().copied().collect();
    let mut own = Vec::new();
    for block in blocks::store::by_ids(tx.conn(), &ids).await? {
        for tenant in held.get(&block.id).into_iter().flatten() {
            own.push(Own { within: tenant.or(block.tenant), block: block.clone() });
        }
    }
    Ok(own)
}

/// Whether the action is held, unconditionally and undenied, at exactly the scope of the block.
fn has_same(own: &[Own], block: &Block, action: Uuid) -> bool {
    let same = |one: &&Own| {
        one.block.scope == block.scope
            && one.block.actions.contains(&action)
            && (one.within.is_none() || one.within == block.tenant)
    };
    let mut allowed = false;
    for one in own.iter().filter(same) {
        match one.block.effect {
            Effect::Deny => return false,
            Effect::Allow => allowed |= one.block.is_unconditional(),
        }
    }
    allowed
}

#[cfg(test)]
mod tests {
    use atoll_base::Moment;
    use atoll_policy::ObjectKind;
    use serde_json::{Value, json};

    use super::*;

    const READ: Uuid = Uuid::from_u128(1);
    const TENANT: Uuid = Uuid::from_u128(9);

    fn block(tenant: Option<Uuid>, effect: Effect, conditions: Value) -> Block {
        Block {
            id: Uuid::from_u128(5),
            tenant,
            scope: Scope::Kind(ObjectKind::Resource),
            effect,
            conditions,
            actions: vec![READ],
            created_at: Moment(0),
            updated_at: Moment(0),
        }
    }

    fn own(within: Option<Uuid>, effect: Effect, conditions: Value) -> Own {
        Own { within, block: block(within, effect, conditions) }
    }

    #[test]
    fn the_same_scope_counts_where_it_reaches_as_far() {
        let asked = block(Some(TENANT), Effect::Allow, json!({}));
        let allow = |within| own(within, Effect::Allow, json!({}));
        assert!(has_same(&[allow(Some(TENANT))], &asked, READ));
        assert!(has_same(&[allow(None)], &asked, READ));
        assert!(!has_same(&[allow(Some(Uuid::from_u128(8)))], &asked, READ));
        assert!(!has_same(&[allow(Some(TENANT))], &asked, Uuid::from_u128(2)));
        assert!(!has_same(&[allow(Some(TENANT))], &block(None, Effect::Allow, json!({})), READ));
        assert!(!has_same(&[], &asked, READ));
    }

    #[test]
    fn conditions_and_denies_do_not_count_as_having() {
        let asked = block(Some(TENANT), Effect::Allow, json!({}));
        let conditional = own(Some(TENANT), Effect::Allow, json!({ "context.x": 1 }));
        assert!(!has_same(&[conditional], &asked, READ));
        let allow = own(Some(TENANT), Effect::Allow, json!({}));
        let deny = own(None, Effect::Deny, json!({ "context.x": 1 }));
        assert!(!has_same(&[allow, deny], &asked, READ));
    }
}
