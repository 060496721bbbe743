//! The GraphQL door of passkeys.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, Result, Secret};
use serde_json::Value;

use super::{Asked, Passkey, ask_caller, begin_registration, register, remove, rename};
use crate::identity;

/// A passkey.
#[derive(SimpleObject)]
#[graphql(name = "Passkey")]
pub struct PasskeyView {
    id: ID,
    name: String,
    /// Whether its maker may copy it to other devices.
    synced: bool,
    /// Whether it has been copied.
    backed_up: bool,
    /// Whether its maker vouches for the device.
    attested: bool,
    sign_count: i64,
    last_used_at: Option<String>,
    created_at: String,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> PasskeyView {
        PasskeyView {
            id: door::show(passkey.id),
            name: passkey.name,
            synced: passkey.backup_eligible,
            backed_up: passkey.backed_up,
            attested: passkey.attested,
            sign_count: passkey.sign_count,
            last_used_at: passkey.last_used_at.map(Moment::rfc3339),
            created_at: passkey.created_at.rfc3339(),
        }
    }
}

/// What your page hands to `navigator.credentials`; good for five minutes and one answer.
#[derive(SimpleObject)]
pub struct PasskeyChallenge {
    challenge_id: ID,
    /// `{"publicKey": …}`, with bytes in Base64 for addresses.
    options: Json<Value>,
}

impl From<Asked> for PasskeyChallenge {
    fn from(asked: Asked) -> PasskeyChallenge {
        PasskeyChallenge { challenge_id: door::show(asked.challenge), options: Json(asked.options) }
    }
}

/// What a device answered to a challenge.
#[derive(InputObject)]
pub struct RegisterPasskeyInput {
    challenge_id: ID,
    /// What you call it.
    name: String,
    /// The credential, as its `toJSON()` writes it.
    credential: Json<Value>,
}

/// A new passkey.
#[derive(SimpleObject)]
pub struct RegisteredPasskey {
    passkey: PasskeyView,
    /// Your recovery codes, if you had none; shown this once.
    recovery_codes: Vec<String>,
}

/// Your passkeys.
#[derive(Default)]
pub struct PasskeyMutation;

#[Object]
impl PasskeyMutation {
    /// Asks your device for a new passkey.
    async fn begin_passkey_registration(&self, door: &Context<'_>) -> Result<PasskeyChallenge> {
        Ok(begin_registration(door::ctx(door)?, identity::of(door)?).await?.into())
    }

    /// Takes the passkey that your device made.
    async fn register_passkey(
        &self,
        door: &Context<'_>,
        input: RegisterPasskeyInput,
    ) -> Result<RegisteredPasskey> {
        let challenge = door::id("challengeId", &input.challenge_id)?;
        let (ctx, Json(answer)) = (door::ctx(door)?, input.credential);
        let (passkey, codes) = register(ctx, identity::of(door)?, challenge, &input.name, answer).await?;
        Ok(RegisteredPasskey { passkey: passkey.into(), recovery_codes: revealed(&codes) })
    }

    /// Gives a passkey of yours another name.
    async fn rename_passkey(&self, door: &Context<'_>, id: ID, name: String) -> Result<PasskeyView> {
        Ok(rename(door::ctx(door)?, door::id("id", &id)?, &name).await?.into())
    }

    /// Removes a passkey of yours. Sessions that began with it end.
    async fn remove_passkey(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        remove(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Asks your passkeys, for `stepUp`.
    async fn begin_passkey_step_up(&self, door: &Context<'_>) -> Result<PasskeyChallenge> {
        Ok(ask_caller(door::ctx(door)?, identity::of(door)?).await?.into())
    }
}

/// Codes, for the one answer that shows them.
pub(crate) fn revealed(codes: &[Secret<String>]) -> Vec<String> {
    codes.iter().map(|code| code.reveal().clone()).collect()
}
