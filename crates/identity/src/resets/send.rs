//! Sending somebody the link to choose a new password.

use std::time::Duration;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Event, Result};
use atoll_outbound::mail::{self, Letter, Template};

use super::model::Purposed;
use crate::emails::Email;
use crate::entities::Entity;
use crate::links::{self, Link};

/// How long the link is good for.
const LIFE: Duration = Duration::from_secs(30 * 60);

/// Makes a token and puts the mail that carries it into the same transaction.
pub(crate) async fn send(
    tx: &mut Tx,
    allowed: &Allowed<'_, Link>,
    entity: &Entity,
    email: &Email,
) -> Result<()> {
    let ctx = tx.ctx().clone();
    let until = ctx.now().plus(LIFE);
    let (link, token) = Link::new::<Purposed>(&ctx, email, until);
    links::store::insert(tx, allowed, &link).await?;
    let page = ctx.ground().settings().password_reset_link();
    let letter = Letter::new(Template::PasswordReset, &email.address)
        .with("name", &entity.name)
        .with("reset_url", mail::link(&page, token.text()))
        .until(until);
    mail::enqueue(tx, &letter).await?;
    tx.record(allowed, Event::new("password.reset_sent").of(entity.tenant).on("entity", entity.id));
    Ok(())
}
