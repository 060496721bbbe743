//! Reading a long result.

use std::time::Duration;

use futures::{Stream, StreamExt as _};
use sea_orm::DbErr;

use crate::error::Result;

/// The most rows that are taken at once. SQLite's driver is told to have as many ready.
pub(super) const MOST: usize = 8192;

/// A result with more rows than this is long.
const LONG: usize = 512;

/// How long whoever reads a long result stays away between two batches.
const PAUSE: Duration = Duration::from_millis(1);

/// Takes every row of a result, in the order in which they come.
///
/// SQLite's driver hands over row by row from a thread of its own, and wakes whoever waits for each of them: with millions of
/// rows that takes longer than reading them. Whoever stays away for a moment finds many, and was not woken.
pub async fn each_row<T>(
    rows: impl Stream<Item = Result<T, DbErr>> + Send,
    mut take: impl FnMut(T) -> Result<()> + Send,
) -> Result<()> {
    let mut batches = std::pin::pin!(rows.ready_chunks(MOST));
    let mut taken = 0;
    while let Some(batch) = batches.next().await {
        taken += batch.len();
        for row in batch {
            take(row?)?;
        }
        if taken > LONG {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures::stream::iter;

    use super::*;
    use crate::error::Common;

    #[tokio::test]
    async fn every_row_is_taken_in_its_order_and_the_first_failure_ends_it() {
        let mut taken = Vec::new();
        let all = iter((0..20_000).map(Ok));
        each_row(all, |row: i32| {
            taken.push(row);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(taken, (0..20_000).collect::<Vec<_>>());

        let broken = iter([Ok(1), Err(DbErr::Custom("gone".into())), Ok(2)]);
        let mut taken = Vec::new();
        assert!(
            each_row(broken, |row: i32| {
                taken.push(row);
                Ok(())
            })
            .await
            .is_err()
        );
        assert_eq!(taken, [1]);
        let refused = each_row(iter([Ok(1), Ok(2)]), |_: i32| Err(Common::Forbidden.into())).await;
        assert!(refused.is_err());
    }
}
