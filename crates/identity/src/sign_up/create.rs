//! Making an account for oneself.

use atoll_base::ctx::{Ctx, Rule, Tx, Within};
use atoll_base::{Error, Event, Kind, Outcome, Result};
use atoll_outbound::mail::{self, Letter, Template};
use atoll_policy::EntityKind;
use std::time::Duration;
use tokio::time::Instant;

use super::model::{NewAccount, SignUpFault, SignedUp};
use super::newcomer::{Newcomer, welcome};
use crate::credentials::{self, Credential};
use crate::emails::{self, Email};
use crate::entities::Entity;
use crate::identity::Identity;
use crate::{pace, passwords, verification};

/// How often somebody else may take the name or the address at the same moment.
const TRIES: usize = 4;
/// How long after the owner of an address was told of an attempt they are not told again.
const QUIET: Duration = Duration::from_secs(3600);

/// Makes the account of a person who belongs to no tenant, and sends the link that proves its address; both or neither.
/// Whoever signs up with an address that has an account is answered alike.
///
/// # Errors
/// When nobody may sign up, nobody could prove an address, or something that was given is not in order.
pub async fn sign_up(ctx: &Ctx, identity: &Identity, new: NewAccount) -> Result<SignedUp> {
    let begun = Instant::now();
    let settings = ctx.ground().settings();
    if !settings.self_registration_enabled {
        return Err(SignUpFault::Disabled.into());
    }
    if !mail::expected(settings) {
        return Err(SignUpFault::NoMail.into());
    }
    let (name, email) = (new.name.trim().to_owned(), new.email.trim().to_owned());
    let checked = new.checked(settings).and_then(|new| {
        let own = [new.name.as_str(), new.email.as_str()];
        passwords::vet(ctx, identity.hasher(), EntityKind::Human, own, new.password.reveal())?;
        Ok(new)
    });
    let new = checked.inspect_err(|error| refused(ctx, &name, &email, error))?;
    let phc = identity.hasher().hash(new.password.clone()).await?;
    let done = take_in(ctx, &new, &phc).await;
    pace::whole_step(begun).await;
    done
}

fn refused(ctx: &Ctx, name: &str, email: &str, error: &Error) {
    let short = |text: &str| text.chars().take(255).collect::<String>();
    let event = Event::new("auth.signup").detail("name", short(name)).detail("email", short(email));
    ctx.note(event.ended(Outcome::Deny, error.to_string()));
}

async fn take_in(ctx: &Ctx, new: &NewAccount, phc: &str) -> Result<SignedUp> {
    let ctx = ctx.as_platform("sign up");
    for _ in 1..TRIES {
        match once(&ctx, new, phc).await {
            // Somebody else was there a moment before: what is true now is looked at again.
            Err(error) if error.kind() == Kind::Conflict => {}
            done => return done,
        }
    }
    once(&ctx, new, phc).await
}

async fn once(ctx: &Ctx, new: &NewAccount, phc: &str) -> Result<SignedUp> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Entity>::platform())?;
    let mut tx = ctx.begin().await?;
    if let Some(known) = emails::store::holder(tx.conn(), &new.email).await? {
        tell_owner(ctx, tx, &known).await?;
        return Ok(SignedUp { entity: ctx.new_id(), email: new.email.clone() });
    }
    let newcomer = Newcomer {
        name: &new.name,
        address: &new.email,
        verified: false,
        attributes: new.attributes.clone().unwrap_or_default(),
    };
    let (entity, email) = welcome(&mut tx, &allowed, newcomer).await?;
    let id = entity.id;
    let password =
        Credential { identifier: Some(new.email.clone()), ..Credential::password(ctx, id, phc.to_owned()) };
    credentials::add(&mut tx, &allowed.part(), &entity, password).await?;
    verification::send(&mut tx, &allowed.part(), &entity, &email).await?;
    let event = Event::new("auth.signup").on("entity", id);
    tx.record(&allowed, event.detail("name", entity.name).detail("email", email.address.clone()));
    tx.commit().await?;
    Ok(SignedUp { entity: id, email: email.address })
}

/// Tells the owner of an address that somebody tried to sign up with it, once in a while.
async fn tell_owner(ctx: &Ctx, mut tx: Tx, known: &Email) -> Result<()> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Email>::platform())?;
    // Many who try at once are many only here: each sees whether the one before has told the owner.
    let now_known = emails::store::lock(&tx, known.id).await?;
    let noticed_at = now_known.and_then(|email| email.noticed_at);
    if noticed_at.is_none_or(|at| at.plus(QUIET) <= ctx.now()) {
        emails::store::notice(&tx, &allowed, known.id).await?;
        mail::enqueue(&tx, &Letter::new(Template::AddressTaken, &known.address)).await?;
    }
    let event = Event::new("auth.signup").on("entity", known.entity).detail("email", known.address.clone());
    tx.record(&allowed, event.ended(Outcome::Deny, "the address has an account"));
    tx.commit().await?;
    Ok(())
}
