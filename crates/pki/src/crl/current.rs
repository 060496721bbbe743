//! The list as it is now.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Event, Ground, Moment, Result, hex};
use atoll_identity::credentials::certificates::{self as kept, Revoked};
use aws_lc_rs::digest::{Context, SHA256};

use super::store::{self, Model};
use crate::authority::Authority;

/// How old a list is when the next is due, though nothing has changed: half of the time that it is good for.
const RENEWED_AFTER: Duration = Duration::from_secs(12 * 3600);

/// The newest list of revoked certificates; its DER. The one that was made last, as long as nothing was revoked or removed
/// since and it is good for a while.
pub async fn current(ground: &Arc<Ground>, authority: &Authority) -> Result<Vec<u8>> {
    let ctx = Ctx::platform(ground.clone(), "list revoked certificates");
    let issuer = authority.fingerprint();
    if let Some(newest) = store::find(&ctx.reader(), issuer).await? {
        let revoked = kept::revoked(&ctx.reader(), issuer, Moment(newest.since)).await?;
        if good(&newest, &revoked, ctx.now()) {
            return Ok(newest.der);
        }
    }
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Model>::platform())?;
    let mut tx = ctx.begin().await?;
    let newest = store::lock(&tx, &allowed, issuer).await?;
    let revoked = kept::revoked(tx.conn(), issuer, Moment(newest.since)).await?;
    if good(&newest, &revoked, ctx.now()) {
        return Ok(newest.der);
    }
    let next = next(authority, newest, revoked, ctx.now(), &tx).await?;
    let der = next.der.clone();
    tx.record(&allowed, Event::new("certificate.list").detail("number", next.number));
    store::save(&tx, &allowed, next).await?;
    tx.commit().await?;
    Ok(der)
}

fn good(newest: &Model, revoked: &[Revoked], now: Moment) -> bool {
    newest.number > 0 && !due(newest, now) && newest.contents == digest(revoked)
}

fn due(newest: &Model, now: Moment) -> bool {
    now >= Moment(newest.regular_at).plus(RENEWED_AFTER)
}

/// The list after this one. A regular one leaves out what had expired before the last regular list, which named it once
/// more (RFC 5280 §3.3).
async fn next(
    authority: &Authority,
    newest: Model,
    revoked: Vec<Revoked>,
    now: Moment,
    tx: &atoll_base::Tx,
) -> Result<Model> {
    let (mut since, mut regular_at, mut revoked) = (newest.since, newest.regular_at, revoked);
    if due(&newest, now) {
        (since, regular_at) = (newest.regular_at, now.0);
        revoked = kept::revoked(tx.conn(), authority.fingerprint(), Moment(since)).await?;
    }
    let number = newest.number + 1;
    let der = authority.list(u64::try_from(number).unwrap_or_default(), now, &revoked)?;
    let contents = digest(&revoked);
    Ok(Model { number, der, contents, made_at: now.0, regular_at, since, ..newest })
}

/// What a list was made from, so that a change shows.
fn digest(revoked: &[Revoked]) -> String {
    let mut sum = Context::new(&SHA256);
    for one in revoked {
        let line = format!("{} {} {}\n", one.serial, one.at.0, one.reason.as_deref().unwrap_or_default());
        sum.update(line.as_bytes());
    }
    hex(sum.finish().as_ref())
}
