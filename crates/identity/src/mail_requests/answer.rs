//! Finding out whether there is anybody to write to, and writing to them.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Tx, Within};
use atoll_base::jobs::{Claimed, Failed, Handler};
use atoll_base::{Ground, Result};
use atoll_policy::{EntityKind, Status};

use super::ask::Wanted;
use crate::emails::{self, Email};
use crate::entities::{self, Entity};
use crate::one_time::Purpose;
use crate::{links, resets, verification};

/// Mails of a kind to one address in an hour; nobody's mailbox is filled by others.
const MOST_IN_AN_HOUR: u64 = 5;
const HOUR: Duration = Duration::from_secs(3600);

/// Answers wishes for mails.
#[derive(Clone, Copy, Debug)]
pub struct Answering;

#[async_trait::async_trait]
impl Handler for Answering {
    async fn handle(&self, ground: &Arc<Ground>, job: &Claimed) -> Result<(), Failed> {
        let word = job.payload["wanted"].as_str().unwrap_or_default();
        let wanted = Wanted::ALL.into_iter().find(|one| one.as_str() == word);
        let (Some(wanted), Some(address)) = (wanted, job.payload["address"].as_str()) else {
            return Err("the job is not readable".into());
        };
        let ctx = Ctx::platform(ground.clone(), "answer a wish for a mail");
        Ok(answer(&ctx, wanted, address).await.map_err(|error| error.for_log())?)
    }
}

async fn answer(ctx: &Ctx, wanted: Wanted, address: &str) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let Some((entity, email)) = owner(&tx, address).await? else { return Ok(()) };
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Email>::platform())?;
    match wanted {
        Wanted::Verification => {
            let made = sent::<verification::Purposed>(&tx, &email).await?;
            if email.is_verified() || made >= MOST_IN_AN_HOUR {
                return Ok(());
            }
            verification::send(&mut tx, &allowed.part(), &entity, &email).await?;
        }
        Wanted::PasswordReset => {
            if sent::<resets::Purposed>(&tx, &email).await? >= MOST_IN_AN_HOUR {
                return Ok(());
            }
            resets::send(&mut tx, &allowed.part(), &entity, &email).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// How many links of a kind were sent to an address within the last hour.
async fn sent<P: Purpose>(tx: &Tx, email: &Email) -> Result<u64> {
    links::store::made_since::<P>(tx.conn(), email.id, tx.ctx().now().minus(HOUR)).await
}

/// The person in use who has an address.
async fn owner(tx: &Tx, address: &str) -> Result<Option<(Entity, Email)>> {
    let Some(email) = emails::store::holder(tx.conn(), address).await? else { return Ok(None) };
    let entity = entities::store::lock_live(tx, email.entity).await?;
    let entity = entity.filter(|one| one.status == Status::Active && one.kind == EntityKind::Human);
    Ok(entity.map(|entity| (entity, email)))
}
