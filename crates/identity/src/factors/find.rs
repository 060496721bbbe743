//! Which second factors an entity has.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::passkeys::{self, Passkey};
use crate::totp::{self, Totp};
use crate::{entities, passwords, recovery_codes};

/// The second factors of an entity.
#[derive(Clone, Debug)]
pub struct Factors {
    /// Its authenticator app.
    pub totp: Option<Totp>,
    /// Its passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// How many recovery codes it has not used.
    pub recovery_codes_left: u64,
}

/// The second factors of an entity, for itself and whoever may see its credentials; the caller's when nobody is named.
pub async fn find(ctx: &Ctx, entity: Option<Uuid>) -> Result<Factors> {
    let entity = match entity {
        Some(entity) => entity,
        None => ctx.signed_in()?.entity,
    };
    let known = entities::known(ctx, entity).await?;
    ctx.require(&passwords::RULE, &known)?;
    of_entity(&ctx.reader(), entity).await
}

pub(crate) async fn of_entity(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Factors> {
    Ok(Factors {
        totp: totp::store::of_entity(conn, entity, true).await?,
        passkeys: passkeys::store::of_entity(conn, entity).await?,
        recovery_codes_left: recovery_codes::store::left(conn, entity).await?,
    })
}

/// Whether an entity has a second factor; recovery codes alone are none.
pub(crate) async fn has_any(conn: &impl ConnectionTrait, entity: Uuid) -> Result<bool> {
    Ok(totp::store::of_entity(conn, entity, true).await?.is_some()
        || passkeys::store::count(conn, entity).await? > 0)
}
