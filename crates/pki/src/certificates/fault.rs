//! What can be wrong with a request about certificates.

use atoll_base::{Fault, Kind};
use serde_json::{Value, json};

/// Nobody gave a certificate authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("certificate support is disabled")]
pub struct Disabled;

impl Fault for Disabled {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "certificate.disabled"
    }
}

/// A certificate that cannot be issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unissuable {
    /// It would not last.
    #[error("certificate TTL must be greater than zero")]
    NoTime,
    /// It would last longer than the settings allow; in seconds.
    #[error("certificate TTL exceeds ATOM_CERTS_LEAF_MAX_TTL_SECS ({0})")]
    TooLong(u64),
    /// It would last longer than its issuer.
    #[error("requested certificate validity exceeds active issuer CA validity")]
    BeyondIssuer,
    /// Longer than subjects may be (RFC 5280 appendix A.1), empty, or with control characters.
    #[error("common name must be 1 to 64 characters without control characters")]
    CommonName,
    /// No host is called so.
    #[error(
        "invalid DNS name '{0}': write labels of a-z, 0-9 and '-' with dots between them, at most 253 characters, other \
         alphabets as xn--…, and '*' only as the whole first label"
    )]
    DnsName(String),
    /// No address looks so.
    #[error("invalid IP address '{0}': write it like 192.0.2.7 or 2001:db8::7")]
    IpAddress(String),
    /// More than anybody needs.
    #[error("a certificate may have at most {0} alternative names")]
    TooManyNames(usize),
    /// The entity acts only for itself, and named something else.
    #[error(
        "'{0}' is not a name of this entity: who may not manage it gets certificates for its id, and for its alias as \
         common name only"
    )]
    Foreign(String),
    /// It cannot be read, or its signature is not good.
    #[error("invalid CSR")]
    Csr(&'static str),
    /// It is longer than any; in bytes.
    #[error("CSR must be at most {0} bytes")]
    CsrTooLarge(usize),
    /// Its key could be broken.
    #[error("the key in the CSR is too weak: RSA keys must have 2048 to 8192 bits")]
    WeakKey,
    /// Its key is of a sort that nothing is issued for.
    #[error("the key in the CSR is of an unsupported kind: use RSA, P-256, P-384, P-521 or Ed25519")]
    KeyKind,
    /// Neither subject nor alternative names.
    #[error("the CSR names nobody: give it a subject or a subject alternative name")]
    Nameless,
    /// The entity has as many as it may.
    #[error("an entity may have at most {0} active certificates; revoke some first")]
    TooMany(u64),
    /// What is revoked stays so.
    #[error("cannot renew a revoked certificate")]
    RenewRevoked,
    /// The request is only tried, but what is signed counts wherever it is shown, with nothing to revoke it by.
    #[error("a certificate is not issued by a dry run")]
    OnlyTried,
    /// Every random number was taken, which does not happen.
    #[error("failed to allocate a unique certificate serial number")]
    Serial,
}

impl Fault for Unissuable {
    fn kind(&self) -> Kind {
        match self {
            Unissuable::TooMany(_) => Kind::Conflict,
            Unissuable::Foreign(_) => Kind::Denied,
            Unissuable::CsrTooLarge(_) => Kind::TooLarge,
            Unissuable::Serial => Kind::Unavailable,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Unissuable::NoTime | Unissuable::TooLong(_) | Unissuable::BeyondIssuer => "certificate.ttl",
            Unissuable::CommonName
            | Unissuable::DnsName(_)
            | Unissuable::IpAddress(_)
            | Unissuable::TooManyNames(_) => "certificate.name",
            Unissuable::Foreign(_) => "certificate.foreign_name",
            Unissuable::Csr(_) | Unissuable::CsrTooLarge(_) | Unissuable::Nameless => "certificate.csr",
            Unissuable::WeakKey | Unissuable::KeyKind => "certificate.key",
            Unissuable::TooMany(_) => "certificate.too_many",
            Unissuable::RenewRevoked => "certificate.revoked",
            Unissuable::OnlyTried => "certificate.only_tried",
            Unissuable::Serial => "certificate.serial",
        }
    }

    fn details(&self) -> Option<Value> {
        match self {
            Unissuable::Csr(why) => Some(json!({ "reason": why })),
            _ => None,
        }
    }
}

/// A certificate, or its entity, that is not there for this caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateMissing {
    /// No certificate.
    #[error("not found")]
    Certificate,
    /// Its entity is deleted or not in use, or its tenant is not.
    #[error("entity not found")]
    Entity,
}

impl Fault for CertificateMissing {
    fn kind(&self) -> Kind {
        Kind::Missing
    }

    fn code(&self) -> &'static str {
        "not_found"
    }
}

/// Words that mean nothing where certificates are chosen or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSelector {
    /// Neither or both.
    #[error("provide credentialId or serialNumber")]
    One,
    /// Not hexadecimal digits, or too many.
    #[error("invalid certificate serial number")]
    Serial,
    /// Another word.
    #[error("certificate status must be active or revoked")]
    Status,
    /// Longer than it is kept.
    #[error("a revocation reason must be at most 255 characters without control characters")]
    Reason,
}

impl Fault for BadSelector {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadSelector::One => "certificate.selector",
            BadSelector::Serial => "certificate.serial_number",
            BadSelector::Status => "certificate.status",
            BadSelector::Reason => "certificate.reason",
        }
    }
}
