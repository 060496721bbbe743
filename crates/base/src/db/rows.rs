//! Reading a long result.

use futures::{Stream, TryStreamExt as _};
use sea_orm::DbErr;

use crate::error::Result;

/// Takes every row of a result, in the order in which they come. Where there may be millions,
/// [`each_packed`](super::each_packed) is several times faster.
pub async fn each_row<T>(
    rows: impl Stream<Item = Result<T, DbErr>> + Send,
    mut take: impl FnMut(T) -> Result<()> + Send,
) -> Result<()> {
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.try_next().await? {
        take(row)?;
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
