//! Showing a shared key again.

use atoll_base::ctx::{CredentialKind, Ctx};
use atoll_base::{Event, Fault, Kind, Result, Secret};
use atoll_policy::Status;
use uuid::Uuid;

use super::model::place;
use crate::credentials::find::CredentialMissing;
use crate::credentials::revoke::RULE_OF_ENTITY;
use crate::credentials::{Credential, CredentialStatus, store};
use crate::{entities, tenants};

/// A shared key that is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unrevealed {
    /// It was revoked.
    #[error("shared key revoked")]
    Revoked,
    /// It ended by itself.
    #[error("shared key expired")]
    Expired,
    /// Its entity is switched off.
    #[error("entity is not active")]
    EntityNotActive,
    /// Its tenant is switched off.
    #[error("tenant is not active")]
    TenantNotActive,
    /// The request is only tried, so that nothing would remember it.
    #[error("a shared key is not shown by a dry run")]
    OnlyTried,
    /// The sealed copy does not open.
    #[error("could not retrieve the shared key; the stored key is lost, please set a new shared key")]
    Lost,
}

impl Fault for Unrevealed {
    fn kind(&self) -> Kind {
        match self {
            Unrevealed::Lost => Kind::Conflict,
            Unrevealed::OnlyTried => Kind::Invalid,
            _ => Kind::Unauthenticated,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Unrevealed::Revoked => "shared_key.revoked",
            Unrevealed::Expired => "shared_key.expired",
            Unrevealed::EntityNotActive => "shared_key.entity_not_active",
            Unrevealed::TenantNotActive => "shared_key.tenant_not_active",
            Unrevealed::OnlyTried => "shared_key.only_tried",
            Unrevealed::Lost => "shared_key.lost",
        }
    }
}

/// Shows an active shared key of an entity. That it was shown is in the ledger before it is.
pub async fn reveal(ctx: &Ctx, entity: Uuid, id: Uuid) -> Result<(Credential, Secret<String>)> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE_OF_ENTITY, &known)?;
    if ctx.is_tried() {
        return Err(Unrevealed::OnlyTried.into());
    }
    let mut tx = ctx.begin().await?;
    let found = store::find(tx.conn(), id).await?;
    let found = found.filter(|found| found.entity == entity && found.kind == CredentialKind::SharedKey);
    let key = found.ok_or(CredentialMissing::SharedKey)?;
    if key.status != CredentialStatus::Active {
        return Err(Unrevealed::Revoked.into());
    }
    if key.expires_at.is_some_and(|at| at <= ctx.now()) {
        return Err(Unrevealed::Expired.into());
    }
    if known.status != Status::Active {
        return Err(Unrevealed::EntityNotActive.into());
    }
    if !tenants::in_use(&*ctx.world()?, known.tenant) {
        return Err(Unrevealed::TenantNotActive.into());
    }
    let sealed = key.sealed_secret.as_deref().ok_or(Unrevealed::Lost)?;
    let text = ctx.ground().vault().open(&place(id), sealed).map_err(|why| {
        tracing::warn!(%why, credential = %id, "a shared key cannot be read back");
        Unrevealed::Lost
    })?;
    let text = String::from_utf8(text.reveal().clone()).map_err(|_| Unrevealed::Lost)?;
    tx.record(
        &allowed,
        Event::new("credential.reveal")
            .of(known.tenant)
            .on("entity", entity)
            .detail("kind", key.kind.as_str())
            .detail("credential_id", id.to_string()),
    );
    tx.commit().await?;
    Ok((key, Secret::new(text)))
}
