//! The GraphQL door of certificates.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Error, Moment, PageBounds, Result};
use atoll_identity::credentials::RULE_OF_ENTITY;
use serde_json::Value;

use super::{Certificate, Filter, Issued, NewCertificate, Renewal, Selector};
use super::{find, issue, issue_from_csr, list, renew, revoke, revoke_of_entity};
use crate::pki::of;

/// A certificate; never the private key.
#[derive(SimpleObject)]
#[graphql(name = "Certificate")]
pub struct CertificateView {
    credential_id: ID,
    entity_id: ID,
    tenant_id: Option<ID>,
    /// Hexadecimal digits, lower case.
    serial_number: String,
    /// `active` or `revoked`.
    status: String,
    certificate_pem: String,
    /// `{"common_name": …}`, or `{"csr_subject": …}` when it was issued for a request.
    subject: Json<Value>,
    dns_names: Vec<String>,
    ip_addresses: Vec<String>,
    /// SHA-256 of the DER: hexadecimal digits, lower case.
    fingerprint_sha256: String,
    expires_at: Option<String>,
    created_at: String,
    revoked_at: Option<String>,
    revocation_reason: Option<String>,
}

impl TryFrom<Certificate> for CertificateView {
    type Error = Error;

    fn try_from(certificate: Certificate) -> Result<CertificateView> {
        let credential = &certificate.credential;
        Ok(CertificateView {
            credential_id: door::show(credential.id),
            entity_id: door::show(credential.entity),
            tenant_id: certificate.tenant.map(door::show),
            serial_number: certificate.serial().to_owned(),
            status: credential.status.as_str().to_owned(),
            certificate_pem: certificate.pem()?,
            subject: Json(certificate.subject()),
            dns_names: certificate.dns_names(),
            ip_addresses: certificate.ip_addresses(),
            fingerprint_sha256: certificate.fingerprint().to_owned(),
            expires_at: credential.expires_at.map(Moment::rfc3339),
            created_at: credential.created_at.rfc3339(),
            revoked_at: credential.revoked_at.map(Moment::rfc3339),
            revocation_reason: credential.revocation_reason.clone(),
        })
    }
}

/// A page of certificates.
#[derive(SimpleObject)]
pub struct CertificateList {
    items: Vec<CertificateView>,
    /// How many there are in all.
    total: i64,
}

/// A new certificate.
#[derive(SimpleObject)]
pub struct IssuedCertificate {
    certificate: CertificateView,
    /// PKCS #8 in PEM, shown this once; none when it was issued for a request.
    private_key_pem: Option<String>,
}

impl TryFrom<Issued> for IssuedCertificate {
    type Error = Error;

    fn try_from(issued: Issued) -> Result<IssuedCertificate> {
        Ok(IssuedCertificate {
            certificate: issued.certificate.try_into()?,
            private_key_pem: issued.private_key.map(|key| key.reveal().clone()),
        })
    }
}

/// A new certificate, for a key that is made here.
#[derive(InputObject)]
pub struct IssueCertificateInput {
    entity_id: ID,
    /// How many seconds it lasts; as the settings say when left out.
    ttl_secs: Option<i64>,
    /// The entity's id when left out.
    common_name: Option<String>,
    /// Hosts; an address here is an address.
    dns_names: Option<Vec<String>>,
    ip_addresses: Option<Vec<String>>,
}

/// A new certificate, for the key in a request.
#[derive(InputObject)]
pub struct IssueCertificateFromCsrInput {
    entity_id: ID,
    /// How many seconds it lasts; as the settings say when left out.
    ttl_secs: Option<i64>,
    /// PKCS #10 in PEM.
    csr_pem: String,
}

/// A new certificate in place of another.
#[derive(InputObject)]
pub struct RenewCertificateInput {
    serial_number: String,
    /// How many seconds it lasts; as the settings say when left out.
    ttl_secs: Option<i64>,
    /// Whether the old one is revoked; no when left out.
    revoke_old: Option<bool>,
}

/// A certificate to revoke.
#[derive(InputObject)]
pub struct RevokeCertificateInput {
    serial_number: String,
    /// `unspecified` when left out; lists of revoked certificates know the reasons of RFC 5280, such as `keyCompromise`.
    reason: Option<String>,
}

/// Queries about certificates.
#[derive(Default)]
pub struct CertificateQuery;

#[Object]
impl CertificateQuery {
    /// The certificate that signs and the root above it, in PEM. Everybody may ask.
    async fn ca_chain(&self, door: &Context<'_>) -> Result<String> {
        Ok(of(door)?.authority()?.chain_pem().to_owned())
    }

    /// Certificates, newest first: of an entity, of a tenant, or all that you may see.
    async fn certificates(
        &self,
        door: &Context<'_>,
        entity_id: Option<ID>,
        tenant_id: Option<ID>,
        status: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<CertificateList> {
        of(door)?.authority()?;
        let filter = Filter {
            entity: door::optional_id("entityId", entity_id.as_ref())?,
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            status: status.as_deref(),
        };
        let page = list(door::ctx(door)?, filter, door::page(PageBounds::ORDINARY, limit, offset)).await?;
        let total = door::total(page.total);
        let items = page.items.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
        Ok(CertificateList { items, total })
    }

    /// One certificate, by its credential id or its serial number.
    async fn certificate(
        &self,
        door: &Context<'_>,
        credential_id: Option<ID>,
        serial_number: Option<String>,
    ) -> Result<CertificateView> {
        of(door)?.authority()?;
        let id = door::optional_id("credentialId", credential_id.as_ref())?;
        let ctx = door::ctx(door)?;
        ctx.signed_in()?;
        find(ctx, &Selector::of(id, serial_number.as_deref())?).await?.try_into()
    }
}

/// Changes of certificates.
#[derive(Default)]
pub struct CertificateMutation;

#[Object]
impl CertificateMutation {
    /// Issues a certificate for a new key, which is shown this once.
    async fn issue_certificate(
        &self,
        door: &Context<'_>,
        input: IssueCertificateInput,
    ) -> Result<IssuedCertificate> {
        let authority = of(door)?.authority()?;
        let new = NewCertificate {
            entity: door::id("entityId", &input.entity_id)?,
            ttl_secs: input.ttl_secs,
            common_name: input.common_name,
            dns_names: input.dns_names.unwrap_or_default(),
            ip_addresses: input.ip_addresses.unwrap_or_default(),
        };
        issue(door::ctx(door)?, authority, new).await?.try_into()
    }

    /// Issues a certificate for the key in a certification request.
    async fn issue_certificate_from_csr(
        &self,
        door: &Context<'_>,
        input: IssueCertificateFromCsrInput,
    ) -> Result<IssuedCertificate> {
        let authority = of(door)?.authority()?;
        let entity = door::id("entityId", &input.entity_id)?;
        let ctx = door::ctx(door)?;
        issue_from_csr(ctx, authority, entity, input.ttl_secs, &input.csr_pem).await?.try_into()
    }

    /// Issues a certificate for the same names and a new key, which is shown this once.
    async fn renew_certificate(
        &self,
        door: &Context<'_>,
        input: RenewCertificateInput,
    ) -> Result<IssuedCertificate> {
        let authority = of(door)?.authority()?;
        let renewal = Renewal {
            serial_number: input.serial_number,
            ttl_secs: input.ttl_secs,
            revoke_old: input.revoke_old.unwrap_or_default(),
        };
        renew(door::ctx(door)?, authority, renewal).await?.try_into()
    }

    /// Revokes a certificate, for good.
    async fn revoke_certificate(
        &self,
        door: &Context<'_>,
        input: RevokeCertificateInput,
    ) -> Result<CertificateView> {
        of(door)?.authority()?;
        let ctx = door::ctx(door)?;
        revoke(ctx, &input.serial_number, input.reason.as_deref()).await?.try_into()
    }

    /// Revokes every active certificate of an entity; how many there were.
    async fn revoke_entity_certificates(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        reason: Option<String>,
    ) -> Result<i64> {
        of(door)?.authority()?;
        let (ctx, entity) = (door::ctx(door)?, door::id("entityId", &entity_id)?);
        let count = revoke_of_entity(ctx, &RULE_OF_ENTITY, entity, reason.as_deref()).await?;
        Ok(door::total(count))
    }
}
