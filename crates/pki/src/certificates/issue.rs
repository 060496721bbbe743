//! Issuing a certificate: for a key that is made here, or for one that somebody else has.

use std::time::Duration;

use atoll_base::ctx::{Allowed, Ctx, Tx};
use atoll_base::{Common, Event, Moment, Result, Secret, hex};
use atoll_identity::credentials::certificates as kept;
use atoll_identity::credentials::{Credential, RULE_OF_ENTITY};
use atoll_identity::entities::{self, Entity};
use atoll_policy::Change;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use der::asn1::{Any, BitString};
use der::pem::{self, LineEnding};
use serde_json::json;
use uuid::Uuid;
use x509_cert::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::fault::{CertificateMissing, Unissuable};
use super::gate::MANAGE;
use super::model::{Certificate, new_serial};
use super::names::Names;
use super::profile::Leaf;
use super::request;
use crate::authority::Authority;
use crate::authority::key::{EC, P256};

/// Most active certificates of an entity.
const MOST: u64 = 1000;
/// How far a certificate reaches back: clocks differ.
const BACK: Duration = Duration::from_secs(300);
/// How often another serial number is tried.
const TRIES: usize = 3;

/// A certificate for a key that is to be made.
#[derive(Clone, Debug, Default)]
pub struct NewCertificate {
    /// Whose it will be.
    pub entity: Uuid,
    /// How many seconds it lasts; as the settings say when left out.
    pub ttl_secs: Option<i64>,
    /// Its subject; the entity's id when left out.
    pub common_name: Option<String>,
    /// Hosts.
    pub dns_names: Vec<String>,
    /// Addresses.
    pub ip_addresses: Vec<String>,
}

/// A certificate that was issued, with the private key if that was made here. It is kept nowhere.
#[derive(Debug)]
pub struct Issued {
    /// The certificate.
    pub certificate: Certificate,
    /// PKCS #8 in PEM.
    pub private_key: Option<Secret<String>>,
}

/// Issues a certificate for a new ECDSA key on P-256.
pub async fn issue(ctx: &Ctx, authority: &Authority, new: NewCertificate) -> Result<Issued> {
    let known = entities::known(ctx, new.entity).await?;
    let allowed = ctx.require(&RULE_OF_ENTITY, &known)?;
    let common_name = new.common_name.unwrap_or_else(|| known.id.to_string());
    let names = Names::given(&common_name, &new.dns_names, &new.ip_addresses)?;
    let until = lasting(ctx, authority, new.ttl_secs)?;
    let (key, private_key) = new_key()?;
    let wanted = Wanted { names, key, until, csr: false };
    let certificate = begin(ctx, authority, &allowed.part(), &known, wanted).await?;
    Ok(Issued { certificate, private_key: Some(private_key) })
}

/// Issues a certificate for the key and the names in a certification request.
pub async fn issue_from_csr(
    ctx: &Ctx,
    authority: &Authority,
    entity: Uuid,
    ttl_secs: Option<i64>,
    csr_pem: &str,
) -> Result<Issued> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE_OF_ENTITY, &known)?;
    let requested = request::read(csr_pem)?;
    let until = lasting(ctx, authority, ttl_secs)?;
    let wanted = Wanted { names: requested.names, key: requested.key, until, csr: true };
    let certificate = begin(ctx, authority, &allowed.part(), &known, wanted).await?;
    Ok(Issued { certificate, private_key: None })
}

async fn begin(
    ctx: &Ctx,
    authority: &Authority,
    allowed: &Allowed<'_, Credential>,
    known: &Entity,
    mut wanted: Wanted,
) -> Result<Certificate> {
    let by_grant = ctx.may(&MANAGE, known)?;
    let mut tx = ctx.begin().await?;
    let entity = kept::owner(&tx, known.id).await?.ok_or(CertificateMissing::Entity)?;
    if !by_grant {
        wanted.names = wanted.names.of_itself(&entity)?;
    }
    let from_csr = wanted.csr;
    let certificate = make(&tx, authority, allowed, &entity, wanted).await?;
    tx.record(
        allowed,
        Event::new("certificate.issue")
            .of(entity.tenant)
            .on("entity", entity.id)
            .detail("credential_id", certificate.credential.id.to_string())
            .detail("serial_number", certificate.serial())
            .detail("csr", from_csr)
            .after(certificate.state())
            .change(Change::Put(certificate.credential.fact(entity.tenant))),
    );
    tx.commit().await?;
    Ok(certificate)
}

/// What a certificate is to say.
pub(super) struct Wanted {
    pub(super) names: Names,
    pub(super) key: SubjectPublicKeyInfo,
    pub(super) until: Moment,
    pub(super) csr: bool,
}

/// Signs a certificate and adds it to the entity's.
pub(super) async fn make(
    tx: &Tx,
    authority: &Authority,
    allowed: &Allowed<'_, Credential>,
    entity: &Entity,
    wanted: Wanted,
) -> Result<Certificate> {
    let ctx = tx.ctx();
    if ctx.is_tried() {
        return Err(Unissuable::OnlyTried.into());
    }
    if kept::count_good(tx.conn(), entity.id, ctx.now()).await? >= MOST {
        return Err(Unissuable::TooMany(MOST).into());
    }
    let serial = free_serial(tx).await?;
    let Wanted { names, key, until, csr } = wanted;
    let from = ctx.now().minus(BACK).max(authority.begins_at());
    let der = authority.issue(Leaf { serial: &serial, names: &names, key, from, until })?;
    let issuer = authority.certificate().tbs_certificate();
    let metadata = json!({
        "subject": names.shown,
        "dns_names": names.dns(),
        "ip_addresses": names.ips(),
        "issuer_kind": authority.kind().as_str(),
        "issuer_subject": authority.name().to_string(),
        "issuer_serial_number": hex(issuer.serial_number().as_bytes()),
        "issuer_fingerprint_sha256": authority.fingerprint(),
        "fingerprint_sha256": hex(digest(&SHA256, &der).as_ref()),
        "not_before": from.rfc3339(),
        "not_after": until.rfc3339(),
        "issued_from_csr": csr,
    });
    let fingerprint = authority.fingerprint().to_owned();
    let credential = Credential {
        metadata,
        expires_at: Some(until),
        ..Credential::certificate(ctx, entity.id, hex(&serial), fingerprint, der)
    };
    kept::insert(tx, allowed, &credential).await?;
    Ok(Certificate { credential, tenant: entity.tenant })
}

async fn free_serial(tx: &Tx) -> Result<[u8; 16]> {
    for _ in 0..TRIES {
        let serial = new_serial(tx.ctx().chance());
        if kept::find_by_serial(tx.conn(), &hex(&serial)).await?.is_none() {
            return Ok(serial);
        }
    }
    Err(Unissuable::Serial.into())
}

/// When a certificate ends that lasts so many seconds from now.
pub(super) fn lasting(ctx: &Ctx, authority: &Authority, ttl_secs: Option<i64>) -> Result<Moment> {
    let settings = ctx.ground().settings();
    let most = settings.certs_leaf_max_ttl_secs;
    let ttl = match ttl_secs.map(u64::try_from) {
        None => settings.certs_leaf_default_ttl_secs,
        Some(Ok(secs)) if secs > 0 => Duration::from_secs(secs),
        Some(_) => return Err(Unissuable::NoTime.into()),
    };
    if ttl > most {
        return Err(Unissuable::TooLong(most.as_secs()).into());
    }
    // Certificates know whole seconds only.
    let until = Moment(ctx.now().plus(ttl).seconds().saturating_mul(1_000_000));
    if until > authority.ends_at() {
        return Err(Unissuable::BeyondIssuer.into());
    }
    Ok(until)
}

/// A new key on P-256: its public half, and PKCS #8 in PEM.
pub(super) fn new_key() -> Result<(SubjectPublicKeyInfo, Secret<String>)> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(Common::bug)?;
    let private = pair.to_pkcs8v1().map_err(Common::bug)?;
    let pem = pem::encode_string("PRIVATE KEY", LineEnding::LF, private.as_ref()).map_err(Common::bug)?;
    let public = SubjectPublicKeyInfo {
        algorithm: AlgorithmIdentifier { oid: EC, parameters: Some(Any::from(P256)) },
        subject_public_key: BitString::from_bytes(pair.public_key().as_ref()).map_err(Common::bug)?,
    };
    Ok((public, Secret::new(pem)))
}
