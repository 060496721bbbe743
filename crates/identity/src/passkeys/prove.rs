//! Proving who one is by a passkey.

use atoll_base::ctx::{Allowed, Ctx, Methods, Tx};
use atoll_base::{Common, Result};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, PasskeyAuthentication, PublicKeyCredential, Webauthn,
};

use super::model::Passkey;
use super::store;
use crate::challenges::{self, Purpose};
use crate::identity::Identity;

/// A signature that holds, and has to be noted in the transaction that it is for.
pub(crate) struct Proof {
    passkey: Passkey,
    count_before: i64,
}

impl Proof {
    /// The passkey.
    pub(crate) fn passkey(&self) -> Uuid {
        self.passkey.id
    }

    /// Whose it is.
    pub(crate) fn entity(&self) -> Uuid {
        self.passkey.entity
    }

    /// What it proves.
    pub(crate) fn methods(&self) -> Methods {
        self.passkey.methods()
    }

    /// Notes it; whether the passkey is still there and did not sign with the same count meanwhile.
    pub(crate) async fn take(&self, tx: &Tx, allowed: &Allowed<'_, Passkey>) -> Result<bool> {
        store::signed(tx, allowed, &self.passkey, self.count_before).await
    }
}

/// The signature, if it is one of a passkey of this entity over what it was asked to sign.
pub(crate) async fn prove(
    ctx: &Ctx,
    identity: &Identity,
    entity: Uuid,
    challenge: Uuid,
    answer: Value,
) -> Result<Option<Proof>> {
    let webauthn = identity.relying_party.webauthn()?;
    let state: PasskeyAuthentication = challenges::take(ctx, Purpose::Prove, Some(entity), challenge).await?;
    let Ok(answer) = serde_json::from_value::<PublicKeyCredential>(answer) else { return Ok(None) };
    let Some(passkey) = named_by(ctx, &answer).await?.filter(|found| found.entity == entity) else {
        return Ok(None);
    };
    match webauthn.finish_passkey_authentication(&answer, &state) {
        Ok(result) => Ok(Some(proof(passkey, &result)?)),
        Err(_) => Ok(None),
    }
}

/// The signature, if it is one of a passkey of whoever it says over what anybody was asked to sign.
pub(crate) async fn prove_discovered(
    ctx: &Ctx,
    identity: &Identity,
    challenge: Uuid,
    answer: Value,
) -> Result<Option<Proof>> {
    let webauthn: &Webauthn = identity.relying_party.webauthn()?;
    let state: DiscoverableAuthentication = challenges::take(ctx, Purpose::SignIn, None, challenge).await?;
    let Ok(answer) = serde_json::from_value::<PublicKeyCredential>(answer) else { return Ok(None) };
    let Ok((entity, _)) = webauthn.identify_discoverable_authentication(&answer) else { return Ok(None) };
    let Some(passkey) = named_by(ctx, &answer).await?.filter(|found| found.entity == entity) else {
        return Ok(None);
    };
    let key = passkey.key()?;
    match webauthn.finish_discoverable_authentication_v2(&answer, state, &key) {
        Ok(result) => Ok(Some(proof(passkey, &result)?)),
        Err(_) => Ok(None),
    }
}

async fn named_by(ctx: &Ctx, answer: &PublicKeyCredential) -> Result<Option<Passkey>> {
    let credential = BASE64_URL_SAFE_NO_PAD.encode(answer.get_credential_id());
    store::called(&ctx.reader(), &credential).await
}

fn proof(mut passkey: Passkey, result: &AuthenticationResult) -> Result<Proof> {
    let count_before = passkey.sign_count;
    let mut key = passkey.key()?;
    key.update_credential(result);
    passkey.keep(serde_json::to_value(&key).map_err(Common::bug)?);
    Ok(Proof { passkey, count_before })
}
