//! What a draft would do to access.

use std::sync::Arc;

use atoll_base::Result;
use atoll_base::ctx::{Ctx, Tried};
use uuid::Uuid;

use super::find;
use crate::simulate::{Outcome, compared};

/// Who would gain and who would lose what if the draft were made live now, as far as the caller may ask about others.
pub async fn impact(ctx: &Ctx, id: Uuid) -> Result<Outcome> {
    let draft = find::find(ctx, id).await?;
    let (before, changes) = (ctx.world()?, draft.changes());
    let after = Arc::new(before.apply(&changes));
    compared(ctx, Tried { before, after, changes }).await
}
