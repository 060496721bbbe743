//! Asking passkeys to sign.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Result};
use serde_json::Value;
use uuid::Uuid;

use super::model::{Asked, PasskeyFault};
use super::store;
use crate::challenges::{self, Purpose};
use crate::identity::Identity;

/// Asks whatever passkey the visitor has for this house: for signing in without saying who one is, also from the list that
/// a browser offers in the field for the name. The same for everybody.
pub async fn ask_anybody(ctx: &Ctx, identity: &Identity) -> Result<Asked> {
    let begun = identity.relying_party.webauthn()?.start_discoverable_authentication();
    let (options, state) = begun.map_err(Common::bug)?;
    let challenge = challenges::keep(ctx, Purpose::SignIn, None, &state).await?;
    Ok(Asked { challenge, options: shown(options)? })
}

/// Asks the passkeys of an entity that has proved its password, or is signed in.
pub async fn ask_entity(ctx: &Ctx, identity: &Identity, entity: Uuid) -> Result<Asked> {
    let webauthn = identity.relying_party.webauthn()?;
    let mut keys = Vec::new();
    for passkey in store::of_entity(&ctx.reader(), entity).await? {
        keys.push(passkey.key()?);
    }
    if keys.is_empty() {
        return Err(PasskeyFault::Missing.into());
    }
    let (options, state) = webauthn.start_passkey_authentication(&keys).map_err(Common::bug)?;
    let challenge = challenges::keep(ctx, Purpose::Prove, Some(entity), &state).await?;
    Ok(Asked { challenge, options: shown(options)? })
}

/// Asks the passkeys of the caller, for proving themselves anew.
pub async fn ask_caller(ctx: &Ctx, identity: &Identity) -> Result<Asked> {
    ask_entity(ctx, identity, ctx.signed_in()?.entity).await
}

fn shown(options: impl serde::Serialize) -> Result<Value> {
    Ok(serde_json::to_value(options).map_err(Common::bug)?)
}
