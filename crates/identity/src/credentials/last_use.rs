//! Noting when access tokens were last used, off the path of requests.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Moment, Result};
use hashbrown::HashMap;
use parking_lot::Mutex;
use uuid::Uuid;

use super::model::Credential;
use super::store;

/// How exact the noted time is.
pub(crate) const EVERY: Duration = Duration::from_secs(300);
/// How long uses are gathered before they are written together.
const GATHER: Duration = Duration::from_secs(1);
/// Most uses that wait; beyond, one is simply not noted.
const MOST: usize = 10_000;

/// Uses that wait to be written.
#[derive(Default)]
pub(crate) struct LastUse {
    waiting: Mutex<HashMap<Uuid, Moment>>,
}

impl LastUse {
    /// Notes a use. Does not wait: it is written within seconds, by a task of its own.
    pub(crate) fn note(self: &Arc<Self>, ground: &Arc<Ground>, credential: Uuid, at: Moment) {
        let mut waiting = self.waiting.lock();
        if waiting.len() >= MOST {
            return;
        }
        let first = waiting.is_empty();
        waiting.insert(credential, at);
        drop(waiting);
        if first {
            let (this, ground) = (self.clone(), ground.clone());
            tokio::spawn(async move {
                tokio::time::sleep(GATHER).await;
                let used: Vec<_> = this.waiting.lock().drain().collect();
                if let Err(error) = write(&ground, &used).await {
                    tracing::warn!(error = error.for_log(), "the last use of access tokens was not noted");
                }
            });
        }
    }
}

async fn write(ground: &Arc<Ground>, used: &[(Uuid, Moment)]) -> Result<()> {
    let ctx = Ctx::platform(ground.clone(), "note last use");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Credential>::platform())?;
    let tx = ctx.begin().await?;
    store::touch(&tx, &allowed, used).await?;
    tx.commit().await?;
    Ok(())
}
