//! The gRPC door.

mod alias;
mod auth;
mod authz;
mod caller;
mod certificates;
mod limits;
mod reference;
pub mod tls;
mod watch;

use tonic::service::interceptor::InterceptedService;
use tonic::transport::server::Router;
use tonic_health::server::HealthReporter;

use crate::app::App;

pub use reference::reference;

/// The generated types of `atom.v1`.
#[expect(clippy::allow_attributes, reason = "generated from atom.proto, which has the docs")]
pub mod atom {
    tonic::include_proto!("atom.v1");
}

/// The generated types of `atoll.v1`.
#[expect(clippy::allow_attributes, reason = "generated from watch.proto, which has the docs")]
pub mod atoll {
    tonic::include_proto!("atoll.v1");
}

/// The compiled descriptors of all of it, for reflection and the reference.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/atom_descriptor.bin"));

/// The largest message taken.
const MAX_MESSAGE: usize = 1 << 20;

/// All services. The reporter tells health checkers when the server stops.
pub async fn services(app: &App) -> Result<(Router, HealthReporter), tls::BadTls> {
    let (reporter, health) = tonic_health::server::health_reporter();
    let authz = atom::authz_service_server::AuthzServiceServer::new(authz::Authz(app.clone()))
        .max_decoding_message_size(MAX_MESSAGE);
    let auth = atom::auth_service_server::AuthServiceServer::new(auth::Auth(app.clone()))
        .max_decoding_message_size(MAX_MESSAGE);
    let aliases = atom::alias_service_server::AliasServiceServer::new(alias::Aliases(app.clone()))
        .max_decoding_message_size(MAX_MESSAGE);
    let certificates = atom::certificate_service_server::CertificateServiceServer::new(
        certificates::Certificates(app.clone()),
    )
    .max_decoding_message_size(MAX_MESSAGE);
    let watches = atoll::watch_service_server::WatchServiceServer::new(watch::Watches(app.clone()))
        .max_decoding_message_size(MAX_MESSAGE);
    reporter.set_serving::<atoll::watch_service_server::WatchServiceServer<watch::Watches>>().await;
    reporter
        .set_serving::<atom::certificate_service_server::CertificateServiceServer<certificates::Certificates>>(
        )
        .await;
    reporter.set_serving::<atom::alias_service_server::AliasServiceServer<alias::Aliases>>().await;
    reporter.set_serving::<atom::authz_service_server::AuthzServiceServer<authz::Authz>>().await;
    reporter.set_serving::<atom::auth_service_server::AuthServiceServer<auth::Auth>>().await;
    let limit = limits::Limit(app.clone());
    let mut server = tonic::transport::Server::builder();
    if let Some(tls) = app.ground.settings().grpc_tls() {
        server = server.tls_config(tls::config(&tls)?).map_err(tls::BadTls::Config)?;
    }
    let router = server
        .timeout(std::time::Duration::from_secs(30))
        .http2_keepalive_interval(Some(std::time::Duration::from_secs(60)))
        .add_service(health)
        .add_service(reflection(tonic_reflection::server::Builder::configure()).build_v1().expect(VALID))
        .add_service(reflection(tonic_reflection::server::Builder::configure()).build_v1alpha().expect(VALID))
        .add_service(InterceptedService::new(authz, limit.clone()))
        .add_service(InterceptedService::new(auth, limit.clone()))
        .add_service(InterceptedService::new(aliases, limit.clone()))
        .add_service(InterceptedService::new(certificates, limit.clone()))
        .add_service(InterceptedService::new(watches, limit));
    Ok((router, reporter))
}

/// The descriptors are compiled in, so a test that starts the server proves this.
const VALID: &str = "the compiled descriptors are valid";

fn reflection(
    builder: tonic_reflection::server::Builder<'static>,
) -> tonic_reflection::server::Builder<'static> {
    builder
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}
