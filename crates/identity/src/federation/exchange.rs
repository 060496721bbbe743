//! Exchanging the one-time code for a session.

use atoll_base::Result;
use atoll_base::ctx::Ctx;

use super::browser::Browser;
use super::codes;
use crate::identity::Identity;
use crate::sessions::{self, SignedIn};

/// The session of whoever the code was made for; a second factor is asked for as after a password. A code that was given
/// to a browser is taken from that browser, or from a program that has no browser's cookies.
pub async fn exchange(
    ctx: &Ctx,
    identity: &Identity,
    code: &str,
    browser: Option<&Browser>,
) -> Result<SignedIn> {
    let code = codes::take(ctx, code, browser).await?;
    let done = sessions::sign_in_linked(ctx, identity, code.entity, code.identity).await?;
    // The provider has vouched for their address.
    Ok(SignedIn { email_verified: Some(true), ..done })
}
