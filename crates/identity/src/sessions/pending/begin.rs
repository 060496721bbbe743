//! Waiting for a second factor.

use atoll_base::ctx::{CredentialKind, Ctx, Rule, Within};
use atoll_base::{Error, Result, Secret};
use uuid::Uuid;

use super::model::{LIFE, MOST, Pending, Purposed, SecondFactorRequired};
use super::store;
use crate::credentials;
use crate::entities::Entity;
use crate::factors::Factors;
use crate::one_time::OneTime;

/// Keeps a sign-in whose first step was right; what its owner is told. `rehash` is the password's old and new hash.
pub(in crate::sessions) async fn begin(
    ctx: &Ctx,
    entity: &Entity,
    (credential, kind): (Uuid, CredentialKind),
    (passkey_only, has): (bool, &Factors),
    rehash: Option<(&str, &str)>,
) -> Result<Error> {
    let ctx = ctx.as_platform("sign in");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Pending>::tenant(entity.tenant))?;
    let token = OneTime::<Purposed>::new(&ctx, ctx.new_id());
    let pending = Pending {
        id: token.id,
        entity: entity.id,
        credential,
        kind,
        verifier: token.verifier(ctx.ground()).to_vec(),
        failures: 0,
        passkey_only,
        expires_at: ctx.now().plus(LIFE),
    };
    let tx = ctx.begin().await?;
    store::insert(&tx, &allowed, &pending, MOST).await?;
    if let Some((before, fresh)) = rehash {
        credentials::store::rehash(&tx, &allowed.part(), credential, before, fresh).await?;
    }
    tx.commit().await?;
    let methods = [
        ("totp", has.totp.is_some() && !passkey_only),
        ("passkey", !has.passkeys.is_empty()),
        ("recovery_code", has.recovery_codes_left > 0 && !passkey_only),
    ];
    let methods = methods.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
    let token = Secret::new(token.text().to_owned());
    Ok(SecondFactorRequired { token, methods, expires_at: pending.expires_at }.into())
}
