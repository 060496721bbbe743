//! Whose certificate it is that somebody showed elsewhere: for programs that end TLS.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Fault, Kind, Moment, Result};
use atoll_identity::credentials::CredentialStatus;
use atoll_identity::entities;
use atoll_policy::TenantStatus;
use uuid::Uuid;

use super::fault::CertificateMissing;
use super::find::{Selector, lookup};
use super::model::{hex_digits, read_serial};

/// Who may ask: in the tenant of the certificate's entity, or at the platform.
const RULE: Rule = Rule::any(&[May::scope("authz.check")]);

/// A certificate that proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProven {
    /// It was revoked.
    #[error("certificate revoked")]
    Revoked,
    /// It is over.
    #[error("certificate expired")]
    Expired,
    /// It was not kept when it ends.
    #[error("certificate has no expiry")]
    NoExpiry,
    /// Another certificate has this serial number.
    #[error("certificate fingerprint mismatch")]
    Fingerprint,
}

impl Fault for NotProven {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        match self {
            NotProven::Revoked => "certificate.revoked",
            NotProven::Expired => "certificate.expired",
            NotProven::NoExpiry => "certificate.no_expiry",
            NotProven::Fingerprint => "certificate.fingerprint",
        }
    }
}

/// Whose certificate it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The entity.
    pub entity: Uuid,
    /// Its home.
    pub tenant: Option<Uuid>,
    /// The certificate.
    pub credential: Uuid,
    /// When it ends.
    pub expires_at: Moment,
}

/// Whose certificate has this serial number and, if that is given, this SHA-256 fingerprint. Nothing is told about a
/// certificate to a caller who may not ask in its tenant, not even that it is there.
pub async fn resolve(ctx: &Ctx, serial: &str, fingerprint: Option<&str>) -> Result<Resolved> {
    let own = ctx.signed_in()?.tenant;
    let found = lookup(ctx, &Selector::Serial(read_serial(serial)?)).await?;
    let asked_in = |tenant| Within::<Resolved>::tenant(tenant);
    let certificate = match found {
        Some(found) if ctx.may(&RULE, &asked_in(found.tenant))? => found,
        _ => {
            ctx.require(&RULE, &asked_in(own))?;
            return Err(CertificateMissing::Certificate.into());
        }
    };
    let credential = &certificate.credential;
    let world = ctx.world()?;
    let open = certificate.tenant.is_none_or(|tenant| {
        world.tenant(tenant).is_some_and(|tenant| tenant.status == TenantStatus::Active)
    });
    if !open || !entities::in_use(ctx, credential.entity).await? {
        return Err(CertificateMissing::Entity.into());
    }
    if credential.status == CredentialStatus::Revoked {
        return Err(NotProven::Revoked.into());
    }
    let expires_at = credential.expires_at.ok_or(NotProven::NoExpiry)?;
    if expires_at <= ctx.now() {
        return Err(NotProven::Expired.into());
    }
    if fingerprint.is_some_and(|given| hex_digits(given) != certificate.fingerprint()) {
        return Err(NotProven::Fingerprint.into());
    }
    Ok(Resolved {
        entity: credential.entity,
        tenant: certificate.tenant,
        credential: credential.id,
        expires_at,
    })
}
