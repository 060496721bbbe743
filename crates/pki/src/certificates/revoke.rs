//! Revoking certificates: one, or all of an entity.

use atoll_base::ctx::{Ctx, Rule};
use atoll_base::{Event, Result};
use atoll_identity::credentials::certificates as kept;
use atoll_identity::credentials::{Credential, CredentialStatus};
use atoll_identity::entities;
use uuid::Uuid;

use super::fault::CertificateMissing;
use super::find::{Selector, lookup};
use super::gate::{self, REVOKE_ONE};
use super::model::{Certificate, read_reason, read_serial};

/// Why a certificate is revoked whose successor was issued.
pub(super) const SUPERSEDED: &str = "superseded";

/// Revokes a certificate. One that is revoked already is so for the new reason then.
pub async fn revoke(ctx: &Ctx, serial_number: &str, reason: Option<&str>) -> Result<Certificate> {
    ctx.signed_in()?;
    let which = Selector::Serial(read_serial(serial_number)?);
    let reason = read_reason(reason, "unspecified")?;
    let found = lookup(ctx, &which).await?.ok_or_else(|| gate::absent(ctx))?;
    let entity = entities::known(ctx, found.credential.entity).await?;
    let (allowed, _) = gate::change(ctx, &REVOKE_ONE, &found, &entity)?;
    let mut tx = ctx.begin().await?;
    let locked = kept::lock(&tx, found.credential.id).await?.ok_or(CertificateMissing::Certificate)?;
    let before = Certificate { credential: locked, tenant: entity.tenant };
    kept::revoke(&tx, &allowed, before.credential.id, &reason).await?;
    tx.record(&allowed, revoked(ctx, &before, &reason));
    tx.commit().await?;
    Ok(after(ctx, &before, &reason))
}

/// Revokes every active certificate of an entity for whoever satisfies `rule`; how many there were. Also of an entity that
/// is switched off.
pub async fn revoke_of_entity(ctx: &Ctx, rule: &Rule, entity: Uuid, reason: Option<&str>) -> Result<u64> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(rule, &known)?.part();
    let reason = read_reason(reason, "entity_revoked")?;
    let mut tx = ctx.begin().await?;
    let active = kept::of_entity(tx.conn(), known.id).await?;
    for credential in &active {
        kept::revoke(&tx, &allowed, credential.id, &reason).await?;
    }
    let serials: Vec<&str> = active.iter().filter_map(|one| one.identifier.as_deref()).collect();
    let count = active.len() as u64;
    let status = |status: CredentialStatus| serde_json::json!({ "status": status.as_str(), "serial_numbers": serials });
    tx.record(
        &allowed,
        Event::new("certificate.revoke_entity")
            .of(known.tenant)
            .on("entity", known.id)
            .detail("count", count)
            .detail("reason", reason)
            .before(status(CredentialStatus::Active))
            .after(status(CredentialStatus::Revoked)),
    );
    tx.commit().await?;
    Ok(count)
}

fn after(ctx: &Ctx, before: &Certificate, reason: &str) -> Certificate {
    let credential = Credential {
        status: CredentialStatus::Revoked,
        revoked_at: Some(ctx.now()),
        revocation_reason: Some(reason.to_owned()),
        ..before.credential.clone()
    };
    Certificate { credential, tenant: before.tenant }
}

/// What the ledger keeps of a certificate that is revoked.
pub(super) fn revoked(ctx: &Ctx, before: &Certificate, reason: &str) -> Event {
    Event::new("certificate.revoke")
        .of(before.tenant)
        .on("credential", before.credential.id)
        .detail("entity_id", before.credential.entity.to_string())
        .detail("serial_number", before.serial())
        .detail("reason", reason)
        .before(before.state())
        .after(after(ctx, before, reason).state())
}
