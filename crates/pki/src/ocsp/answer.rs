//! Answering a question about certificates.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Ground, Moment, Result, hex};
use atoll_identity::credentials::certificates::{self as kept, Standing};
use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use der::asn1::{GeneralizedTime, Null, ObjectIdentifier, OctetString, OctetStringRef};
use der::{Decode as _, Encode as _};
use x509_cert::ext::Extension;

use super::message::{
    BasicResponse, CertId, CertStatus, OcspRequest, OcspResponse, Responder, ResponseBytes, ResponseData,
    ResponseStatus, RevokedInfo, SingleResponse,
};
use crate::authority::{Authority, date};
use crate::certificates::reason_code;

/// `malformedRequest`, which is not signed (RFC 6960 §2.3).
pub const MALFORMED: [u8; 5] = [0x30, 0x03, 0x0a, 0x01, 0x01];

/// `id-pkix-ocsp-basic` and `id-pkix-ocsp-nonce` (RFC 6960 §4.2.1, §4.4.1).
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
/// How long an answer is good.
const GOOD_FOR: Duration = Duration::from_secs(3600);
/// Most certificates that one question asks about.
const MOST: usize = 32;
/// Bytes of a nonce (RFC 8954 §2.1).
const NONCE_BYTES: std::ops::RangeInclusive<usize> = 1..=32;

/// The answer (DER) to a question (DER); [`MALFORMED`] to what is none.
pub async fn answer(ground: &Arc<Ground>, authority: &Authority, question: &[u8]) -> Result<Vec<u8>> {
    let ctx = Ctx::platform(ground.clone(), "tell the status of certificates");
    let Some((request, nonce)) = read(question) else { return Ok(MALFORMED.to_vec()) };
    let now = ctx.now();
    let mut responses = Vec::with_capacity(request.tbs.requests.len());
    for asked in request.tbs.requests {
        let status = status(&ctx, authority, &asked.certificate).await?;
        responses.push(SingleResponse {
            certificate: asked.certificate,
            status,
            this_update: instant(now)?,
            next_update: Some(instant(now.plus(GOOD_FOR))?),
        });
    }
    let tbs = ResponseData {
        responder: Responder::ByKey(
            OctetString::new(key_hash(authority, &SHA1_FOR_LEGACY_USE_ONLY)).map_err(Common::bug)?,
        ),
        produced_at: instant(now)?,
        responses,
        extensions: nonce.map(|nonce| vec![nonce]),
    };
    let message = tbs.to_der().map_err(Common::bug)?;
    let basic = BasicResponse {
        tbs,
        algorithm: authority.key().algorithm().clone(),
        signature: authority.key().sign(&message)?,
        certificates: Some(vec![authority.certificate().clone()]),
    };
    let response = OctetString::new(basic.to_der().map_err(Common::bug)?).map_err(Common::bug)?;
    let bytes = Some(ResponseBytes { kind: BASIC, response });
    let whole = OcspResponse { status: ResponseStatus::Successful, bytes };
    Ok(whole.to_der().map_err(Common::bug)?)
}

/// A question, and its nonce to be sent back. None when it cannot be read, asks about nothing or too much, or wants something
/// that is not known here.
fn read(question: &[u8]) -> Option<(OcspRequest, Option<Extension>)> {
    let request = OcspRequest::from_der(question).ok()?;
    if !(1..=MOST).contains(&request.tbs.requests.len()) {
        return None;
    }
    let of_each = request.tbs.requests.iter().flat_map(|one| one.extensions.iter().flatten());
    if of_each.into_iter().any(|extension| extension.critical) {
        return None;
    }
    let mut nonce = None;
    for extension in request.tbs.extensions.iter().flatten() {
        match extension.extn_id {
            NONCE if nonce.is_none() => {
                let bytes = <&OctetStringRef>::from_der(extension.extn_value.as_bytes()).ok()?;
                if !NONCE_BYTES.contains(&bytes.as_bytes().len()) {
                    return None;
                }
                nonce = Some(Extension { critical: false, ..extension.clone() });
            }
            NONCE => return None,
            _ if extension.critical => return None,
            _ => {}
        }
    }
    Some((request, nonce))
}

async fn status(ctx: &Ctx, authority: &Authority, asked: &CertId) -> Result<CertStatus> {
    if !ours(authority, asked) {
        return Ok(CertStatus::Unknown(Null));
    }
    let serial = hex(asked.serial.as_bytes());
    Ok(match kept::standing(&ctx.reader(), authority.fingerprint(), &serial).await? {
        None => CertStatus::Unknown(Null),
        Some(Standing::Good) => CertStatus::Good(Null),
        Some(Standing::Revoked(revoked)) => CertStatus::Revoked(RevokedInfo {
            at: instant(revoked.at)?,
            reason: reason_code(revoked.reason.as_deref()),
        }),
    })
}

/// Whether the certificate that is asked about is said to come from this authority.
fn ours(authority: &Authority, asked: &CertId) -> bool {
    let Some(algorithm) = algorithm(&asked.hash.oid) else { return false };
    let Ok(name) = authority.name().to_der() else { return false };
    asked.issuer_name.as_bytes() == digest(algorithm, &name).as_ref()
        && asked.issuer_key.as_bytes() == key_hash(authority, algorithm)
}

/// SHA-1, which most clients use, and SHA-2 (RFC 6960 §4.3, RFC 5754 §2).
fn algorithm(oid: &ObjectIdentifier) -> Option<&'static Algorithm> {
    const SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
    const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
    const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
    const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
    match *oid {
        SHA_1 => Some(&SHA1_FOR_LEGACY_USE_ONLY),
        SHA_256 => Some(&SHA256),
        SHA_384 => Some(&SHA384),
        SHA_512 => Some(&SHA512),
        _ => None,
    }
}

fn key_hash(authority: &Authority, algorithm: &'static Algorithm) -> Vec<u8> {
    let key = authority.certificate().tbs_certificate().subject_public_key_info();
    digest(algorithm, key.subject_public_key.raw_bytes()).as_ref().to_vec()
}

fn instant(at: Moment) -> Result<GeneralizedTime> {
    Ok(GeneralizedTime::from_date_time(date(at)?))
}

#[cfg(test)]
mod tests {
    use super::super::message::{Request, TbsRequest, Version};
    use super::*;
    use der::asn1::Int;
    use x509_cert::AlgorithmIdentifier;

    fn certificate() -> CertId {
        let bytes = || OctetString::new([7; 20]).unwrap();
        let hash =
            AlgorithmIdentifier { oid: ObjectIdentifier::new_unwrap("1.3.14.3.2.26"), parameters: None };
        CertId { hash, issuer_name: bytes(), issuer_key: bytes(), serial: Int::new(&[1, 2]).unwrap() }
    }

    fn question(count: usize, extensions: Vec<Extension>) -> Vec<u8> {
        let request = Request { certificate: certificate(), extensions: None };
        let tbs = TbsRequest {
            version: Version::V1,
            requestor: None,
            requests: vec![request; count],
            extensions: (!extensions.is_empty()).then_some(extensions),
        };
        OcspRequest { tbs, signature: None }.to_der().unwrap()
    }

    fn nonce(bytes: usize) -> Extension {
        let value = OctetString::new(vec![9; bytes]).unwrap().to_der().unwrap();
        Extension { extn_id: NONCE, critical: false, extn_value: OctetString::new(value).unwrap() }
    }

    #[test]
    fn a_nonce_of_up_to_32_bytes_is_sent_back() {
        for bytes in [1, 16, 32] {
            let (_, sent) = read(&question(1, vec![nonce(bytes)])).unwrap();
            assert_eq!(sent, Some(nonce(bytes)));
        }
        for bytes in [0, 33, 4096] {
            assert!(read(&question(1, vec![nonce(bytes)])).is_none(), "{bytes}");
        }
        assert!(read(&question(1, vec![nonce(16), nonce(16)])).is_none());
        assert!(read(&question(1, Vec::new())).unwrap().1.is_none());
    }

    #[test]
    fn questions_ask_about_something_and_want_nothing_unknown() {
        assert!(read(&question(0, Vec::new())).is_none());
        assert!(read(&question(MOST, Vec::new())).is_some());
        assert!(read(&question(MOST + 1, Vec::new())).is_none());
        let unknown = |critical| Extension {
            extn_id: ObjectIdentifier::new_unwrap("1.2.3"),
            critical,
            extn_value: OctetString::new([5, 0]).unwrap(),
        };
        assert!(read(&question(1, vec![unknown(false)])).is_some());
        assert!(read(&question(1, vec![unknown(true)])).is_none());
    }

    #[test]
    fn whatever_somebody_sends_it_is_read_or_it_is_not() {
        let good = question(2, vec![nonce(16)]);
        for at in 0..good.len() {
            let _ = read(&good[..at]);
            for change in [0x01, 0x80, 0xff] {
                let mut bad = good.clone();
                bad[at] ^= change;
                let _ = read(&bad);
            }
        }
    }
}
