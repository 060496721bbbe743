//! Putting a letter into the transaction of the change that it is about.

use atoll_base::ctx::Tx;
use atoll_base::jobs::{self, Job};
use atoll_base::settings::Settings;
use atoll_base::{Common, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use uuid::Uuid;

use super::letter::Letter;

/// The kind of these jobs.
pub const JOB: &str = "mail.send";

/// Whether letters go anywhere: to a mail server, or in development to the log.
pub fn expected(settings: &Settings) -> bool {
    settings.mail_enabled() || settings.allow_unverified_email_login
}

/// Seals a letter into a job of this transaction. Without a mail server its link is written to the log where people may
/// sign in before they have verified their address, which is for development; otherwise nothing happens.
pub async fn enqueue(tx: &Tx, letter: &Letter) -> Result<()> {
    let ctx = tx.ctx();
    let settings = ctx.ground().settings();
    if !settings.mail_enabled() {
        if settings.allow_unverified_email_login {
            show(letter);
        }
        return Ok(());
    }
    let id = ctx.new_id();
    let text = serde_json::to_vec(letter).map_err(Common::bug)?;
    let sealed = BASE64_STANDARD.encode(ctx.ground().vault().seal(&place(id), &text));
    let until = letter.until.map(|until| until.0);
    let payload = json!({ "letter": id, "until": until, "sealed": sealed });
    jobs::enqueue(tx, Job::new(JOB, payload, ctx.now())).await?;
    Ok(())
}

/// What a letter is sealed for: it opens nowhere else.
pub(super) fn place(letter: Uuid) -> String {
    format!("mail:{letter}")
}

fn show(letter: &Letter) {
    let link = letter.template.link().and_then(|name| letter.values.get(name));
    let (about, to) = (letter.template.name(), &letter.to);
    match link {
        Some(link) => tracing::info!(about, to, link, "no mail server is set; this is what would be sent"),
        None => tracing::info!(about, to, "no mail server is set; a mail would be sent"),
    }
}
