//! Taking jobs to do.

use std::time::Duration;

use sea_orm::{ActiveModelTrait, ActiveValue, IntoActiveModel};

use super::model::{Claimed, JobState};
use super::store;
use crate::chance;
use crate::error::{Common, Result};
use crate::ground::Ground;

/// Takes at most `limit` due jobs of these kinds for `lease`. Two workers never get the same job while its lease holds.
pub async fn claim(ground: &Ground, kinds: &[&str], lease: Duration, limit: u64) -> Result<Vec<Claimed>> {
    let now = ground.clock().now();
    let tx = ground.db().begin().await?;
    let mut claimed = Vec::new();
    for row in store::lock_due(&tx, kinds, now, limit).await? {
        let lease_id = chance::new_id(now, ground.chance());
        let job = Claimed {
            id: row.id,
            kind: row.kind.clone(),
            payload: serde_json::from_str(&row.payload).map_err(Common::bug)?,
            attempt: row.attempts + 1,
            max_attempts: row.max_attempts,
            lease: lease_id,
        };
        let mut taken = row.into_active_model();
        taken.state = ActiveValue::Set(JobState::Leased.as_str().to_owned());
        taken.attempts = ActiveValue::Set(job.attempt);
        taken.lease_id = ActiveValue::Set(Some(lease_id));
        taken.lease_until = ActiveValue::Set(Some(now.plus(lease).0));
        taken.update(&tx).await?;
        claimed.push(job);
    }
    tx.commit().await?;
    Ok(claimed)
}
