//! Verification over REST: plain values, the server alone speaks HTTP.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use serde::{Deserialize, Serialize};

use super::verify;
use crate::mail_requests::{Wanted, ask};

/// `GET /auth/email/verify`.
#[derive(Clone, Deserialize)]
pub struct VerifyQuery {
    /// The token of the link.
    pub token: String,
}

/// The answer to `GET /auth/email/verify`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Verified {
    /// Always true.
    pub verified: bool,
}

/// `POST /auth/email/resend`.
#[derive(Clone, Debug, Deserialize)]
pub struct ResendRequest {
    /// The address.
    pub email: String,
}

/// `GET /auth/email/verify`.
pub async fn email_verify(ctx: &Ctx, query: &VerifyQuery) -> Result<Verified> {
    verify(ctx, &query.token).await?;
    Ok(Verified { verified: true })
}

/// `POST /auth/email/resend`.
pub async fn resend(ctx: &Ctx, request: &ResendRequest) -> Result<()> {
    ask(ctx, Wanted::Verification, &request.email).await
}
