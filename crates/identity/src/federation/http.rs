//! Signing in with other providers over REST: plain values, the server alone speaks HTTP.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Browser;
use crate::identity::Identity;
use crate::sessions::http::{LoginBody, opened};

/// `GET /auth/oauth/{provider}/start`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StartQuery {
    /// A path of our own pages, to be handed to the page after it.
    #[serde(default)]
    pub return_to: Option<String>,
}

/// `POST /auth/oauth/{provider}/link`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// A path of our own pages, to be handed to the page after it.
    #[serde(default)]
    pub return_to: Option<String>,
}

/// The answer to `POST /auth/oauth/{provider}/link`.
#[derive(Clone, Serialize, ToSchema)]
pub struct LinkBody {
    /// Where the browser goes now.
    pub authorization_url: String,
}

/// `POST /auth/oauth/exchange`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRequest {
    /// The one-time code.
    pub code: String,
}

/// `POST /auth/oauth/exchange`: the body and the `Set-Cookie` value, for a browser that may keep it.
pub async fn exchange(
    ctx: &Ctx,
    identity: &Identity,
    request: ExchangeRequest,
    browser: Option<&Browser>,
) -> Result<(LoginBody, String)> {
    Ok(opened(ctx, super::exchange(ctx, identity, &request.code, browser).await?))
}
