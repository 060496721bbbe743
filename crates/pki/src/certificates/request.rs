//! Reading a certification request (PKCS #10, RFC 2986).

use atoll_base::Result;
use der::Decode as _;
use der::asn1::AnyRef;
use rustls_pki_types::CertificateSigningRequestDer;
use rustls_pki_types::pem::PemObject as _;
use x509_cert::SubjectPublicKeyInfo;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::request::{CertReq, ExtensionReq};

use super::fault::Unissuable;
use super::names::{Names, address, dns_name};
use crate::authority::key::RSA;
use crate::authority::verify::{signed_part, verifies};

/// The largest request that is read, in bytes of PEM: an RSA key of 8192 bits with 100 names is less than half of it.
const MOST_BYTES: usize = 16 * 1024;
/// Bits of an RSA key (NIST SP 800-57 wants 2048; larger than 8192 takes too long to check).
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// What a request asks for: its other wishes (key usage, constraints, extensions) are not heard.
pub(crate) struct Requested {
    pub(crate) names: Names,
    pub(crate) key: SubjectPublicKeyInfo,
}

/// Reads a request and proves that whoever made it has the key.
pub(crate) fn read(pem: &str) -> Result<Requested> {
    if pem.len() > MOST_BYTES {
        return Err(Unissuable::CsrTooLarge(MOST_BYTES).into());
    }
    let bad = |why| Unissuable::Csr(why);
    let der = CertificateSigningRequestDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| bad("it is not PEM that begins with -----BEGIN CERTIFICATE REQUEST-----"))?;
    let request = CertReq::from_der(&der).map_err(|_| bad("it is not a PKCS #10 request in DER"))?;
    let info = request.info;
    strong(&info.public_key)?;
    let message = signed_part(&der).ok_or(bad("it is not a PKCS #10 request in DER"))?;
    if !verifies(&info.public_key, &request.algorithm, message, &request.signature) {
        return Err(bad("its signature does not verify with the key in it; sign it with SHA-2").into());
    }
    let mut alternative = Vec::new();
    for attribute in info.attributes.iter().filter(|one| one.oid == ID_EXTENSION_REQUEST) {
        for value in attribute.values.iter() {
            let ExtensionReq(extensions) =
                value.decode_as().map_err(|_| bad("its wish for extensions cannot be read"))?;
            for extension in extensions.iter().filter(|one| one.extn_id == ID_ALTERNATIVE_NAME) {
                let SubjectAltName(names) = SubjectAltName::from_der(extension.extn_value.as_bytes())
                    .map_err(|_| bad("its subject alternative names cannot be read"))?;
                alternative.extend(names);
            }
        }
    }
    let alternative = alternative.into_iter().map(checked).collect::<Result<_>>()?;
    Ok(Requested { names: Names::requested(info.subject, alternative)?, key: info.public_key })
}

/// `pkcs-9-at-extensionRequest` (RFC 2985 §5.4.2).
const ID_EXTENSION_REQUEST: der::asn1::ObjectIdentifier =
    der::asn1::ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");
/// `id-ce-subjectAltName` (RFC 5280 §4.2.1.6).
const ID_ALTERNATIVE_NAME: der::asn1::ObjectIdentifier = der::asn1::ObjectIdentifier::new_unwrap("2.5.29.17");

/// Hosts, addresses, mail addresses and URIs; nothing else has a meaning here.
fn checked(name: GeneralName) -> Result<GeneralName> {
    let visible = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    match &name {
        GeneralName::DnsName(host) => return dns_name(host.as_str()),
        GeneralName::IpAddress(_) if address(&name).is_some() => {}
        GeneralName::Rfc822Name(text) if visible(text.as_str()) && text.as_str().contains('@') => {}
        GeneralName::UniformResourceIdentifier(text)
            if visible(text.as_str()) && text.as_str().contains(':') => {}
        _ => {
            return Err(Unissuable::Csr(
                "it has an alternative name that is no host, address, mail address or URI",
            )
            .into());
        }
    }
    Ok(name)
}

/// The key is of a kind that is issued for, and cannot be broken.
fn strong(key: &SubjectPublicKeyInfo) -> Result<(), Unissuable> {
    if key.algorithm.oid == RSA {
        let bits = modulus_bits(key.subject_public_key.raw_bytes()).ok_or(Unissuable::WeakKey)?;
        return if RSA_BITS.contains(&bits) { Ok(()) } else { Err(Unissuable::WeakKey) };
    }
    let known = webpki::ALL_VERIFICATION_ALGS.iter().any(|algorithm| {
        let id = algorithm.public_key_alg_id();
        der::Encode::to_der(&key.algorithm)
            .is_ok_and(|der| AnyRef::from_der(&der).is_ok_and(|any| any.value() == &*id))
    });
    if known { Ok(()) } else { Err(Unissuable::KeyKind) }
}

/// The bits of the modulus of an RSA key (RFC 8017 appendix A.1.1).
fn modulus_bits(key: &[u8]) -> Option<usize> {
    let pair: AnyRef<'_> = AnyRef::from_der(key).ok()?;
    let mut parts = der::SliceReader::new(pair.value()).ok()?;
    let modulus: der::asn1::UintRef<'_> = der::Reader::decode(&mut parts).ok()?;
    let bytes = modulus.as_bytes();
    let first = bytes.first()?;
    Some(bytes.len() * 8 - first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::pem::{LineEnding, encode_string};

    fn request(names: Vec<String>) -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let made = rcgen::CertificateParams::new(names).unwrap().serialize_request(&key).unwrap();
        made.der().to_vec()
    }

    fn pem(der: &[u8]) -> String {
        encode_string("CERTIFICATE REQUEST", LineEnding::LF, der).unwrap()
    }

    #[test]
    fn a_request_is_taken_only_as_it_was_signed() {
        let good = request(vec!["m7.example".into()]);
        assert_eq!(read(&pem(&good)).unwrap().names.dns(), ["m7.example"]);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x01;
            assert!(read(&pem(&bad)).is_err(), "byte {at}");
            assert!(read(&pem(&good[..at])).is_err(), "{at} bytes");
        }
    }

    #[test]
    fn a_request_has_a_bounded_number_of_names() {
        let many = |count: usize| (0..count).map(|nth| format!("m{nth}.example")).collect();
        assert!(read(&pem(&request(many(100)))).is_ok());
        assert!(read(&pem(&request(many(101)))).is_err());
    }
}
