//! Issuing access tokens.

use atoll_base::ctx::{CredentialKind, Ctx};
use atoll_base::{Common, Fault, Kind, Moment, Result, Secret};
use atoll_policy::Status;
use serde_json::json;
use uuid::Uuid;

use super::model::{Credential, OPENED_BY};
use super::permissions::{self, GivenPermission};
use super::revoke::RULE_OF_ENTITY;
use super::{add, store, token};
use crate::entities;

/// What is needed for an access token.
#[derive(Clone, Debug, Default)]
pub struct NewAccessToken {
    /// Whose it will be; the caller's when left out.
    pub entity: Option<Uuid>,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// From when on it proves nothing; never when left out.
    pub expires_at: Option<Moment>,
    /// What it may be used for at most; whatever its entity may when left out.
    pub permissions: Option<Vec<GivenPermission>>,
}

/// A token that cannot be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unissuable {
    /// It has no name.
    #[error("access token name is required")]
    Nameless,
    /// It would be expired from the start.
    #[error("access token expiration must be in the future")]
    Expired,
    /// A ceiling on a token that has none.
    #[error("unscoped access token must not carry permissions")]
    PermissionsOfUnscoped,
    /// The entity has as many as it may.
    #[error("an entity may have at most {MOST} active access tokens; revoke some first")]
    TooMany,
}

impl Fault for Unissuable {
    fn kind(&self) -> Kind {
        match self {
            Unissuable::TooMany => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        "access_token.invalid"
    }
}

/// Most active access tokens of an entity.
const MOST: u64 = 1000;

/// Issues an access token that may do whatever its entity may, or of that what its permissions say. Its text is returned this
/// once and kept nowhere.
pub async fn create(ctx: &Ctx, new: NewAccessToken) -> Result<(Credential, Secret<String>)> {
    let owner = match new.entity {
        Some(entity) => entity,
        None => ctx.signed_in()?.entity,
    };
    let known = entities::known(ctx, owner).await?;
    let allowed = ctx.require(&RULE_OF_ENTITY, &known)?;
    let name = new.name.trim();
    if name.is_empty() {
        return Err(Unissuable::Nameless.into());
    }
    if new.expires_at.is_some_and(|at| at <= ctx.now()) {
        return Err(Unissuable::Expired.into());
    }
    let name = atoll_base::fields::name("name", name)?;
    let permissions = new.permissions.map(permissions::read).transpose()?;
    let token = token::AccessToken::new(ctx.new_id(), ctx.chance());
    let verifier = ctx.ground().keys().token_verifier(token.secret.reveal());
    let mut metadata = json!({ "name": name, "description": new.description });
    if opened_by_password(ctx, owner).await? {
        metadata[OPENED_BY] = CredentialKind::Password.as_str().into();
    }
    let credential = Credential {
        identifier: Some(token.identifier()),
        metadata,
        name: Some(name),
        description: new.description,
        expires_at: new.expires_at,
        scoped: permissions.is_some(),
        ..Credential::access_token(ctx, token.credential, owner, verifier)
    };
    let mut tx = ctx.begin().await?;
    let entity = entities::store::lock_live(&tx, owner).await?;
    let active = entity.filter(|entity| entity.status == Status::Active);
    let entity = active.ok_or_else(|| Common::not_found("active entity", owner))?;
    entities::active_tenant(&tx, entity.tenant).await?;
    if store::count_good(tx.conn(), owner, CredentialKind::AccessToken, ctx.now()).await? >= MOST {
        return Err(Unissuable::TooMany.into());
    }
    add(&mut tx, &allowed.part(), &entity, credential.clone()).await?;
    if let Some(permissions) = &permissions {
        permissions::keep(&tx, &allowed.part(), credential.id, permissions).await?;
    }
    tx.commit().await?;
    Ok((credential, token.text()))
}

/// Whether this is somebody who makes a token for themself and got in by a password: at once, or by a token that was made so.
/// Whoever finds the password out must not keep a way in when it is changed.
async fn opened_by_password(ctx: &Ctx, owner: Uuid) -> Result<bool> {
    let caller = ctx.signed_in()?;
    if caller.entity != owner {
        return Ok(false);
    }
    let by = match (caller.kind, caller.credential) {
        (CredentialKind::AccessToken, Some(id)) => store::find(&ctx.reader(), id).await?,
        (kind, _) => return Ok(kind == CredentialKind::Password),
    };
    Ok(by.is_some_and(|by| by.metadata[OPENED_BY] == CredentialKind::Password.as_str()))
}
