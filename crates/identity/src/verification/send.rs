//! Sending somebody the link that proves their address.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Event, Result};
use atoll_outbound::mail::{self, Letter, Template};

use super::model::Purposed;
use crate::emails::Email;
use crate::entities::Entity;
use crate::links::{self, Link};

/// Makes a token and puts the mail that carries it into the same transaction.
pub(crate) async fn send(
    tx: &mut Tx,
    allowed: &Allowed<'_, Link>,
    entity: &Entity,
    email: &Email,
) -> Result<()> {
    let ctx = tx.ctx().clone();
    let settings = ctx.ground().settings();
    let until = ctx.now().plus(settings.email_verification_expiry_secs);
    let (link, token) = Link::new::<Purposed>(&ctx, email, until);
    links::store::insert(tx, allowed, &link).await?;
    let letter = Letter::new(Template::Verification, &email.address)
        .with("name", &entity.name)
        .with("verification_url", mail::link(&settings.email_verification_link(), token.text()))
        .until(until);
    mail::enqueue(tx, &letter).await?;
    tx.record(allowed, Event::new("email.verification_sent").of(entity.tenant).on("entity", entity.id));
    Ok(())
}
