//! Lists, read to their end.

use atoll_base::{ListRequest, ListSort, Listed, Page, PageRequest, Result};

/// How many rows are read at once.
const STEP: u64 = 100;

/// Every row of a list that goes on after a cursor.
pub(super) async fn all<T>(list: impl AsyncFn(ListRequest<ListSort>) -> Result<Listed<T>>) -> Result<Vec<T>> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page =
            list(ListRequest { limit: STEP, offset: 0, sort: ListSort::CreatedAsc, after, total: false })
                .await?;
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
