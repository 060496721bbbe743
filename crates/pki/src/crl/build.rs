//! What a list looks like.

use std::time::Duration;

use atoll_base::{Common, Moment, Result};
use atoll_identity::credentials::certificates::Revoked;
use der::Encode as _;
use x509_cert::Version;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::ToExtension as _;
use x509_cert::ext::pkix::CrlNumber;
use x509_cert::serial_number::SerialNumber;

use crate::authority::{Authority, time};
use crate::certificates::reason_code;

/// How long a list is good.
pub(super) const GOOD_FOR: Duration = Duration::from_secs(24 * 3600);

impl Authority {
    /// Signs a list; its DER. Version 2, with the number of the list and the key identifier of the issuer.
    pub(super) fn list(&self, number: u64, at: Moment, revoked: &[Revoked]) -> Result<Vec<u8>> {
        let entries = revoked.iter().map(entry).collect::<Result<Vec<_>>>()?;
        let (issuer, number) = (self.name(), CrlNumber::try_from(number).map_err(Common::bug)?);
        let extensions = [self.key_id()?.to_extension(issuer, &[]), number.to_extension(issuer, &[])];
        let tbs_cert_list: TbsCertList = TbsCertList {
            version: Version::V2,
            signature: self.key().algorithm().clone(),
            issuer: issuer.clone(),
            this_update: time(at)?,
            next_update: Some(time(at.plus(GOOD_FOR))?),
            // An empty list of entries is left out (RFC 5280 §5.1.2.6).
            revoked_certificates: (!entries.is_empty()).then_some(entries),
            crl_extensions: Some(extensions.into_iter().collect::<Result<_, _>>().map_err(Common::bug)?),
        };
        let message = tbs_cert_list.to_der().map_err(Common::bug)?;
        let list = CertificateList {
            tbs_cert_list,
            signature_algorithm: self.key().algorithm().clone(),
            signature: self.key().sign(&message)?,
        };
        Ok(list.to_der().map_err(Common::bug)?)
    }
}

fn entry(revoked: &Revoked) -> Result<RevokedCert> {
    let reason = reason_code(revoked.reason.as_deref());
    let subject = Default::default();
    let extension = reason.map(|reason| reason.to_extension(&subject, &[])).transpose();
    Ok(RevokedCert {
        serial_number: serial(&revoked.serial)?,
        revocation_date: time(revoked.at)?,
        crl_entry_extensions: extension.map_err(Common::bug)?.map(|extension| vec![extension]),
    })
}

/// A serial number, from the form in which it is kept.
fn serial(digits: &str) -> Result<SerialNumber> {
    let digits = if digits.len().is_multiple_of(2) { digits.to_owned() } else { format!("0{digits}") };
    let bytes: Result<Vec<u8>, _> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap_or_default(), 16))
        .collect();
    Ok(SerialNumber::new(&bytes.map_err(Common::bug)?).map_err(Common::bug)?)
}
