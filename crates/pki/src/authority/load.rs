//! Reading the authority from its files, with everything checked that it would fail at later.

use atoll_base::settings::{CaFiles, Settings};
use atoll_base::{Common, Moment, Result, hex};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use der::pem::LineEnding;
use der::{Decode as _, pem};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, SubjectKeyIdentifier};

use super::fault::{BadAuthority, Named};
use super::key::{CaKey, Unfit};
use super::verify::{signed_part, verifies};
use super::{Authority, IssuerKind, moment};

/// A certificate of the authority, as its file holds it.
struct Read {
    file: Named,
    der: Vec<u8>,
    certificate: Certificate,
}

impl Authority {
    /// The authority that the settings name; none when certificates are off.
    ///
    /// # Errors
    /// [`BadAuthority`] when a file is not what it must be at this time.
    pub fn load(settings: &Settings, now: Moment) -> Result<Option<Authority>> {
        let Some(files) = settings.ca_files() else { return Ok(None) };
        let named = |setting, path| Named { setting, path };
        let (kind, root, issuer, key) = match files {
            CaFiles::Root { cert, key } => {
                let root = read(named("certs_root_ca_cert_path", cert), now)?;
                (IssuerKind::Root, root, None, named("certs_root_ca_key_path", key))
            }
            CaFiles::Intermediate { root, cert, key } => {
                let root = read(named("certs_root_ca_cert_path", root), now)?;
                let issuer = read(named("certs_intermediate_ca_cert_path", cert), now)?;
                (IssuerKind::Intermediate, root, Some(issuer), named("certs_intermediate_ca_key_path", key))
            }
        };
        if !signed_by(&root, &root) {
            return Err(BadAuthority::NotSelfSigned(root.file).into());
        }
        if let Some(issuer) = issuer.as_ref().filter(|issuer| !signed_by(issuer, &root)) {
            let (issuer, root) = (issuer.file.clone(), root.file);
            return Err(BadAuthority::NotSigned { issuer, root }.into());
        }
        let signer = issuer.as_ref().unwrap_or(&root);
        let key = private_key(&key, signer)?;
        let chain: Vec<&Read> = issuer.iter().chain([&root]).collect();
        let ends = chain.iter().map(|one| validity(&one.certificate).1).min();
        let mut chain_pem = String::new();
        for one in &chain {
            let block = pem::encode_string("CERTIFICATE", LineEnding::LF, &one.der);
            chain_pem.push_str(&block.map_err(Common::bug)?);
        }
        let base = &settings.public_base_url;
        Ok(Some(Authority {
            kind,
            fingerprint: hex(digest(&SHA256, &signer.der).as_ref()),
            key_id: key_id(&signer.certificate),
            certificate: signer.certificate.clone(),
            begins_at: validity(&signer.certificate).0,
            ends_at: ends.unwrap_or(now),
            key,
            chain_pem,
            crl_url: base.join("/certs/crl"),
            ocsp_url: base.join("/certs/ocsp"),
        }))
    }
}

fn read(file: Named, now: Moment) -> Result<Read, BadAuthority> {
    let text = content(&file)?;
    let first = CertificateDer::pem_slice_iter(&text).next().and_then(Result::ok);
    let der = first.ok_or_else(|| BadAuthority::NoCertificate(file.clone()))?.as_ref().to_vec();
    let certificate = Certificate::from_der(&der).map_err(|_| BadAuthority::NoCertificate(file.clone()))?;
    let read = Read { file, der, certificate };
    let tbs = read.certificate.tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>();
    if !constraints.is_ok_and(|found| found.is_some_and(|(_, constraints)| constraints.ca)) {
        return Err(BadAuthority::NoAuthority(read.file));
    }
    let allowed = match tbs.get_extension::<KeyUsage>() {
        Ok(Some((_, usage))) => usage.key_cert_sign() && usage.crl_sign(),
        Ok(None) => true,
        Err(_) => false,
    };
    if !allowed {
        return Err(BadAuthority::KeyUsage(read.file));
    }
    let (begins, ends) = validity(&read.certificate);
    if now >= ends {
        return Err(BadAuthority::Expired(read.file, ends.rfc3339()));
    }
    if now < begins {
        return Err(BadAuthority::Early(read.file, begins.rfc3339()));
    }
    Ok(read)
}

fn content(file: &Named) -> Result<Vec<u8>, BadAuthority> {
    std::fs::read(&file.path).map_err(|source| BadAuthority::Unreadable { file: file.clone(), source })
}

fn private_key(file: &Named, signer: &Read) -> Result<CaKey, BadAuthority> {
    let text = content(file)?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| BadAuthority::NoKey(file.clone()))?;
    let public = signer.certificate.tbs_certificate().subject_public_key_info();
    CaKey::of(public, &key).map_err(|unfit| match unfit {
        Unfit::Unsupported => BadAuthority::KeyKind(signer.file.clone()),
        Unfit::Other => BadAuthority::OtherKey { key: file.clone(), certificate: signer.file.clone() },
    })
}

fn validity(certificate: &Certificate) -> (Moment, Moment) {
    let validity = certificate.tbs_certificate().validity();
    (moment(validity.not_before), moment(validity.not_after))
}

fn signed_by(one: &Read, by: &Read) -> bool {
    let (issued, issuer) = (one.certificate.tbs_certificate(), by.certificate.tbs_certificate());
    issued.issuer() == issuer.subject()
        && signed_part(&one.der).is_some_and(|message| {
            let signature = one.certificate.signature();
            let algorithm = one.certificate.signature_algorithm();
            verifies(issuer.subject_public_key_info(), algorithm, message, signature)
        })
}

/// The subject key identifier that the certificate says it has; else the SHA-1 of its key, which is what others compute
/// then (RFC 5280 §4.2.1.2).
fn key_id(certificate: &Certificate) -> Vec<u8> {
    let tbs = certificate.tbs_certificate();
    match tbs.get_extension::<SubjectKeyIdentifier>() {
        Ok(Some((_, SubjectKeyIdentifier(id)))) => id.as_bytes().to_vec(),
        _ => {
            let key = tbs.subject_public_key_info().subject_public_key.raw_bytes();
            digest(&SHA1_FOR_LEGACY_USE_ONLY, key).as_ref().to_vec()
        }
    }
}
