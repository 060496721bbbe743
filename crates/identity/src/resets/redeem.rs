//! Choosing a new password.

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Event, Result, Secret};
use atoll_outbound::mail::{self, Letter, Template};
use atoll_policy::{EntityKind, Status};

use super::model::{BadReset, NotConfirmed, Purposed};
use crate::identity::Identity;
use crate::links::{self, Link};
use crate::passwords::{self, Hashed};
use crate::{emails, entities, verification};

/// What somebody chooses.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// The token of the link.
    pub token: Secret<String>,
    /// The password.
    pub password: Secret<String>,
    /// The same again, where it was asked for.
    pub confirmation: Option<Secret<String>>,
}

/// Uses a token up and gives its account the new password. Every other password, session and link to choose one ends, and
/// the owner is told. Whoever has the token has read the mail: an address that waits for its proof has it.
pub async fn redeem(ctx: &Ctx, identity: &Identity, new: NewPassword) -> Result<()> {
    let NewPassword { token, password, confirmation } = new;
    if confirmation.is_some_and(|again| again.reveal() != password.reveal()) {
        return Err(NotConfirmed.into());
    }
    let least = ctx.ground().settings().min_password_chars;
    passwords::check(EntityKind::Human, password.reveal(), least)?;
    let ctx = ctx.as_platform("reset a password");
    let known = links::find::<Purposed>(&ctx, token.reveal()).await?.ok_or(BadReset::Invalid)?;
    if known.consumed_at.is_some() || known.expires_at <= ctx.now() {
        return Err(BadReset::Expired.into());
    }
    let entity = entities::store::find_any(&ctx.reader(), known.entity).await?.ok_or(BadReset::Expired)?;
    let password = Hashed::of(&ctx, identity.hasher(), &entity, password).await?;
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Link>::platform())?;
    let mut tx = ctx.begin().await?;
    if !links::store::consume(&tx, &allowed, known.id).await? {
        return Err(BadReset::Expired.into());
    }
    let email = emails::store::lock(&tx, known.email).await?;
    let email = email.filter(|email| email.deleted_at.is_none()).ok_or(BadReset::Expired)?;
    let entity = entities::store::lock_live(&tx, known.entity).await?;
    let entity = entity.filter(|entity| entity.status == Status::Active).ok_or(BadReset::Expired)?;
    let identifier = Some(email.address.clone());
    passwords::replace(&mut tx, &allowed.part(), entity.id, password, identifier, None).await?;
    if !email.is_verified() {
        verification::prove(&mut tx, &allowed, &email).await?;
    }
    let letter = Letter::new(Template::PasswordChanged, &email.address).with("name", &entity.name);
    mail::enqueue(&tx, &letter).await?;
    tx.record(&allowed, Event::new("password.reset").of(entity.tenant).on("entity", entity.id));
    tx.commit().await?;
    Ok(())
}
