//! Lists, read to their end.

use atoll_base::{ListRequest, ListSort, Listed, Page, PageRequest, Result, TimeSort};

/// How many rows are read at once.
const STEP: u64 = 100;

/// Every row of a list that has names to be ordered by.
pub(super) async fn all<T>(list: impl AsyncFn(ListRequest<ListSort>) -> Result<Listed<T>>) -> Result<Vec<T>> {
    to_the_end(ListSort::CreatedAsc, list).await
}

/// Every row of a list that is ordered by time.
pub(super) async fn by_time<T>(
    list: impl AsyncFn(ListRequest<TimeSort>) -> Result<Listed<T>>,
) -> Result<Vec<T>> {
    to_the_end(TimeSort::CreatedAsc, list).await
}

async fn to_the_end<S: Copy, T>(
    sort: S,
    list: impl AsyncFn(ListRequest<S>) -> Result<Listed<T>>,
) -> Result<Vec<T>> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = list(ListRequest { limit: STEP, offset: 0, sort, after, total: false }).await?;
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

/// Every row of a list with pages.
pub(super) async fn every<T>(list: impl AsyncFn(PageRequest) -> Result<Page<T>>) -> Result<Vec<T>> {
    let mut found = Vec::new();
    loop {
        let page = list(PageRequest { limit: STEP, offset: found.len() as u64 }).await?;
        let last = page.items.is_empty();
        found.extend(page.items);
        if last || found.len() as u64 >= page.total {
            return Ok(found);
        }
    }
}
