//! The second step of a sign-in, and signing in with a passkey alone.

use atoll_base::ctx::{CredentialKind, Ctx, Methods};
use atoll_base::metrics::CategoryLabels;
use atoll_base::{Event, Fault, Kind, Outcome, Result, Secret};
use serde_json::Value;
use uuid::Uuid;

use super::attempts::{Account, Attempts};
use super::open::{Opening, open};
use super::pending;
use super::sign_in::{Refused, SignedIn};
use crate::entities::{self, Entity};
use crate::factors::{Accepted, FactorProof, WrongFactor, prove};
use crate::identity::Identity;
use crate::passkeys::{self, Asked};
use crate::tenants;

/// The sign-in is not under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this sign-in is over; please begin again")]
pub struct NotPending;

impl Fault for NotPending {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        "sign_in.not_pending"
    }
}

/// Completes a sign-in that asked for a second factor. Wrong ones count like wrong passwords, and five end the sign-in.
pub async fn complete(
    ctx: &Ctx,
    identity: &Identity,
    token: &Secret<String>,
    given: FactorProof,
) -> Result<SignedIn> {
    let pending = pending::find(ctx, token).await?.ok_or(NotPending)?;
    let entity = in_use(ctx, pending.entity).await?.ok_or(NotPending)?;
    let attempts = Attempts::one_more(ctx, &identity.turns, Account::Factor(entity.id)).await?;
    let fits = !pending.passkey_only || matches!(given, FactorProof::Passkey { .. });
    let accepted = match fits {
        true => prove(ctx, identity, entity.id, given).await?,
        false => None,
    };
    let Some(accepted) = accepted else {
        pending::fail(ctx, &pending).await?;
        attempts.fail(ctx).await?;
        return Err(refused(ctx, entity.id, WrongFactor));
    };
    let first = match pending.kind {
        CredentialKind::Oidc => Methods::FEDERATED,
        _ => Methods::PASSWORD,
    };
    let opening = Opening {
        entity: &entity,
        credential: pending.credential,
        kind: pending.kind,
        methods: first.with(accepted.methods()),
        factor: Some(&accepted),
        completes: Some(pending.id),
        rehash: None,
    };
    let done = open(ctx, identity, &opening, &attempts).await?;
    count(ctx, "success");
    Ok(done)
}

/// What a passkey is to sign: whichever the visitor has, or one of the account whose sign-in waits for it.
pub async fn ask_passkey(ctx: &Ctx, identity: &Identity, pending: Option<&Secret<String>>) -> Result<Asked> {
    match pending {
        None => passkeys::ask_anybody(ctx, identity).await,
        Some(token) => {
            let pending = pending::find(ctx, token).await?.ok_or(NotPending)?;
            passkeys::ask_entity(ctx, identity, pending.entity).await
        }
    }
}

/// Signs in with nothing but a passkey, which is two factors by itself: the device, and what unlocks it.
pub async fn sign_in_with_passkey(
    ctx: &Ctx,
    identity: &Identity,
    challenge: Uuid,
    answer: Value,
) -> Result<SignedIn> {
    let proof = passkeys::prove_discovered(ctx, identity, challenge, answer).await?;
    let Some(proof) = proof else {
        count(ctx, "failure");
        return Err(WrongFactor.into());
    };
    let entity = in_use(ctx, proof.entity()).await?.ok_or(WrongFactor)?;
    // A signature cannot be guessed: whoever has it is not kept out by the guesses of others.
    let attempts = Attempts::unlimited(ctx, &identity.turns, Account::Entity(entity.id)).await?;
    let opening = Opening {
        entity: &entity,
        credential: proof.passkey(),
        kind: CredentialKind::Passkey,
        methods: proof.methods(),
        factor: Some(&Accepted::Passkey(proof)),
        completes: None,
        rehash: None,
    };
    let done = open(ctx, identity, &opening, &attempts).await?;
    count(ctx, "success");
    Ok(done)
}

/// The entity, if it is in use.
pub(super) async fn in_use(ctx: &Ctx, entity: Uuid) -> Result<Option<Entity>> {
    let found = entities::store::find_any(&ctx.reader(), entity).await?;
    let Some(entity) = found.filter(Entity::in_use) else { return Ok(None) };
    match tenants::in_use(&*ctx.world()?, entity.tenant) {
        true => Ok(Some(entity)),
        false => Err(Refused::TenantNotActive.into()),
    }
}

fn refused(ctx: &Ctx, entity: Uuid, why: WrongFactor) -> atoll_base::Error {
    count(ctx, "failure");
    ctx.note(Event::new("auth.second_factor").on("entity", entity).ended(Outcome::Deny, why.to_string()));
    why.into()
}

fn count(ctx: &Ctx, category: &'static str) {
    ctx.ground().metrics().sign_ins.get_or_create(&CategoryLabels { category }).inc();
}
