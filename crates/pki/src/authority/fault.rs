//! What can be wrong with the authority's files.

use std::path::PathBuf;

use atoll_base::{Fault, Kind};

/// A file of the certificate authority: the setting that names it, and its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The setting.
    pub setting: &'static str,
    /// The path.
    pub path: PathBuf,
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.setting, self.path.display())
    }
}

/// A certificate authority that cannot issue anything. Nothing is served with one.
#[derive(Debug, thiserror::Error)]
pub enum BadAuthority {
    /// The file cannot be read.
    #[error("{file} cannot be read: {source}; name a file that Atoll may read, or set certs_enabled=false")]
    Unreadable {
        /// Which.
        file: Named,
        /// Why.
        source: std::io::Error,
    },
    /// It holds no certificate.
    #[error("{0} holds no certificate in PEM; it must begin with -----BEGIN CERTIFICATE-----")]
    NoCertificate(Named),
    /// It holds no key that can be used as it is.
    #[error(
        "{0} holds no private key in PEM without a passphrase; write it with openssl pkey -in <key> -out <file>"
    )]
    NoKey(Named),
    /// The certificate says that it issues none, or does not say that it does.
    #[error("{0} is not a certificate authority; make it with basicConstraints=critical,CA:TRUE")]
    NoAuthority(Named),
    /// The certificate limits what its key is for.
    #[error(
        "{0} may not sign certificates and lists of revoked ones; make it with \
         keyUsage=critical,keyCertSign,cRLSign"
    )]
    KeyUsage(Named),
    /// It is over.
    #[error("{0} expired at {1}; replace it by a new one")]
    Expired(Named, String),
    /// It has not begun.
    #[error("{0} is not valid before {1}; check the clock of this machine")]
    Early(Named, String),
    /// It is not self-signed.
    #[error("{0} does not verify as signed by itself; it must be the root, signed with SHA-2")]
    NotSelfSigned(Named),
    /// It was not issued by the root.
    #[error("{issuer} does not verify as signed by {root}; give the root that issued it, signed with SHA-2")]
    NotSigned {
        /// The intermediate.
        issuer: Named,
        /// The root.
        root: Named,
    },
    /// The key is for another certificate.
    #[error("{key} is not the private key of {certificate}; give the two that belong together")]
    OtherKey {
        /// The key.
        key: Named,
        /// The certificate.
        certificate: Named,
    },
    /// Nothing is signed with such a key.
    #[error(
        "{0} has a key that nothing is signed with; use RSA (2048 bits or more), P-256, P-384, P-521 or Ed25519"
    )]
    KeyKind(Named),
}

impl Fault for BadAuthority {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "settings.certificate_authority"
    }
}
