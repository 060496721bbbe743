//! `atom.v1.CertificateService`.

use atoll_base::{Common, Error};
use atoll_pki::certificates::{self, MANAGE};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::atom::certificate_service_server::CertificateService;
use super::atom::{
    ResolveCertificateRequest, ResolveCertificateResponse, RevokeEntityCertificatesRequest,
    RevokeEntityCertificatesResponse,
};
use super::caller;
use crate::app::App;
use crate::status;

/// The service.
pub struct Certificates(pub(super) App);

#[tonic::async_trait]
impl CertificateService for Certificates {
    async fn resolve_certificate(
        &self,
        request: Request<ResolveCertificateRequest>,
    ) -> Result<Response<ResolveCertificateResponse>, Status> {
        let Certificates(app) = self;
        resolve(app, request).await.map(Response::new).map_err(|error| status::to_grpc(&error))
    }

    async fn revoke_entity_certificates(
        &self,
        request: Request<RevokeEntityCertificatesRequest>,
    ) -> Result<Response<RevokeEntityCertificatesResponse>, Status> {
        let Certificates(app) = self;
        revoke(app, request).await.map(Response::new).map_err(|error| status::to_grpc(&error))
    }
}

async fn resolve(
    app: &App,
    request: Request<ResolveCertificateRequest>,
) -> Result<ResolveCertificateResponse, Error> {
    let ctx = caller::of(app, &request).await?;
    app.pki.authority()?;
    let asked = request.into_inner();
    let fingerprint = Some(asked.fingerprint_sha256.as_str()).filter(|text| !text.is_empty());
    let found = certificates::resolve(&ctx, &asked.serial_number, fingerprint).await?;
    Ok(ResolveCertificateResponse {
        entity_id: found.entity.to_string(),
        tenant_id: found.tenant.map(|id| id.to_string()).unwrap_or_default(),
        credential_id: found.credential.to_string(),
        expires_at: found.expires_at.rfc3339(),
    })
}

async fn revoke(
    app: &App,
    request: Request<RevokeEntityCertificatesRequest>,
) -> Result<RevokeEntityCertificatesResponse, Error> {
    let ctx = caller::of(app, &request).await?;
    app.pki.authority()?;
    let asked = request.into_inner();
    let entity: Result<Uuid, _> = asked.entity_id.parse();
    let entity = entity.map_err(|_| Common::Invalid("invalid entity_id: expected UUID".into()))?;
    let reason = Some(asked.reason.as_str()).filter(|text| !text.is_empty());
    let revoked = certificates::revoke_of_entity(&ctx, &MANAGE, entity, reason).await?;
    Ok(RevokeEntityCertificatesResponse { revoked })
}
