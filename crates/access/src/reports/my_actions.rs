//! What the caller may do in general.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_policy::{At, GateOn, When, catalogue};
use uuid::Uuid;

/// The seeded actions that the caller is granted on the whole platform, or in this tenant; those of the platform count in every
/// tenant. Whoever is signed in may ask, and learns nothing of a tenant but what they are granted there.
pub fn my_actions(ctx: &Ctx, tenant: Option<Uuid>) -> Result<Vec<&'static str>> {
    let me = ctx.signed_in()?;
    let world = ctx.world()?;
    let at = tenant.map_or(At::Platform, At::Tenant);
    let (when, ceiling) = (When::At(ctx.now().0), me.ceiling.as_deref());
    let granted = |action: &&str| world.gate(me.entity, when, ceiling, &[GateOn { action, at }]).is_allowed();
    Ok(catalogue::ACTIONS.iter().map(|action| action.name).filter(granted).collect())
}
