//! Renewing a certificate: a new key and a new certificate for the same names.

use atoll_base::ctx::Ctx;
use atoll_base::{Event, Result};
use atoll_identity::credentials::{CredentialStatus, certificates as kept};
use atoll_identity::entities;
use atoll_policy::Change;
use x509_cert::ext::pkix::SubjectAltName;

use super::fault::{CertificateMissing, Unissuable};
use super::find::{Selector, lookup};
use super::gate::{self, RENEW_ONE};
use super::issue::{Issued, Wanted, lasting, make, new_key};
use super::model::{Certificate, read_serial};
use super::names::Names;
use super::revoke::{SUPERSEDED, revoked};
use crate::authority::Authority;

/// What is renewed, and how.
#[derive(Clone, Debug, Default)]
pub struct Renewal {
    /// The serial number of the certificate, which may have expired.
    pub serial_number: String,
    /// How many seconds the new one lasts; as the settings say when left out.
    pub ttl_secs: Option<i64>,
    /// Whether the old one is revoked, as superseded.
    pub revoke_old: bool,
}

/// Issues a certificate in place of another, for a new key made here. One that was issued for a request is renewed under the
/// entity's id, because its subject was the requester's to choose.
pub async fn renew(ctx: &Ctx, authority: &Authority, renewal: Renewal) -> Result<Issued> {
    ctx.signed_in()?;
    let which = Selector::Serial(read_serial(&renewal.serial_number)?);
    let old = lookup(ctx, &which).await?.ok_or_else(|| gate::absent(ctx))?;
    let known = entities::known(ctx, old.credential.entity).await?;
    let (allowed, by_grant) = gate::change(ctx, &RENEW_ONE, &old, &known)?;
    let until = lasting(ctx, authority, renewal.ttl_secs)?;
    let (key, private_key) = new_key()?;
    let mut tx = ctx.begin().await?;
    let entity = kept::owner(&tx, known.id).await?.ok_or(CertificateMissing::Entity)?;
    let locked = kept::lock(&tx, old.credential.id).await?.ok_or(CertificateMissing::Certificate)?;
    if locked.status == CredentialStatus::Revoked {
        return Err(Unissuable::RenewRevoked.into());
    }
    let old = Certificate { credential: locked, tenant: entity.tenant };
    let mut names = same_names(&old)?;
    if !by_grant {
        names = names.of_itself(&entity)?;
    }
    let wanted = Wanted { names, key, until, csr: false };
    let new = make(&tx, authority, &allowed, &entity, wanted).await?;
    tx.record(
        &allowed,
        Event::new("certificate.renew")
            .of(entity.tenant)
            .on("credential", old.credential.id)
            .detail("entity_id", entity.id.to_string())
            .detail("old_serial_number", old.serial())
            .detail("new_serial_number", new.serial())
            .detail("new_credential_id", new.credential.id.to_string())
            .before(old.state())
            .after(new.state())
            .change(Change::Put(new.credential.fact(entity.tenant))),
    );
    if renewal.revoke_old {
        kept::revoke(&tx, &allowed, old.credential.id, SUPERSEDED).await?;
        tx.record(&allowed, revoked(ctx, &old, SUPERSEDED));
    }
    tx.commit().await?;
    Ok(Issued { certificate: new, private_key: Some(private_key) })
}

fn same_names(old: &Certificate) -> Result<Names> {
    let x509 = old.x509()?;
    let names = x509.tbs_certificate().get_extension::<SubjectAltName>();
    let alternative = match names {
        Ok(Some((_, SubjectAltName(names)))) => names,
        _ => Vec::new(),
    };
    let subject = old.subject();
    match subject["common_name"].as_str() {
        Some(name) if !old.is_from_csr() => Names::called(name, alternative),
        _ => Names::called(&old.credential.entity.to_string(), alternative),
    }
}
