//! Sign-up over REST: plain values, the server alone speaks HTTP.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{NewAccount, sign_up};
use crate::identity::Identity;

/// `POST /auth/signup`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUpRequest {
    /// What to be called.
    pub name: String,
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// More, an object.
    #[serde(default)]
    pub attributes: Option<Value>,
}

/// The answer to `POST /auth/signup`.
#[derive(Clone, Debug, Serialize)]
pub struct SignUpBody {
    /// Id of the account.
    pub entity_id: Uuid,
    /// The address as it is kept.
    pub email: String,
    /// Always true.
    pub verification_required: bool,
}

/// `POST /auth/signup`.
pub async fn signup(ctx: &Ctx, identity: &Identity, request: SignUpRequest) -> Result<SignUpBody> {
    let SignUpRequest { name, email, password, attributes } = request;
    let new = NewAccount { name, email, password: password.into(), attributes };
    let done = sign_up(ctx, identity, new).await?;
    Ok(SignUpBody { entity_id: done.entity, email: done.email, verification_required: true })
}
