//! `atom.v1.AuthService`.

use atoll_base::ctx::{Caller, Ctx};
use atoll_base::{Common, Error, Secret};
use atoll_identity::sessions::{SignIn, TenantSelector, vouch as vouch_for};
use tonic::{Request, Response, Status};

use super::atom::auth_service_server::AuthService;
use super::atom::{
    AuthenticateCredentialRequest, AuthenticateCredentialResponse, AuthenticateRequest, AuthenticateResponse,
};
use super::caller;
use crate::app::App;
use crate::status;

/// The service.
pub struct Auth(pub(super) App);

#[tonic::async_trait]
impl AuthService for Auth {
    async fn authenticate_credential(
        &self,
        request: Request<AuthenticateCredentialRequest>,
    ) -> Result<Response<AuthenticateCredentialResponse>, Status> {
        let Auth(app) = self;
        vouch(app, request).await.map(Response::new).map_err(|error| status::to_grpc(&error))
    }

    async fn authenticate(
        &self,
        request: Request<AuthenticateRequest>,
    ) -> Result<Response<AuthenticateResponse>, Status> {
        let Auth(app) = self;
        let ctx = Ctx::new(app.ground.clone(), Caller::Nobody, caller::origin(app, &request));
        let signed_in = app
            .identity
            .authenticate(&ctx, &request.get_ref().token)
            .await
            .map_err(|error| status::to_grpc(&error))?;
        let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Ok(Response::new(AuthenticateResponse {
            entity_id: signed_in.entity.to_string(),
            tenant_id: text(signed_in.tenant),
            session_id: text(signed_in.session),
        }))
    }
}

/// Empty strings mean "not given".
async fn vouch(
    app: &App,
    request: Request<AuthenticateCredentialRequest>,
) -> Result<AuthenticateCredentialResponse, Error> {
    let ctx = caller::of(app, &request).await?;
    let asked = request.into_inner();
    let secret = Secret::new(asked.secret);
    let tenant = match asked.tenant_id.as_str() {
        "" => None,
        text => {
            let bad = |_| Common::Invalid("invalid tenant_id: expected UUID".into());
            Some(text.parse().map_err(bad)?)
        }
    };
    let tenant = TenantSelector::of(tenant, Some(&asked.tenant_alias))?;
    let given = SignIn { identifier: asked.identifier, secret, tenant, kind: asked.kind };
    let vouched = vouch_for(&ctx, &app.identity, given, "grpc").await?;
    Ok(AuthenticateCredentialResponse {
        entity_id: vouched.entity.to_string(),
        tenant_id: vouched.tenant.map(|id| id.to_string()).unwrap_or_default(),
        credential_id: vouched.credential.to_string(),
    })
}
