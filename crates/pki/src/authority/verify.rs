//! Whether a signature is good: over a certificate, or over a request for one.

use der::asn1::{AnyRef, BitString};
use der::{Decode as _, Encode as _, Reader as _, SliceReader};
use x509_cert::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// What is signed in a signed structure (a certificate, a list, a request): the first part of the outer SEQUENCE, as it was
/// sent.
pub(crate) fn signed_part(whole: &[u8]) -> Option<&[u8]> {
    let outer: AnyRef<'_> = AnyRef::from_der(whole).ok()?;
    SliceReader::new(outer.value()).ok()?.tlv_bytes().ok()
}

/// Whether the key made this signature over the message. The algorithms are those of the TLS library: RSA from 2048 bits on
/// (PKCS #1 and PSS) and ECDSA with SHA-2, and Ed25519.
pub(crate) fn verifies(
    key: &SubjectPublicKeyInfo,
    algorithm: &AlgorithmIdentifier,
    message: &[u8],
    signature: &BitString,
) -> bool {
    let (Some(key_id), Some(signature_id)) = (content(&key.algorithm), content(algorithm)) else {
        return false;
    };
    // Whole bytes, or none: of the last byte nothing is left out.
    let (Some(public), Some(signature)) = (key.subject_public_key.as_bytes(), signature.as_bytes()) else {
        return false;
    };
    webpki::ALL_VERIFICATION_ALGS.iter().any(|known| {
        *known.public_key_alg_id() == *key_id
            && *known.signature_alg_id() == *signature_id
            && known.verify_signature(public, message, signature).is_ok()
    })
}

/// The identifier as that library writes it: without tag and length.
fn content(algorithm: &AlgorithmIdentifier) -> Option<Vec<u8>> {
    let whole = algorithm.to_der().ok()?;
    Some(AnyRef::from_der(&whole).ok()?.value().to_vec())
}
