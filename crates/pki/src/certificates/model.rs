//! A certificate, as it is kept: a credential whose metadata says what is in it.

use atoll_base::chance::{self, Chance};
use atoll_base::{Common, Moment, Result};
use atoll_identity::credentials::Credential;
use der::pem::{self, LineEnding};
use serde_json::{Value, json};
use uuid::Uuid;
use x509_cert::Certificate as X509;
use x509_cert::ext::pkix::crl::CrlReason;

use super::fault::BadSelector;
use der::Decode as _;

/// A certificate of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// What is kept of it.
    pub credential: Credential,
    /// The home tenant of its entity.
    pub tenant: Option<Uuid>,
}

impl Certificate {
    /// Its serial number: hexadecimal digits, lower case.
    pub fn serial(&self) -> &str {
        self.credential.identifier.as_deref().unwrap_or_default()
    }

    /// The certificate in PEM.
    pub fn pem(&self) -> Result<String> {
        Ok(pem::encode_string("CERTIFICATE", LineEnding::LF, self.der()).map_err(Common::bug)?)
    }

    fn der(&self) -> &[u8] {
        self.credential.certificate.as_deref().unwrap_or_default()
    }

    /// The certificate, read.
    pub(crate) fn x509(&self) -> Result<X509> {
        Ok(X509::from_der(self.der()).map_err(Common::bug)?)
    }

    /// `{"common_name": …}`, or `{"csr_subject": …}` when somebody brought a request (RFC 4514 text).
    pub fn subject(&self) -> Value {
        self.credential.metadata["subject"].clone()
    }

    /// The names of hosts in it.
    pub fn dns_names(&self) -> Vec<String> {
        self.texts("dns_names")
    }

    /// The addresses in it.
    pub fn ip_addresses(&self) -> Vec<String> {
        self.texts("ip_addresses")
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let all = self.credential.metadata[name].as_array().into_iter().flatten();
        all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// The SHA-256 of its DER: 64 hexadecimal digits, lower case.
    pub fn fingerprint(&self) -> &str {
        self.credential.metadata["fingerprint_sha256"].as_str().unwrap_or_default()
    }

    /// Whether it was issued for a key that somebody else made.
    pub(crate) fn is_from_csr(&self) -> bool {
        self.credential.metadata["issued_from_csr"] == true
    }

    /// The certificate as the ledger shows it.
    pub(crate) fn state(&self) -> Value {
        let mut state = self.credential.state();
        state["subject"] = self.subject();
        state["dns_names"] = json!(self.dns_names());
        state["ip_addresses"] = json!(self.ip_addresses());
        state["fingerprint_sha256"] = self.fingerprint().into();
        state["revoked_at"] = self.credential.revoked_at.map(Moment::rfc3339).into();
        state["revocation_reason"] = self.credential.revocation_reason.clone().into();
        state
    }
}

/// Bytes of a serial number (RFC 5280 §4.1.2.2 allows 20).
const SERIAL: usize = 16;

/// A new random serial number: positive, and always of the same length.
pub(crate) fn new_serial(chance: &dyn Chance) -> [u8; SERIAL] {
    let mut serial = chance::bytes::<SERIAL>(chance);
    serial[0] &= 0x7f;
    if serial[0] == 0 {
        serial[0] = 1;
    }
    serial
}

/// A serial number as somebody writes it, in the form in which it is kept: colons, blanks and capitals do not matter.
pub fn read_serial(text: &str) -> Result<String, BadSelector> {
    const MOST_DIGITS: usize = 40;
    let digits = hex_digits(text);
    let good = !digits.is_empty()
        && digits.len() <= MOST_DIGITS
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if good { Ok(digits) } else { Err(BadSelector::Serial) }
}

/// Hexadecimal digits without what people put between them.
pub(crate) fn hex_digits(text: &str) -> String {
    text.chars()
        .filter(|letter| *letter != ':' && !letter.is_whitespace())
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// Why a certificate is revoked, as somebody writes it; this when they write nothing.
pub(crate) fn read_reason(text: Option<&str>, otherwise: &str) -> Result<String, BadSelector> {
    const MOST: usize = 255;
    let text = text.map(str::trim).filter(|text| !text.is_empty()).unwrap_or(otherwise);
    match text.chars().count() <= MOST && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(BadSelector::Reason),
    }
}

/// The code of a reason in lists and answers (RFC 5280 §5.3.1); none where the words are no reason that it knows, because
/// "unspecified" is to be left out there.
pub(crate) fn reason_code(reason: Option<&str>) -> Option<CrlReason> {
    let word: String = reason?.chars().filter(char::is_ascii_alphanumeric).collect();
    Some(match word.to_ascii_lowercase().as_str() {
        "keycompromise" => CrlReason::KeyCompromise,
        "cacompromise" => CrlReason::CaCompromise,
        "affiliationchanged" => CrlReason::AffiliationChanged,
        "superseded" => CrlReason::Superseded,
        // The entity is not there any more, or is to have no certificates.
        "cessationofoperation" | "entitydeleted" | "entityrevoked" | "tenantdeleted" => {
            CrlReason::CessationOfOperation
        }
        "privilegewithdrawn" => CrlReason::PrivilegeWithdrawn,
        "aacompromise" => CrlReason::AaCompromise,
        // A hold could be lifted again, and revoking here is for good.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use atoll_base::chance::CountingChance;

    #[test]
    fn serial_numbers_are_positive_and_of_one_length() {
        let chance = CountingChance::default();
        for _ in 0..1000 {
            let serial = new_serial(&chance);
            assert!(serial[0] > 0 && serial[0] < 0x80);
        }
    }

    #[test]
    fn serial_numbers_are_read_as_people_write_them() {
        assert_eq!(read_serial(" 0A:bC 1f\n").unwrap(), "0abc1f");
        for bad in ["", " : ", "xyz", "0x12", &"1".repeat(41)] {
            assert_eq!(read_serial(bad), Err(BadSelector::Serial), "{bad:?}");
        }
    }

    #[test]
    fn reasons_are_told_by_their_words() {
        for word in ["keyCompromise", "key_compromise", "Key Compromise"] {
            assert_eq!(reason_code(Some(word)), Some(CrlReason::KeyCompromise));
        }
        for word in [None, Some("unspecified"), Some("manual"), Some("lost it"), Some("certificateHold")] {
            assert_eq!(reason_code(word), None);
        }
        assert_eq!(read_reason(Some("  "), "unspecified").unwrap(), "unspecified");
        assert!(read_reason(Some(&"x".repeat(256)), "").is_err());
        assert!(read_reason(Some("a\u{7}"), "").is_err());
    }
}
