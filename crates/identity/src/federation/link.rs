//! Linking a provider to the account of somebody who is signed in, and has come back from there.

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::settings::OidcProvider;
use atoll_base::{Event, Kind, Outcome, Result};
use uuid::Uuid;

use super::admit::add;
use super::fault::FederationFault;
use super::model::{LinkedIdentity, Person};
use super::store;
use crate::entities::{self, Entity};
use crate::sessions;

/// Links them, unless they are linked already.
///
/// # Errors
/// When they have another account here, or the session that began it has ended meanwhile.
pub(super) async fn link(
    ctx: &Ctx,
    provider: &OidcProvider,
    person: &Person,
    entity: Uuid,
    session: Option<Uuid>,
) -> Result<()> {
    let done = once(ctx, provider, person, entity, session).await;
    if let Err(error) = &done
        && !matches!(error.kind(), Kind::Bug | Kind::Unavailable)
    {
        let event = Event::new("identity.link").on("entity", entity);
        let event = event.detail("provider", provider.name.clone());
        ctx.note(event.ended(Outcome::Deny, error.to_string()));
    }
    done
}

async fn once(
    ctx: &Ctx,
    provider: &OidcProvider,
    person: &Person,
    entity: Uuid,
    session: Option<Uuid>,
) -> Result<()> {
    let ctx = ctx.as_platform("link a provider");
    if let Some(session) = session
        && !sessions::is_live(&ctx, session).await?
    {
        return Err(FederationFault::SessionEnded.into());
    }
    let found = entities::store::find_any(&ctx.reader(), entity).await?;
    let entity = found.filter(Entity::in_use).ok_or(FederationFault::EntityNotActive)?;
    let allowed = ctx.require(&Rule::any(&[]), &Within::<LinkedIdentity>::tenant(entity.tenant))?;
    let mut tx = ctx.begin().await?;
    let at = (provider.name.as_str(), provider.issuer.as_str());
    match store::of_subject(tx.conn(), at, &person.subject).await? {
        Some(linked) if linked.entity == entity.id => return Ok(()),
        Some(_) => return Err(FederationFault::LinkedElsewhere.into()),
        None => {}
    }
    add(&mut tx, &allowed, &entity, provider, person).await?;
    tx.commit().await?;
    Ok(())
}
