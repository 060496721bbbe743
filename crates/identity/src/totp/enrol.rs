//! Setting up an authenticator app.

use atoll_base::ctx::{Allowed, Ctx};
use atoll_base::{Event, Result, Secret, chance};

use super::model::{SECRET, Totp, TotpFault, base32, uri};
use super::store;
use crate::entities;
use crate::factors::{MANAGE, named};
use crate::sessions::require_recent;

/// What the app must be told; shown this once.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret, for typing.
    pub secret: Secret<String>,
    /// The whole, for a picture that the app reads.
    pub uri: Secret<String>,
}

/// Makes a secret for an app of the caller. It counts from its first code on; until then another call makes another.
pub async fn enrol(ctx: &Ctx) -> Result<Enrolment> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let mut totp = Totp {
        id: ctx.new_id(),
        entity: entity.id,
        sealed: Vec::new(),
        confirmed_at: None,
        last_step: -1,
        last_used_at: None,
        created_at: ctx.now(),
    };
    let secret = Secret::new(chance::bytes::<SECRET>(ctx.chance()).to_vec());
    totp.sealed = ctx.ground().vault().seal(&totp.place(), secret.reveal());
    let mut tx = ctx.begin().await?;
    entities::store::lock_live(&tx, entity.id).await?;
    if store::of_entity(tx.conn(), entity.id, true).await?.is_some() {
        return Err(TotpFault::Already.into());
    }
    let part: Allowed<'_, Totp> = allowed.part();
    store::put(&tx, &part, &totp).await?;
    tx.record(&allowed, Event::new("totp.enrol").of(entity.tenant).on("entity", entity.id));
    tx.commit().await?;
    let text = base32(secret.reveal());
    let host = ctx.ground().settings().public_base_url.host();
    let uri = uri(host, named(&entity), &text);
    Ok(Enrolment { secret: Secret::new(text), uri: Secret::new(uri) })
}
