//! What is where (RFC 8414).

use atoll_base::settings::Settings;
use serde::Serialize;
use utoipa::ToSchema;

use super::exchange::GRANT_TYPE;

/// The answer to `GET /.well-known/oauth-authorization-server`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Metadata {
    /// Who issues tokens.
    pub issuer: String,
    /// Where tokens are made.
    pub token_endpoint: String,
    /// Where is told whether a token is good.
    pub introspection_endpoint: String,
    /// Where tokens are ended.
    pub revocation_endpoint: String,
    /// The keys to check session tokens with.
    pub jwks_uri: String,
    /// Nobody is sent here to sign in.
    pub response_types_supported: Vec<&'static str>,
    /// What tokens are made for.
    pub grant_types_supported: Vec<&'static str>,
    /// How clients prove who they are.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The same.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The same.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
}

/// The ways in which clients prove who they are.
const METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The addresses, under the public address of the settings.
pub fn metadata(settings: &Settings) -> Metadata {
    let at = |path: &str| format!("{}{path}", settings.public_base_url.as_str());
    Metadata {
        issuer: settings.issuer().to_owned(),
        token_endpoint: at("/oauth/token"),
        introspection_endpoint: at("/oauth/introspect"),
        revocation_endpoint: at("/oauth/revoke"),
        jwks_uri: at("/.well-known/jwks.json"),
        response_types_supported: Vec::new(),
        grant_types_supported: vec![GRANT_TYPE],
        token_endpoint_auth_methods_supported: METHODS.to_vec(),
        introspection_endpoint_auth_methods_supported: METHODS.to_vec(),
        revocation_endpoint_auth_methods_supported: METHODS.to_vec(),
    }
}
