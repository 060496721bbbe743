//! Registering a passkey.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Error, Event, Kind, Result, Secret, fields};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use uuid::Uuid;
use webauthn_rs::prelude::{AttestedPasskeyRegistration, PasskeyRegistration, RegisterPublicKeyCredential};

use super::model::{Asked, MOST, Passkey, PasskeyFault};
use super::store;
use crate::challenges::{self, Purpose};
use crate::entities;
use crate::factors::{MANAGE, named};
use crate::identity::Identity;
use crate::recovery_codes;
use crate::sessions::{raise_own, require_recent};

/// Asks a device of the caller for a new passkey.
pub async fn begin_registration(ctx: &Ctx, identity: &Identity) -> Result<Asked> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let (party, own) = (&identity.relying_party, Some(entity.id));
    let there = store::of_entity(&ctx.reader(), entity.id).await?;
    if there.len() as u64 >= MOST {
        return Err(PasskeyFault::TooMany.into());
    }
    let mut known = Vec::new();
    for passkey in &there {
        known.push(passkey.key()?.cred_id().clone());
    }
    let (name, shown) = (named(&entity), entity.name.as_str());
    let webauthn = party.webauthn()?;
    let (challenge, options) = match party.makers() {
        None => {
            let begun = webauthn.start_passkey_registration(entity.id, name, shown, Some(known));
            let (options, state) = begun.map_err(Common::bug)?;
            (challenges::keep(ctx, Purpose::Register, own, &state).await?, serde_json::to_value(options))
        }
        Some(makers) => {
            let makers = makers.clone();
            let begun = webauthn.start_attested_passkey_registration(
                entity.id,
                name,
                shown,
                Some(known),
                makers,
                None,
            );
            let (options, state) = begun.map_err(Common::bug)?;
            (
                challenges::keep(ctx, Purpose::RegisterAttested, own, &state).await?,
                serde_json::to_value(options),
            )
        }
    };
    let mut options = options.map_err(Common::bug)?;
    // One that the device finds by itself signs in without a name.
    if let Some(Value::Object(selection)) = options.pointer_mut("/publicKey/authenticatorSelection") {
        selection.insert("residentKey".into(), "preferred".into());
    }
    Ok(Asked { challenge, options })
}

/// Takes the passkey that the device made. Whoever has no recovery codes yet gets some; shown this once.
pub async fn register(
    ctx: &Ctx,
    identity: &Identity,
    challenge: Uuid,
    name: &str,
    answer: Value,
) -> Result<(Passkey, Vec<Secret<String>>)> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let name = fields::name("name", name)?;
    let (credential, public, attested) = finish(ctx, identity, entity.id, challenge, answer).await?;
    let mut passkey = Passkey {
        id: ctx.new_id(),
        entity: entity.id,
        credential,
        name,
        public: Value::Null,
        sign_count: 0,
        backup_eligible: false,
        backed_up: false,
        attested,
        last_used_at: None,
        created_at: ctx.now(),
    };
    passkey.keep(public);
    let mut tx = ctx.begin().await?;
    entities::store::lock_live(&tx, entity.id).await?;
    if store::count(tx.conn(), entity.id).await? >= MOST {
        return Err(PasskeyFault::TooMany.into());
    }
    let part = allowed.part();
    store::insert(&tx, &part, &passkey).await.map_err(taken)?;
    raise_own(&mut tx, &allowed.part(), passkey.methods()).await?;
    let codes = recovery_codes::make_if_none(&mut tx, &allowed.part(), &entity).await?;
    tx.record(
        &allowed,
        Event::new("passkey.register")
            .of(entity.tenant)
            .on("entity", entity.id)
            .detail("passkey_id", passkey.id.to_string())
            .detail("name", passkey.name.clone())
            .detail("attested", attested),
    );
    tx.commit().await?;
    Ok((passkey, codes))
}

/// What the device calls the new passkey, its public half, and whether its maker vouches for it.
async fn finish(
    ctx: &Ctx,
    identity: &Identity,
    entity: Uuid,
    challenge: Uuid,
    answer: Value,
) -> Result<(String, Value, bool)> {
    let party = &identity.relying_party;
    let webauthn = party.webauthn()?;
    let answer: RegisterPublicKeyCredential =
        serde_json::from_value(answer).map_err(|_| PasskeyFault::Refused)?;
    let called = |id: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(id);
    match party.makers() {
        None => {
            let state: PasskeyRegistration =
                challenges::take(ctx, Purpose::Register, Some(entity), challenge).await?;
            let key = webauthn.finish_passkey_registration(&answer, &state);
            let key = key.map_err(|_| PasskeyFault::Refused)?;
            Ok((called(key.cred_id()), serde_json::to_value(&key).map_err(Common::bug)?, false))
        }
        Some(_) => {
            let state: AttestedPasskeyRegistration =
                challenges::take(ctx, Purpose::RegisterAttested, Some(entity), challenge).await?;
            let key = webauthn.finish_attested_passkey_registration(&answer, &state);
            let key = key.map_err(|_| PasskeyFault::Refused)?;
            Ok((called(key.cred_id()), serde_json::to_value(&key).map_err(Common::bug)?, true))
        }
    }
}

fn taken(error: Error) -> Error {
    if error.kind() == Kind::Conflict { PasskeyFault::Already.into() } else { error }
}
