//! What follows from the settings: the answers rooms ask for, with the defaults that depend on other
//! settings.

use std::path::PathBuf;
use std::time::Duration;

use super::form::{CaMode, SmtpTls};
use super::table::Settings;
use super::web::{Link, WebOrigin};
use crate::db::Location;
use crate::secret::Secret;

/// The certificate authority's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaFiles {
    /// The root signs what is issued.
    Root {
        /// The root certificate.
        cert: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// An intermediate signs what is issued.
    Intermediate {
        /// The root certificate.
        root: PathBuf,
        /// The intermediate certificate.
        cert: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
}

/// The files for gRPC over TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrpcTls {
    /// The certificate, with its chain.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Who signs clients; when set, a client must show a certificate.
    pub client_ca: Option<PathBuf>,
}

/// Where the deployment key comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// It was given.
    Given(Secret<[u8; 32]>),
    /// It is in a file, which must exist.
    File(PathBuf),
    /// Nobody said anything: it is made at first start, in this folder, the data folder.
    DataFolder(PathBuf),
}

/// So many requests in so long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The most requests.
    pub requests: u32,
    /// The window they are counted in.
    pub window: Duration,
}

impl Settings {
    /// Which database is used: the one that is set, or SQLite in the data folder.
    pub fn database(&self) -> Location {
        self.database_url.clone().unwrap_or_else(|| Location::File(self.data_dir.join("atoll.db")))
    }

    /// The issuer named in tokens.
    pub fn issuer(&self) -> &str {
        self.jwt_issuer.as_deref().unwrap_or(self.public_base_url.as_str())
    }

    /// The origins whose pages may call with cookies.
    pub fn allowed_origins(&self) -> Vec<WebOrigin> {
        if self.cors_allowed_origins.is_empty() {
            vec![self.public_base_url.origin()]
        } else {
            self.cors_allowed_origins.clone()
        }
    }

    /// Whether cookies travel over https only.
    pub fn cookie_secure(&self) -> bool {
        self.auth_cookie_secure.unwrap_or_else(|| self.public_base_url.is_https())
    }

    /// The page that verification mails link to.
    pub fn email_verification_link(&self) -> String {
        self.link(self.email_verification_redirect.as_ref(), "/auth/email/verify")
    }

    /// The page that password mails link to.
    pub fn password_reset_link(&self) -> String {
        self.link(self.password_reset_redirect.as_ref(), "/reset-password")
    }

    /// The page that invitations link to.
    pub fn invitation_link(&self) -> String {
        self.link(self.invitation_redirect.as_ref(), "/invitations/accept")
    }

    /// The page that receives the one-time code after signing in at a provider.
    pub fn oauth_success_link(&self) -> String {
        self.link(self.oauth_success_redirect.as_ref(), "/auth/callback")
    }

    /// The page that receives the error of such a sign-in.
    pub fn oauth_error_link(&self) -> String {
        self.link(self.oauth_error_redirect.as_ref(), "/auth/callback")
    }

    fn link(&self, set: Option<&Link>, path: &str) -> String {
        set.map_or_else(|| self.public_base_url.join(path), |link| link.as_str().to_owned())
    }

    /// Whether mail can be sent.
    pub fn mail_enabled(&self) -> bool {
        self.smtp_host.is_some() && self.smtp_from.is_some()
    }

    /// The mail server's port.
    pub fn smtp_port_or_usual(&self) -> u16 {
        self.smtp_port.unwrap_or(match self.smtp_tls {
            SmtpTls::None => 25,
            SmtpTls::StartTls => 587,
            SmtpTls::Tls => 465,
        })
    }

    /// The files for gRPC over TLS; none: plain text.
    pub fn grpc_tls(&self) -> Option<GrpcTls> {
        let (cert, key) = (self.grpc_tls_cert_path.clone()?, self.grpc_tls_key_path.clone()?);
        Some(GrpcTls { cert, key, client_ca: self.grpc_tls_client_ca_path.clone() })
    }

    /// The certificate authority's files; none: certificates are off.
    pub fn ca_files(&self) -> Option<CaFiles> {
        if !self.certs_enabled {
            return None;
        }
        let root = self.certs_root_ca_cert_path.clone()?;
        Some(match self.certs_ca_mode {
            CaMode::FileRootIssuer => CaFiles::Root { cert: root, key: self.certs_root_ca_key_path.clone()? },
            CaMode::FileIntermediateIssuer => CaFiles::Intermediate {
                root,
                cert: self.certs_intermediate_ca_cert_path.clone()?,
                key: self.certs_intermediate_ca_key_path.clone()?,
            },
        })
    }

    pub(super) fn any_ca_file(&self) -> bool {
        [
            &self.certs_root_ca_cert_path,
            &self.certs_root_ca_key_path,
            &self.certs_intermediate_ca_cert_path,
            &self.certs_intermediate_ca_key_path,
        ]
        .iter()
        .any(|path| path.is_some())
    }

    /// Where the deployment key comes from.
    pub fn key_source(&self) -> KeySource {
        match (&self.key_encryption_key, &self.key_encryption_key_file) {
            (Some(key), _) => KeySource::Given(key.clone()),
            (None, Some(path)) => KeySource::File(path.clone()),
            (None, None) => KeySource::DataFolder(self.data_dir.clone()),
        }
    }

    /// The limit for sign-in, sign-up and recovery routes.
    pub fn auth_rate_limit(&self) -> RateLimit {
        RateLimit {
            requests: self.http_rate_limit_auth_routes,
            window: self.http_rate_limit_auth_window_secs,
        }
    }

    /// The limit for public keys and public certificate files.
    pub fn public_rate_limit(&self) -> RateLimit {
        RateLimit {
            requests: self.http_rate_limit_public_routes,
            window: self.http_rate_limit_public_window_secs,
        }
    }

    /// The limit for GraphQL.
    pub fn graphql_rate_limit(&self) -> RateLimit {
        RateLimit { requests: self.http_rate_limit_graphql, window: self.http_rate_limit_graphql_window_secs }
    }

    /// The limit for gRPC and for checks over HTTP.
    pub fn service_rate_limit(&self) -> RateLimit {
        RateLimit { requests: self.service_rate_limit, window: self.service_rate_limit_window_secs }
    }

    /// The limit for custom endpoints.
    pub fn custom_endpoint_rate_limit(&self) -> RateLimit {
        RateLimit {
            requests: self.http_rate_limit_custom_endpoints,
            window: self.http_rate_limit_custom_endpoints_window_secs,
        }
    }

    /// The limit for the other routes of signed-in callers.
    pub fn admin_rate_limit(&self) -> RateLimit {
        RateLimit {
            requests: self.http_rate_limit_admin_routes,
            window: self.http_rate_limit_admin_window_secs,
        }
    }
}
