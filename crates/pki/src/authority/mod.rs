//! The certificate authority: the one issuer of this house, from files that an operator gives.

mod fault;
pub(crate) mod key;
mod load;
pub(crate) mod verify;

use std::time::Duration;

use atoll_base::{Common, Moment, Result};
use der::DateTime;
use der::asn1::OctetString;
use x509_cert::Certificate;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::name::Name;
use x509_cert::time::Time;

pub use fault::{BadAuthority, Named};
use key::CaKey;

/// Which certificate of the chain signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerKind {
    /// The root itself.
    Root,
    /// An intermediate below the root.
    Intermediate,
}

impl IssuerKind {
    /// `root` or `intermediate`.
    pub const fn as_str(self) -> &'static str {
        match self {
            IssuerKind::Root => "root",
            IssuerKind::Intermediate => "intermediate",
        }
    }

    /// What health calls it: the value of `certs_ca_mode`.
    pub const fn mode(self) -> &'static str {
        match self {
            IssuerKind::Root => "file_root_issuer",
            IssuerKind::Intermediate => "file_intermediate_issuer",
        }
    }
}

/// A certificate authority that can issue: its files were checked when it was [loaded](Authority::load).
pub struct Authority {
    kind: IssuerKind,
    certificate: Certificate,
    fingerprint: String,
    key: CaKey,
    key_id: Vec<u8>,
    begins_at: Moment,
    ends_at: Moment,
    chain_pem: String,
    crl_url: String,
    ocsp_url: String,
}

impl Authority {
    /// Which certificate signs.
    pub fn kind(&self) -> IssuerKind {
        self.kind
    }

    /// The certificate that signs and the root above it, in PEM, in this order.
    pub fn chain_pem(&self) -> &str {
        &self.chain_pem
    }

    /// The SHA-256 of the certificate that signs (DER), 64 hexadecimal digits.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// From when on what is issued can be valid.
    pub(crate) fn begins_at(&self) -> Moment {
        self.begins_at
    }

    /// When the first certificate of the chain ends: nothing that is issued may last longer.
    pub fn ends_at(&self) -> Moment {
        self.ends_at
    }

    /// Where the list of revoked certificates is.
    pub(crate) fn crl_url(&self) -> &str {
        &self.crl_url
    }

    /// Where the status of a certificate is told.
    pub(crate) fn ocsp_url(&self) -> &str {
        &self.ocsp_url
    }

    /// The certificate that signs.
    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its subject.
    pub(crate) fn name(&self) -> &Name {
        self.certificate.tbs_certificate().subject()
    }

    /// The key it signs with.
    pub(crate) fn key(&self) -> &CaKey {
        &self.key
    }

    /// Its subject key identifier: what everything it signs names as the authority's (RFC 5280 §4.2.1.1, §5.2.1).
    pub(crate) fn key_id(&self) -> Result<AuthorityKeyIdentifier> {
        let id = OctetString::new(self.key_id.as_slice()).map_err(Common::bug)?;
        Ok(AuthorityKeyIdentifier { key_identifier: Some(id), ..AuthorityKeyIdentifier::default() })
    }
}

/// A time of X.509: whole seconds.
pub(crate) fn moment(time: Time) -> Moment {
    let micros = i64::try_from(time.to_unix_duration().as_micros());
    Moment(micros.unwrap_or(i64::MAX))
}

/// A moment as a date, without what is less than a second.
pub(crate) fn date(at: Moment) -> Result<DateTime> {
    let seconds = u64::try_from(at.seconds()).unwrap_or_default();
    Ok(DateTime::from_unix_duration(Duration::from_secs(seconds)).map_err(Common::bug)?)
}

/// A moment as X.509 writes it (RFC 5280 §4.1.2.5).
pub(crate) fn time(at: Moment) -> Result<Time> {
    Ok(Time::from(date(at)?))
}
