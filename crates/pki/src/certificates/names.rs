//! The names in a certificate, and whose they may be.

use std::net::IpAddr;

use atoll_base::{Common, Result};
use atoll_identity::entities::Entity;
use der::asn1::{Any, Ia5String, ObjectIdentifier, SetOfVec, Utf8StringRef};
use der::{Tag, Tagged as _};
use serde_json::{Value, json};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

use super::fault::Unissuable;

/// `id-at-commonName` (RFC 5280 appendix A.1).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// Most alternative names of a certificate.
pub(crate) const MOST_NAMES: usize = 100;

/// Who a certificate is for, as it says itself.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// Its subject.
    pub(crate) subject: Name,
    /// How the subject is shown.
    pub(crate) shown: Value,
    /// Its subject alternative names.
    pub(crate) alternative: Vec<GeneralName>,
}

impl Names {
    /// What somebody wrote: a common name, hosts and addresses. An address among the hosts is an address.
    pub(crate) fn given(common_name: &str, dns: &[String], ips: &[String]) -> Result<Names> {
        if dns.len() + ips.len() > MOST_NAMES {
            return Err(Unissuable::TooManyNames(MOST_NAMES).into());
        }
        let mut alternative = Vec::new();
        for text in dns.iter().map(|text| text.trim()) {
            alternative.push(match text.parse::<IpAddr>() {
                Ok(address) => GeneralName::from(address),
                Err(_) => dns_name(text)?,
            });
        }
        for text in ips.iter().map(|text| text.trim()) {
            let address: IpAddr = text.parse().map_err(|_| Unissuable::IpAddress(text.to_owned()))?;
            alternative.push(GeneralName::from(address));
        }
        Names::called(common_name, alternative)
    }

    /// A common name, and alternative names that are good already.
    pub(crate) fn called(common_name: &str, alternative: Vec<GeneralName>) -> Result<Names> {
        const MOST: usize = 64;
        let common_name = common_name.trim();
        let length = common_name.chars().count();
        if length == 0 || length > MOST || common_name.chars().any(char::is_control) {
            return Err(Unissuable::CommonName.into());
        }
        let value = Utf8StringRef::new(common_name).map_err(Common::bug)?;
        let attribute = AttributeTypeAndValue { oid: COMMON_NAME, value: Any::from(value) };
        let attributes = SetOfVec::try_from(vec![attribute]).map_err(Common::bug)?;
        let subject = RdnSequence::from(vec![RelativeDistinguishedName::from(attributes)]);
        Ok(Names {
            subject: Name::hazmat_from_rdn_sequence(subject),
            shown: json!({ "common_name": common_name }),
            alternative: without_repetition(alternative),
        })
    }

    /// What a request says of itself.
    pub(crate) fn requested(subject: Name, alternative: Vec<GeneralName>) -> Result<Names> {
        if alternative.len() > MOST_NAMES {
            return Err(Unissuable::TooManyNames(MOST_NAMES).into());
        }
        if subject.is_empty() && alternative.is_empty() {
            return Err(Unissuable::Nameless.into());
        }
        let shown = json!({ "csr_subject": subject.to_string() });
        Ok(Names { subject, shown, alternative: without_repetition(alternative) })
    }

    /// The names of hosts.
    pub(crate) fn dns(&self) -> Vec<String> {
        let of = |name: &GeneralName| match name {
            GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
            _ => None,
        };
        self.alternative.iter().filter_map(of).collect()
    }

    /// The addresses.
    pub(crate) fn ips(&self) -> Vec<String> {
        self.alternative.iter().filter_map(address).map(|address| address.to_string()).collect()
    }

    /// Whether they name nobody but this entity: for whoever acts only by being it.
    ///
    /// An entity may choose its alias, so that this is no host: it may be its common name, and only its id a host. Some
    /// programs take a common name for a host where no host is named; so the id is added as one then.
    pub(crate) fn of_itself(mut self, entity: &Entity) -> Result<Names> {
        let id = entity.id.to_string();
        let alias = entity.alias.as_ref().map(|alias| alias.as_str());
        let own = |name: &str| name == id || Some(name) == alias;
        let mut by_id = true;
        for attribute in self.subject.iter() {
            let name = text(&attribute.value).filter(|_| attribute.oid == COMMON_NAME);
            if !name.as_deref().is_some_and(own) {
                return Err(Unissuable::Foreign(attribute.to_string()).into());
            }
            by_id &= name.as_deref() == Some(&*id);
        }
        for name in &self.alternative {
            let good = match name {
                GeneralName::DnsName(name) => name.as_str() == id,
                GeneralName::UniformResourceIdentifier(uri) => uri.as_str() == format!("urn:uuid:{id}"),
                _ => false,
            };
            if !good {
                return Err(Unissuable::Foreign(shown(name)).into());
            }
        }
        if !by_id && self.dns().is_empty() {
            self.alternative.push(dns_name(&id)?);
        }
        Ok(self)
    }
}

/// A host, checked.
pub(crate) fn dns_name(text: &str) -> Result<GeneralName> {
    let name = text.to_ascii_lowercase();
    let bad = || Unissuable::DnsName(text.chars().take(253).collect());
    if name.is_empty() || name.len() > 253 {
        return Err(bad().into());
    }
    for (nth, label) in name.split('.').enumerate() {
        let wild = nth == 0 && label == "*" && name.contains('.');
        let good = (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-');
        if !wild && !good {
            return Err(bad().into());
        }
    }
    Ok(GeneralName::DnsName(Ia5String::new(&name).map_err(Common::bug)?))
}

/// An alternative name, for people.
fn shown(name: &GeneralName) -> String {
    match name {
        GeneralName::DnsName(text) => text.as_str().to_owned(),
        GeneralName::Rfc822Name(text) | GeneralName::UniformResourceIdentifier(text) => {
            text.as_str().to_owned()
        }
        other => address(other).map_or_else(|| "a name of another kind".to_owned(), |ip| ip.to_string()),
    }
}

/// The address that an alternative name is.
pub(crate) fn address(name: &GeneralName) -> Option<IpAddr> {
    let GeneralName::IpAddress(bytes) = name else { return None };
    let bytes = bytes.as_bytes();
    let four: Option<[u8; 4]> = bytes.try_into().ok();
    let sixteen: Option<[u8; 16]> = bytes.try_into().ok();
    four.map(IpAddr::from).or(sixteen.map(IpAddr::from))
}

/// The text of an attribute of a subject, where it is written in letters that everybody reads alike.
fn text(value: &Any) -> Option<String> {
    matches!(value.tag(), Tag::Utf8String | Tag::PrintableString | Tag::Ia5String)
        .then(|| std::str::from_utf8(value.value()).ok().map(str::to_owned))
        .flatten()
}

fn without_repetition(names: Vec<GeneralName>) -> Vec<GeneralName> {
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(dns: &[&str], ips: &[&str]) -> Result<Names> {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        Names::given("meter", &owned(dns), &owned(ips))
    }

    #[test]
    fn hosts_and_addresses_are_told_apart() {
        let names = given(&["Meter.Example", "192.0.2.7", "*.example"], &["2001:db8::7"]).unwrap();
        assert_eq!(names.dns(), ["meter.example", "*.example"]);
        assert_eq!(names.ips(), ["192.0.2.7", "2001:db8::7"]);
        assert_eq!(names.subject.to_string(), "CN=meter");
        assert_eq!(given(&["a.example", "A.example"], &[]).unwrap().dns(), ["a.example"]);
    }

    #[test]
    fn what_is_no_host_and_no_address_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        for bad in ["", "a..b", "-a.b", "a-.b", "a.*.b", "*", "a_b", "é.example", "a b", "a.", &long] {
            let error = given(&[bad], &[]).unwrap_err();
            assert!(error.to_string().starts_with("invalid DNS name"), "{bad:?}: {error}");
        }
        for bad in ["", "300.1.1.1", "meter.example", "::1/64"] {
            assert!(given(&[], &[bad]).is_err(), "{bad:?}");
        }
        assert!(given(&vec!["a.example"; 101], &[]).is_err());
        for bad in ["", "   ", "a\u{0}b", &"x".repeat(65)] {
            assert!(Names::given(bad, &[], &[]).is_err(), "{bad:?}");
        }
    }
}
