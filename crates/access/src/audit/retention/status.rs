//! How long records are kept.

use atoll_base::Result;
use atoll_base::ctx::{Ctx, Within};
use atoll_base::ledger::PLATFORM_STREAM;
use serde_json::Value;

use super::remove::EVENT;
use crate::audit::list::READ_ALL;
use crate::audit::{Record, store};

/// How long records are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Whether any are removed.
    pub enabled: bool,
    /// After how many days.
    pub days: u64,
    /// How often they are looked for.
    pub interval_secs: u64,
    /// How many are removed at a time.
    pub batch_size: u64,
    /// What the last batch removed.
    pub last_cleanup: Option<Value>,
}

/// How long records are kept, for those who read the platform's audit log.
pub async fn status(ctx: &Ctx) -> Result<Status> {
    ctx.signed_in()?;
    ctx.require(&READ_ALL, &Within::<Record>::platform())?;
    let settings = ctx.ground().settings();
    let last = store::newest(&ctx.reader(), PLATFORM_STREAM, EVENT).await?;
    Ok(Status {
        enabled: settings.audit_retention_enabled,
        days: settings.audit_retention_days.as_secs() / 86_400,
        interval_secs: settings.audit_cleanup_interval_secs.as_secs(),
        batch_size: settings.audit_cleanup_batch_size.into(),
        last_cleanup: last.map(|record| record.details),
    })
}
