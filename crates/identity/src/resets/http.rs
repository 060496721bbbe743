//! Resets over REST: plain values, the server alone speaks HTTP.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use serde::Deserialize;

use super::{NewPassword, redeem};
use crate::identity::Identity;
use crate::mail_requests::{Wanted, ask};

/// `POST /auth/password/reset/request`. A `redirect_url` is taken and not looked at: where links lead is for the settings
/// to say.
#[derive(Clone, Debug, Deserialize)]
pub struct ResetWish {
    /// The address.
    pub email: String,
}

/// `POST /auth/password/reset`.
#[derive(Clone, Deserialize)]
pub struct ResetRequest {
    /// The token of the link.
    pub token: String,
    /// The new password.
    pub password: String,
    /// The same again.
    #[serde(default)]
    pub confirm_password: Option<String>,
}

/// `POST /auth/password/reset/request`.
pub async fn reset_wish(ctx: &Ctx, wish: &ResetWish) -> Result<()> {
    ask(ctx, Wanted::PasswordReset, &wish.email).await
}

/// `POST /auth/password/reset`.
pub async fn reset(ctx: &Ctx, identity: &Identity, request: ResetRequest) -> Result<()> {
    let new = NewPassword {
        token: request.token.into(),
        password: request.password.into(),
        confirmation: request.confirm_password.map(Into::into),
    };
    redeem(ctx, identity, new).await
}
