//! Taking the wish down.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::jobs::{self, Job};
use atoll_base::{Ground, Result};
use atoll_outbound::mail;
use serde_json::json;

use crate::emails;

/// The kind of these jobs.
pub const JOB: &str = "account.mail";

/// How long a wish that could not be answered keeps others like it away.
const KEEP_DEAD: Duration = Duration::from_secs(3600);

/// Which mail somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The link that proves an address.
    Verification,
    /// The link to choose a new password.
    PasswordReset,
}

impl Wanted {
    pub(super) const ALL: [Wanted; 2] = [Wanted::Verification, Wanted::PasswordReset];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Wanted::Verification => "verification",
            Wanted::PasswordReset => "password_reset",
        }
    }
}

/// Takes down that somebody wants a mail to an address. Of several wishes that wait only one is kept.
pub async fn ask(ctx: &Ctx, wanted: Wanted, address: &str) -> Result<()> {
    let address = emails::read(address)?;
    if !mail::expected(ctx.ground().settings()) {
        return Ok(());
    }
    let ctx = ctx.as_platform("take down a wish for a mail");
    let key = ctx.ground().keys().token_verifier(format!("{JOB} {} {address}", wanted.as_str()).as_bytes());
    let key = atoll_base::hex(&key[..16]);
    let payload = json!({ "wanted": wanted.as_str(), "address": address });
    let job = Job { dedupe_key: Some(format!("{JOB}-{key}")), ..Job::new(JOB, payload, ctx.now()) };
    let tx = ctx.begin().await?;
    jobs::enqueue(&tx, job).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes wishes that could not be answered, so that they can be made again; how many.
pub(crate) async fn forget_dead(ground: &Ground) -> Result<u64> {
    jobs::discard_dead(ground, JOB, ground.clock().now().minus(KEEP_DEAD)).await
}
