//! The private key of the authority: what it signs with, and how that is called in what it signs.

use atoll_base::{Common, Result};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use der::asn1::{Any, BitString, ObjectIdentifier};
use der::{Decode as _, Document, Encode as _};
use rustls_pki_types::PrivateKeyDer;
use signature::Keypair;
use x509_cert::spki::{self, DynSignatureAlgorithmIdentifier, EncodePublicKey};
use x509_cert::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// `rsaEncryption` (RFC 3279 §2.3.1).
pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// `id-ecPublicKey` (RFC 5480 §2.1.1).
pub(crate) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// `id-Ed25519` (RFC 8410 §3), of keys and of signatures.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// `secp256r1`.
pub(crate) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// `secp384r1`.
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
/// `secp521r1`.
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// `sha256WithRSAEncryption` (RFC 4055 §5), whose parameters are NULL.
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
/// `ecdsa-with-SHA256`, `-SHA384` and `-SHA512` (RFC 5758 §3.2).
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ECDSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A private key that fits a certificate.
pub(crate) struct CaKey {
    pair: Pair,
    public: SubjectPublicKeyInfo,
    algorithm: AlgorithmIdentifier,
}

/// A private key that cannot sign for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// The certificate has a key of a sort that nothing is signed with.
    Unsupported,
    /// The private key is not the other half of the certificate's.
    Other,
}

impl CaKey {
    /// The private key of a certificate with this public key.
    pub(super) fn of(public: &SubjectPublicKeyInfo, key: &PrivateKeyDer<'_>) -> Result<CaKey, Unfit> {
        let (pair, signed_with) = match public.algorithm.oid {
            RSA => (rsa(key).map(Pair::Rsa), RSA_SHA256),
            EC => {
                let curve = public.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
                let (signing, signed_with) = match curve {
                    Some(P256) => (&ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_SHA256),
                    Some(P384) => (&ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_SHA384),
                    Some(P521) => (&ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_SHA512),
                    _ => return Err(Unfit::Unsupported),
                };
                (ecdsa(signing, key).map(Pair::Ecdsa), signed_with)
            }
            ED25519 => (ed25519(key).map(Pair::Ed25519), ED25519),
            _ => return Err(Unfit::Unsupported),
        };
        let parameters = (signed_with == RSA_SHA256).then(Any::null);
        let algorithm = AlgorithmIdentifier { oid: signed_with, parameters };
        let pair = pair.ok_or(Unfit::Other)?;
        let own = match &pair {
            Pair::Rsa(pair) => pair.public_key().as_ref(),
            Pair::Ecdsa(pair) => pair.public_key().as_ref(),
            Pair::Ed25519(pair) => pair.public_key().as_ref(),
        };
        if public.subject_public_key.raw_bytes() != own {
            return Err(Unfit::Other);
        }
        Ok(CaKey { pair, public: public.clone(), algorithm })
    }

    /// What signatures of this key are called.
    pub(crate) fn algorithm(&self) -> &AlgorithmIdentifier {
        &self.algorithm
    }

    /// The signature over a message.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<BitString> {
        let random = SystemRandom::new();
        let signed = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signed = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signed).map_err(Common::bug)?;
                signed
            }
            Pair::Ecdsa(pair) => pair.sign(&random, message).map_err(Common::bug)?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        };
        Ok(BitString::from_bytes(&signed).map_err(Common::bug)?)
    }
}

fn rsa(key: &PrivateKeyDer<'_>) -> Option<RsaKeyPair> {
    match key {
        PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()).ok(),
        PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).ok(),
        _ => None,
    }
}

fn ecdsa(signing: &'static EcdsaSigningAlgorithm, key: &PrivateKeyDer<'_>) -> Option<EcdsaKeyPair> {
    match key {
        PrivateKeyDer::Sec1(key) => EcdsaKeyPair::from_private_key_der(signing, key.secret_sec1_der()).ok(),
        PrivateKeyDer::Pkcs8(key) => EcdsaKeyPair::from_pkcs8(signing, key.secret_pkcs8_der()).ok(),
        _ => None,
    }
}

fn ed25519(key: &PrivateKeyDer<'_>) -> Option<Ed25519KeyPair> {
    match key {
        PrivateKeyDer::Pkcs8(key) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.secret_pkcs8_der()).ok(),
        _ => None,
    }
}

/// The public half, as the builder of certificates asks for it.
#[derive(Clone)]
pub(crate) struct PublicKey(SubjectPublicKeyInfo);

impl EncodePublicKey for PublicKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::from_der(&self.0.to_der()?)?)
    }
}

impl Keypair for CaKey {
    type VerifyingKey = PublicKey;

    fn verifying_key(&self) -> PublicKey {
        PublicKey(self.public.clone())
    }
}

impl DynSignatureAlgorithmIdentifier for CaKey {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifier> {
        Ok(self.algorithm.clone())
    }
}
