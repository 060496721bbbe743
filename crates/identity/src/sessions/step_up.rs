//! Proving anew who one is, in the session one has.

use atoll_base::ctx::{Allowed, Ctx, Methods, Rule, Tx, Within};
use atoll_base::{Common, Event, Result, Secret};
use uuid::Uuid;

use super::attempts::{Account, Attempts};
use super::claims;
use super::model::Session;
use super::recent::StepUpRequired;
use super::refresh::NotRefreshable;
use super::sign_in::SignedIn;
use super::store;
use crate::factors::{self, FactorProof, WrongFactor, prove};
use crate::identity::Identity;
use crate::passwords;

/// The event of a session that was proved anew; whoever remembers its tokens has to look again.
pub(crate) const RAISED: &str = "session.step_up";

/// What somebody proves themselves with anew.
#[derive(Clone, Debug)]
pub enum StepUp {
    /// Their password.
    Password(Secret<String>),
    /// A second factor.
    Factor(FactorProof),
}

/// Notes that the caller's session has proved this too: a factor that was set up in it.
pub(crate) async fn raise_own(tx: &mut Tx, allowed: &Allowed<'_, Session>, proved: Methods) -> Result<()> {
    let caller = tx.ctx().caller();
    let (Some(id), Some(entity)) = (caller.session_id(), caller.entity_id()) else { return Ok(()) };
    let Some(session) = store::find(tx.conn(), id).await? else { return Ok(()) };
    let methods = session.methods.with(proved);
    if store::raise(tx, allowed, id, methods).await? {
        tx.record(allowed, raised(entity, id, methods));
    }
    Ok(())
}

fn raised(entity: Uuid, session: Uuid, methods: Methods) -> Event {
    Event::new(RAISED)
        .on("entity", entity)
        .detail("session_id", session.to_string())
        .detail("methods", methods.to_string())
}

/// Raises the caller's session: it was proved now, also with this. Returns a token that says so. Wrong proofs count like
/// those of signing in.
pub async fn step_up(ctx: &Ctx, identity: &Identity, given: StepUp) -> Result<SignedIn> {
    let caller = ctx.signed_in()?;
    let id = caller.session.ok_or(NotRefreshable::NoSession)?;
    let (entity, tenant) = (caller.entity, caller.tenant);
    let proved = match given {
        // Who knows only the password must not make an old proof of more than that look new.
        StepUp::Password(_) if factors::has_any(&ctx.reader(), entity).await? => {
            return Err(StepUpRequired::SecondFactor.into());
        }
        StepUp::Password(password) => {
            passwords::prove(ctx, identity, entity, password).await?;
            None
        }
        StepUp::Factor(factor) => {
            let attempts = Attempts::one_more(ctx, &identity.turns, Account::Factor(entity)).await?;
            let Some(accepted) = prove(ctx, identity, entity, factor).await? else {
                attempts.fail(ctx).await?;
                return Err(WrongFactor.into());
            };
            Some((accepted, attempts))
        }
    };
    let methods = proved.as_ref().map_or(Methods::PASSWORD, |(accepted, _)| accepted.methods());
    let ctx = ctx.as_platform("step up");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::tenant(tenant))?;
    let mut tx = ctx.begin().await?;
    if let Some((accepted, attempts)) = &proved {
        if !accepted.take(&tx, &allowed).await? {
            return Err(WrongFactor.into());
        }
        attempts.succeed(&tx, &allowed.part()).await?;
    }
    let before = store::find(tx.conn(), id).await?.ok_or(NotRefreshable::Ended)?;
    // An exchanged token is as good as what it was exchanged from.
    if before.exchange.is_some() {
        return Err(NotRefreshable::Ended.into());
    }
    let methods = before.methods.with(methods);
    if !store::raise(&tx, &allowed, id, methods).await? {
        return Err(NotRefreshable::Ended.into());
    }
    let session = store::find(tx.conn(), id).await?.ok_or_else(|| Common::bug("a session vanished"))?;
    let token = claims::token(&ctx, identity.keys(), &session, tenant)?;
    tx.record(&allowed, raised(entity, id, methods));
    tx.commit().await?;
    Ok(SignedIn { session, token, email_verified: None })
}
