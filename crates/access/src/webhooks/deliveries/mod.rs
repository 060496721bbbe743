//! The log of deliveries: one row an attempt, for a while.

mod model;
pub(crate) mod store;

use atoll_base::ctx::Ctx;
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

pub use model::{Delivery, DeliveryState};

use super::get;

/// A page of the attempts to tell an endpoint, newest first; of one state, or of all.
pub async fn deliveries(
    ctx: &Ctx,
    webhook: Uuid,
    state: Option<DeliveryState>,
    page: PageRequest,
) -> Result<Page<Delivery>> {
    let webhook = get(ctx, webhook).await?;
    store::list(&ctx.reader(), webhook.id, state, page).await
}
