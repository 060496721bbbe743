//! Another deployment key: everything that is sealed is wrapped anew, in batches, while Atoll runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::Value;

use super::Vault;
use super::sealed::SealedColumn;
use crate::ctx::{Ctx, Rule, Within};
use crate::decisions::Reaction;
use crate::error::Result;
use crate::ground::Ground;
use crate::ledger::{Event, Row};

/// Rows in one transaction.
const BATCH: u64 = 200;

/// The event that says that another deployment key seals now.
pub const ROTATED: &str = "deployment_key.rotate";

/// How many values are sealed under which key: by key, table and column.
pub type Counts = BTreeMap<(String, &'static str, &'static str), u64>;

/// Counts what is sealed. Reveals nothing.
pub async fn count(ground: &Ground, columns: &[Box<dyn SealedColumn>]) -> Result<Counts> {
    let mut counts = Counts::new();
    let tx = ground.db().frozen().await?;
    for column in columns {
        let (table, name) = column.name();
        let mut after = None;
        loop {
            let rows = column.rows(&tx, after.as_ref(), BATCH).await?;
            for row in &rows {
                let id = Vault::key_id_of(&row.sealed).unwrap_or_default();
                *counts.entry((id, table, name)).or_default() += 1;
            }
            match rows.into_iter().last() {
                Some(last) => after = Some(last.key),
                None => break,
            }
        }
    }
    Ok(counts)
}

/// Says that another key seals now, so that every replica looks for it.
pub async fn announce(ground: &Arc<Ground>, from: &[String]) -> Result<()> {
    let ctx = Ctx::platform(ground.clone(), "rotate the deployment key");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Vault>::platform())?;
    let mut tx = ctx.begin().await?;
    let event = Event::new(ROTATED).detail("from", from.to_vec()).detail("to", ground.vault().key_id());
    tx.record(&allowed, event);
    tx.commit().await?;
    Ok(())
}

/// Goes once through everything that is sealed and wraps anew what is not under the current key; how many values that
/// were. Can be broken off at any time and begun again.
///
/// # Errors
/// [`Unreadable`](super::Unreadable) when something is sealed under a key that is not here.
pub async fn rewrap(
    ground: &Arc<Ground>,
    columns: &[Box<dyn SealedColumn>],
    mut progress: impl FnMut(u64),
) -> Result<u64> {
    let mut total = 0;
    for column in columns {
        let mut after = None;
        loop {
            let (changed, last) = batch(ground, column.as_ref(), after.as_ref()).await?;
            total += changed;
            progress(total);
            match last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
    }
    Ok(total)
}

async fn batch(
    ground: &Arc<Ground>,
    column: &dyn SealedColumn,
    after: Option<&Value>,
) -> Result<(u64, Option<Value>)> {
    let ctx = Ctx::platform(ground.clone(), "rotate the deployment key");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Vault>::platform())?;
    let mut tx = ctx.begin().await?;
    let rows = column.rows(tx.conn(), after, BATCH).await?;
    let mut changed = 0;
    for row in &rows {
        if let Some(sealed) = ground.vault().rewrap(&row.place, &row.sealed)? {
            changed += u64::from(column.replace(tx.conn(), row, sealed).await?);
        }
    }
    let last = rows.into_iter().last().map(|row| row.key);
    if changed > 0 {
        let (table, name) = column.name();
        let event = Event::new("deployment_key.rewrap")
            .detail("table", table)
            .detail("column", name)
            .detail("values", changed)
            .detail("to", ground.vault().key_id());
        tx.record(&allowed, event);
        tx.commit().await?;
    }
    Ok((changed, last))
}

/// Reads the file of keys again when somebody says that it changed.
pub struct FollowKeys(pub Vault);

impl Reaction for FollowKeys {
    fn on(&self, rows: &[Row]) {
        if rows.iter().any(|row| row.event == ROTATED)
            && let Err(error) = self.0.read_again()
        {
            tracing::error!(%error, "the deployment key changed, and the new one cannot be read");
        }
    }
}
