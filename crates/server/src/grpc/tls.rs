//! gRPC over TLS, with or without certificates of clients.

use std::path::{Path, PathBuf};

use atoll_base::settings::GrpcTls;
use atoll_base::{Fault, Kind};
use tonic::transport::{Certificate, Identity, ServerTlsConfig};

/// TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BadTls {
    /// A file cannot be read.
    #[error("cannot read {path} for gRPC over TLS: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// What is in the files does not make a TLS server.
    #[error("the certificate and key for gRPC over TLS do not work: {0}")]
    Config(tonic::transport::Error),
}

impl Fault for BadTls {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "grpc.tls"
    }
}

/// The configuration that these files make.
pub(super) fn config(files: &GrpcTls) -> Result<ServerTlsConfig, BadTls> {
    let identity = Identity::from_pem(read(&files.cert)?, read(&files.key)?);
    let config = ServerTlsConfig::new().identity(identity);
    Ok(match &files.client_ca {
        Some(authority) => config.client_ca_root(Certificate::from_pem(read(authority)?)),
        None => config,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, BadTls> {
    std::fs::read(path).map_err(|source| BadTls::File { path: path.to_owned(), source })
}
