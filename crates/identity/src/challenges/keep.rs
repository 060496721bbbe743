//! Keeping challenges, and taking them when their answer comes.

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::{Common, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::model::{
    Challenge, ChallengeFault, LIFE, MOST_OF_ENTITY, MOST_OF_NETWORK, MOST_OF_STRANGERS, Purpose,
};
use super::store;
use crate::sessions::Refused;
use crate::sessions::attempts::Near;

/// Keeps what an answer will be compared with; the id that the answer must name.
pub(crate) async fn keep(
    ctx: &Ctx,
    purpose: Purpose,
    entity: Option<Uuid>,
    state: &impl Serialize,
) -> Result<Uuid> {
    Refused::when_tried(ctx)?;
    let network = entity.is_none().then(|| Near::of(ctx).map(|near| near.network)).flatten();
    let ctx = ctx.as_platform("ask a passkey");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Challenge>::platform())?;
    let tx = ctx.begin().await?;
    if let Some(network) = &network
        && store::waiting_near(tx.conn(), network, ctx.now()).await? >= MOST_OF_NETWORK
    {
        return Err(ChallengeFault::TooMany.into());
    }
    let most = if entity.is_some() { MOST_OF_ENTITY } else { MOST_OF_STRANGERS };
    if store::waiting(tx.conn(), entity, ctx.now()).await? >= most {
        return Err(ChallengeFault::TooMany.into());
    }
    let mut challenge = Challenge {
        id: ctx.new_id(),
        entity,
        purpose: purpose.as_str().to_owned(),
        network,
        sealed: Vec::new(),
        expires_at: ctx.now().plus(LIFE),
    };
    let state = serde_json::to_vec(state).map_err(Common::bug)?;
    challenge.sealed = ctx.ground().vault().seal(&challenge.place(), &state);
    store::insert(&tx, &allowed, &challenge).await?;
    tx.commit().await?;
    Ok(challenge.id)
}

/// Takes the challenge with this id: whatever becomes of the answer, there is no second one.
///
/// # Errors
/// [`ChallengeFault::Over`], also when it is for something else or of somebody else.
pub(crate) async fn take<T: DeserializeOwned>(
    ctx: &Ctx,
    purpose: Purpose,
    entity: Option<Uuid>,
    id: Uuid,
) -> Result<T> {
    Refused::when_tried(ctx)?;
    let ctx = ctx.as_platform("ask a passkey");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Challenge>::platform())?;
    let tx = ctx.begin().await?;
    let taken = store::take(&tx, &allowed, id).await?;
    tx.commit().await?;
    let fits = |one: &Challenge| one.purpose == purpose.as_str() && one.entity == entity;
    let challenge = taken.filter(fits).ok_or(ChallengeFault::Over)?;
    let state = ctx.ground().vault().open(&challenge.place(), &challenge.sealed)?;
    Ok(serde_json::from_slice(state.reveal()).map_err(Common::bug)?)
}

/// Forgets what an entity was asked.
pub(crate) async fn forget_entity(tx: &Tx, allowed: &Allowed<'_, Challenge>, entity: Uuid) -> Result<()> {
    store::forget(tx, allowed, entity).await
}

/// Forgets what is over; how many there were.
pub(crate) async fn prune(tx: &Tx, allowed: &Allowed<'_, Challenge>) -> Result<u64> {
    store::prune(tx, allowed, tx.ctx().now()).await
}
