//! Signing in as somebody whom another provider vouches for.

use atoll_base::Result;
use atoll_base::ctx::{CredentialKind, Ctx, Methods};
use atoll_base::metrics::CategoryLabels;
use uuid::Uuid;

use super::attempts::{Account, Attempts};
use super::complete::in_use;
use super::open::{Opening, open};
use super::pending;
use super::sign_in::{Refused, SignedIn};
use super::store;
use crate::factors::{Demand, demanded};
use crate::federation::FederationFault;
use crate::identity::Identity;

/// Opens a session of an entity that has signed in at a provider with this identity, unless a second factor is wanted
/// first. What the provider says of factors that were proved there does not count here.
pub(crate) async fn sign_in_linked(
    ctx: &Ctx,
    identity: &Identity,
    entity: Uuid,
    linked: Uuid,
) -> Result<SignedIn> {
    let entity = in_use(ctx, entity).await?.ok_or(FederationFault::EntityNotActive)?;
    let (demand, has) = demanded(ctx, &entity).await?;
    match demand {
        Demand::Nothing => {}
        Demand::Overdue => return Err(Refused::SecondFactorOverdue.into()),
        Demand::Factor { passkey_only } => {
            let began = (linked, CredentialKind::Oidc);
            return Err(pending::begin(ctx, &entity, began, (passkey_only, &has), None).await?);
        }
    }
    // A provider's word cannot be guessed: whoever has it is not kept out by the guesses of others.
    let attempts = Attempts::unlimited(ctx, &identity.turns, Account::Entity(entity.id)).await?;
    let opening = Opening {
        entity: &entity,
        credential: linked,
        kind: CredentialKind::Oidc,
        methods: Methods::FEDERATED,
        factor: None,
        completes: None,
        rehash: None,
    };
    let done = open(ctx, identity, &opening, &attempts).await?;
    ctx.ground().metrics().sign_ins.get_or_create(&CategoryLabels { category: "success" }).inc();
    Ok(done)
}

/// Whether a session has not ended.
pub(crate) async fn is_live(ctx: &Ctx, id: Uuid) -> Result<bool> {
    let found = store::find(&ctx.reader(), id).await?;
    Ok(found.is_some_and(|found| found.revoked_at.is_none() && ctx.now() < found.expires_at))
}
