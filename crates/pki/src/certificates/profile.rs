//! What a certificate of an entity looks like (RFC 5280 §4).

use atoll_base::{Common, Moment, Result};
use der::Encode as _;
use der::asn1::{Ia5String, ObjectIdentifier};
use x509_cert::SubjectPublicKeyInfo;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder as _, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::pkix::crl::CrlDistributionPoints;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage,
    KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoRef;
use x509_cert::time::Validity;

use super::names::Names;
use crate::authority::key::RSA;
use crate::authority::{Authority, time};

/// `id-kp-serverAuth` and `id-kp-clientAuth` (RFC 5280 §4.2.1.12).
const SERVER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
/// `id-ad-ocsp` (RFC 5280 §4.2.2.1).
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");

/// What is in a certificate besides what all have.
pub(crate) struct Leaf<'l> {
    /// Its serial number, big endian and positive.
    pub(crate) serial: &'l [u8],
    /// Whom it names.
    pub(crate) names: &'l Names,
    /// The key it is for.
    pub(crate) key: SubjectPublicKeyInfo,
    /// From when on it is valid.
    pub(crate) from: Moment,
    /// Until when.
    pub(crate) until: Moment,
}

impl Authority {
    /// Signs a certificate; its DER.
    pub(crate) fn issue(&self, leaf: Leaf<'_>) -> Result<Vec<u8>> {
        let profile = Profile {
            issuer: self.name().clone(),
            subject: leaf.names.subject.clone(),
            alternative: leaf.names.alternative.clone(),
            authority: self.key_id()?,
            crl: uri(self.crl_url())?,
            ocsp: uri(self.ocsp_url())?,
        };
        let validity = Validity::new(time(leaf.from)?, time(leaf.until)?);
        let serial = SerialNumber::new(leaf.serial).map_err(Common::bug)?;
        let builder = CertificateBuilder::new(profile, serial, validity, leaf.key);
        let mut builder = builder.map_err(Common::bug)?;
        let message = builder.finalize(self.key()).map_err(Common::bug)?;
        let signed = builder.assemble(self.key().sign(&message)?, self.key()).map_err(Common::bug)?;
        Ok(signed.to_der().map_err(Common::bug)?)
    }
}

fn uri(text: &str) -> Result<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(text).map_err(Common::bug)?))
}

struct Profile {
    issuer: Name,
    subject: Name,
    alternative: Vec<GeneralName>,
    authority: AuthorityKeyIdentifier,
    crl: GeneralName,
    ocsp: GeneralName,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        // Only RSA keys encipher keys (RFC 8813 §3 forbids to say so of others).
        let usage = match key.algorithm.oid == RSA {
            true => KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment,
            false => KeyUsages::DigitalSignature.into(),
        };
        let crl = DistributionPoint {
            distribution_point: Some(DistributionPointName::FullName(vec![self.crl.clone()])),
            reasons: None,
            crl_issuer: None,
        };
        let ocsp = AccessDescription { access_method: OCSP, access_location: self.ocsp.clone() };
        let subject = tbs.subject();
        let mut all = vec![
            BasicConstraints { ca: false, path_len_constraint: None }.to_extension(subject, &[])?,
            KeyUsage(usage).to_extension(subject, &[])?,
            ExtendedKeyUsage(vec![SERVER, CLIENT]).to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(key)?.to_extension(subject, &[])?,
            self.authority.clone().to_extension(subject, &[])?,
            CrlDistributionPoints(vec![crl]).to_extension(subject, &[])?,
            AuthorityInfoAccessSyntax(vec![ocsp]).to_extension(subject, &[])?,
        ];
        if !self.alternative.is_empty() {
            // Critical where it alone says whose certificate it is (RFC 5280 §4.2.1.6).
            let names = SubjectAltName(self.alternative.clone());
            all.push((subject.is_empty(), &names).to_extension(subject, &[])?);
        }
        Ok(all)
    }
}
