//! `atom.v1.AuthService`.

use atoll_base::ctx::{Caller, Ctx};
use tonic::{Request, Response, Status};

use super::atom::auth_service_server::AuthService;
use super::atom::{AuthenticateRequest, AuthenticateResponse};
use super::caller;
use crate::app::App;
use crate::status;

/// The service.
pub struct Auth(pub(super) App);

#[tonic::async_trait]
impl AuthService for Auth {
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
