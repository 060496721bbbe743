//! Letting somebody in who signed in at a provider: to the account that is linked, or to a new one.

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::settings::OidcProvider;
use atoll_base::{Event, Kind, Result, Secret};
use serde_json::json;
use uuid::Uuid;

use super::browser::Browser;
use super::codes;
use super::fault::FederationFault;
use super::model::{LinkedIdentity, Person};
use super::store;
use crate::emails;
use crate::entities::{self, Entity};
use crate::sign_up::{Newcomer, welcome};

/// How often somebody else may take the name, the address or the link at the same moment.
const TRIES: usize = 4;

/// The one-time code for a session.
///
/// # Errors
/// When the account that is linked is not in use; and without one, when somebody has an account with that address, for an
/// address alone proves nothing to its owner, or no new accounts are wanted.
pub(super) async fn admit(
    ctx: &Ctx,
    provider: &OidcProvider,
    person: &Person,
    browser: &Browser,
) -> Result<Secret<String>> {
    let ctx = ctx.as_platform("sign in at a provider");
    for _ in 1..TRIES {
        match once(&ctx, provider, person, browser).await {
            // Somebody else was there a moment before: what is true now is looked at again.
            Err(error) if error.kind() == Kind::Conflict => {}
            done => return done,
        }
    }
    once(&ctx, provider, person, browser).await
}

async fn once(
    ctx: &Ctx,
    provider: &OidcProvider,
    person: &Person,
    browser: &Browser,
) -> Result<Secret<String>> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Entity>::platform())?;
    let mut tx = ctx.begin().await?;
    let at = (provider.name.as_str(), provider.issuer.as_str());
    let known = store::of_subject(tx.conn(), at, &person.subject).await?;
    let (linked, tenant, created) = match known {
        Some(linked) => {
            let entity = entities::store::find_any(tx.conn(), linked.entity).await?;
            let entity = entity.filter(Entity::in_use).ok_or(FederationFault::EntityNotActive)?;
            store::used(&tx, &allowed.part(), linked.id, &person.email).await?;
            (linked, entity.tenant, false)
        }
        None => (take_in(&mut tx, &allowed, provider, person).await?, None, true),
    };
    let code = codes::make(&tx, &allowed.part(), &linked, browser).await?;
    let event = Event::new("auth.oauth_login").of(tenant).on("entity", linked.entity);
    tx.record(
        &allowed,
        event
            .detail("provider", provider.name.clone())
            .detail("identity_id", linked.id.to_string())
            .detail("created", created),
    );
    tx.commit().await?;
    Ok(code)
}

/// A new account, as it comes of signing up, with the address that the provider vouches for.
async fn take_in(
    tx: &mut Tx,
    allowed: &Allowed<'_, Entity>,
    provider: &OidcProvider,
    person: &Person,
) -> Result<LinkedIdentity> {
    if emails::store::holder(tx.conn(), &person.email).await?.is_some() {
        return Err(FederationFault::AccountExists.into());
    }
    if !tx.ctx().ground().settings().self_registration_enabled {
        return Err(FederationFault::SignUpDisabled.into());
    }
    let newcomer = Newcomer {
        name: person.email.split('@').next().unwrap_or_default(),
        address: &person.email,
        verified: true,
        attributes: json!({}),
    };
    let (entity, _) = welcome(tx, allowed, newcomer).await?;
    add(tx, &allowed.part(), &entity, provider, person).await
}

/// Links somebody at a provider to an account.
pub(super) async fn add(
    tx: &mut Tx,
    allowed: &Allowed<'_, LinkedIdentity>,
    entity: &Entity,
    provider: &OidcProvider,
    person: &Person,
) -> Result<LinkedIdentity> {
    let ctx = tx.ctx();
    let id: Uuid = ctx.new_id();
    let linked = LinkedIdentity {
        id,
        entity: entity.id,
        provider: provider.name.clone(),
        issuer: provider.issuer.clone(),
        subject: person.subject.clone(),
        email: person.email.clone(),
        last_used_at: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    store::insert(tx, allowed, &linked).await?;
    let event = Event::new("identity.link").of(entity.tenant).on("entity", entity.id);
    tx.record(
        allowed,
        event
            .detail("identity_id", id.to_string())
            .detail("provider", provider.name.clone())
            .detail("email", person.email.clone()),
    );
    Ok(linked)
}
