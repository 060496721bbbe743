//! Reading credentials.

use std::time::Duration;

use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::{CredentialKind, Ctx, Within};
use atoll_base::{Common, Fault, Kind, Page, PageRequest, Result};
use uuid::Uuid;

use super::model::{Credential, CredentialStatus};
use super::permissions::{self, Permission};
use super::revoke::RULE_OF_ENTITY;
use super::store;
use crate::entities;

/// There is no such credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialMissing {
    /// Of any kind.
    #[error("credential not found")]
    Credential,
    /// An access token.
    #[error("access token not found")]
    AccessToken,
    /// A shared key.
    #[error("shared key not found")]
    SharedKey,
}

impl Fault for CredentialMissing {
    fn kind(&self) -> Kind {
        Kind::Missing
    }

    fn code(&self) -> &'static str {
        "not_found"
    }
}

/// Every credential of an entity, newest first.
pub async fn of_entity(ctx: &Ctx, entity: Uuid) -> Result<Vec<Credential>> {
    let entity = entities::known(ctx, entity).await?;
    ctx.require(&RULE_OF_ENTITY, &entity)?;
    store::of_entity(&ctx.reader(), entity.id).await
}

/// An access token, and what it may be used for at most if it is scoped.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenWithPermissions {
    /// The token.
    pub credential: Credential,
    /// None when it is not scoped.
    pub permissions: Vec<Permission>,
}

/// A page of an entity's access tokens; of one's own also with a scoped one. `status` is `active` or `revoked`.
pub async fn access_tokens(
    ctx: &Ctx,
    entity: Option<Uuid>,
    status: Option<&str>,
    page: PageRequest,
) -> Result<Page<TokenWithPermissions>> {
    let own = ctx.signed_in()?.entity;
    let status =
        status.map(|word| CredentialStatus::parse(word).ok_or_else(|| bad_status(word))).transpose()?;
    let entity = entity.unwrap_or(own);
    if entity != own {
        let known = entities::known(ctx, entity).await?;
        ctx.require(&RULE_OF_ENTITY, &known)?;
    }
    let conn = &ctx.reader();
    let page = store::access_tokens(conn, entity, status, page).await?;
    let scoped: Vec<Uuid> = page.items.iter().filter(|one| one.scoped).map(|one| one.id).collect();
    let mut permissions = permissions::store::of(conn, &scoped).await?;
    Ok(page.map(|credential| TokenWithPermissions {
        permissions: permissions.remove(&credential.id).unwrap_or_default(),
        credential,
    }))
}

/// Which credentials that expire soon to list.
#[derive(Clone, Copy, Debug)]
pub struct Expiring {
    /// Within this time from now; those that have expired already too.
    pub within: Duration,
    /// Of this entity.
    pub entity: Option<Uuid>,
    /// Of this kind.
    pub kind: Option<CredentialKind>,
}

/// A page of the active credentials that expire soon, the first to expire first.
pub async fn expiring(ctx: &Ctx, which: Expiring, page: PageRequest) -> Result<Vec<Credential>> {
    ctx.require(&ADMINISTER, &Within::<Credential>::platform())?;
    let until = ctx.now().plus(which.within);
    store::expiring(&ctx.reader(), until, which.entity, which.kind, page).await
}

fn bad_status(word: &str) -> Common {
    Common::Invalid(format!("invalid status filter: {word} (expected 'active' or 'revoked')"))
}
