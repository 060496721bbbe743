//! Finding the link that a token is of.

use atoll_base::Result;
use atoll_base::ctx::Ctx;

use super::model::Link;
use super::store;
use crate::one_time::{OneTime, Purpose};

/// The link for a purpose that was sent with this token, whether or not it is still good.
pub(crate) async fn find<P: Purpose>(ctx: &Ctx, token: &str) -> Result<Option<Link>> {
    let Some(given) = OneTime::<P>::parse(token) else { return Ok(None) };
    let found = store::find::<P>(&ctx.reader(), given.id).await?;
    Ok(found.filter(|link| given.is(ctx.ground(), &link.verifier)))
}
