//! Exchanging a token for one that may be used for less, by somebody else, for a while (RFC 8693).

use std::sync::Arc;

use atoll_access::actions;
use atoll_base::ctx::{self, Ctx, Rule, SignedIn, Within};
use atoll_base::{Event, Kind, Moment, Result, Secret};
use atoll_policy::{Ceiling, CeilingScope};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::fault::OAuthFault;
use super::introspect::scope;
use super::parameters::Parameters;
use crate::credentials::permissions::{self, Permission};
use crate::identity::Identity;
use crate::sessions::{self, Exchange, MAX_ACTORS, Session};

/// The one grant.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// Tokens as such.
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// Tokens that are JWTs, as session tokens are.
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// A new token; shown this once.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The session it belongs to.
    pub session: Session,
    /// Its text.
    pub token: Secret<String>,
    /// The actions it may be used for somewhere.
    pub scope: String,
    /// How long it lasts, in seconds.
    pub expires_in: i64,
}

/// The answer on the wire (RFC 8693 §2.2.1).
#[derive(Clone, Serialize, ToSchema)]
pub struct IssuedBody {
    /// The token.
    pub access_token: String,
    /// What sort it is.
    pub issued_token_type: &'static str,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// How long it lasts, in seconds.
    pub expires_in: i64,
    /// The actions it may be used for somewhere.
    pub scope: String,
}

impl Issued {
    /// The answer on the wire.
    pub fn body(&self) -> IssuedBody {
        IssuedBody {
            access_token: self.token.reveal().clone(),
            issued_token_type: ACCESS_TOKEN,
            token_type: "Bearer",
            expires_in: self.expires_in,
            scope: self.scope.clone(),
        }
    }
}

/// What the two tokens prove.
struct Parties {
    subject: Arc<SignedIn>,
    actor: Option<Arc<SignedIn>>,
}

/// Makes a token of the subject's entity for the client. The client is the subject itself, or acts for it from now on; with an
/// actor token it is the actor. The token may be used for what the subject token, the actor token and `scope` permit all
/// of, and lasts no longer than any of them.
pub async fn exchange(ctx: &Ctx, identity: &Identity, asked: &Parameters) -> Result<Issued> {
    let client = ctx.signed_in()?.clone();
    if asked.required("grant_type")? != GRANT_TYPE {
        return Err(OAuthFault::UnsupportedGrantType.into());
    }
    let wanted = asked.optional("requested_token_type").unwrap_or(ACCESS_TOKEN);
    if !matches!(wanted, ACCESS_TOKEN | JWT) {
        return Err(OAuthFault::request("requested_token_type must be an access token or a JWT").into());
    }
    let audience = &ctx.ground().settings().jwt_audience;
    if asked.optional("resource").is_some()
        || asked.optional("audience").is_some_and(|given| given != audience)
    {
        return Err(OAuthFault::InvalidTarget.into());
    }
    let parties = parties(ctx, identity, asked).await?;
    let actors = actors(&client, &parties)?;
    let permissions = permitted(ctx, &client, &parties, asked.optional("scope")).await?;
    let until = end(ctx, &client, &parties);
    open(ctx, identity, &parties.subject, permissions, actors, until, client.entity).await
}

async fn parties(ctx: &Ctx, identity: &Identity, asked: &Parameters) -> Result<Parties> {
    let subject = prove(ctx, identity, asked, "subject_token").await?;
    let actor = match asked.optional("actor_token") {
        Some(_) => Some(prove(ctx, identity, asked, "actor_token").await?),
        None if asked.optional("actor_token_type").is_some() => {
            return Err(OAuthFault::request("actor_token_type without actor_token").into());
        }
        None => None,
    };
    Ok(Parties { subject, actor })
}

async fn prove(
    ctx: &Ctx,
    identity: &Identity,
    asked: &Parameters,
    name: &'static str,
) -> Result<Arc<SignedIn>> {
    let token = asked.token(name)?;
    if !matches!(asked.required(&format!("{name}_type"))?, ACCESS_TOKEN | JWT) {
        return Err(OAuthFault::request(format!("{name}_type must be an access token or a JWT")).into());
    }
    match identity.authenticate(ctx, token).await {
        Ok(who) => Ok(who),
        Err(error) if error.kind() == Kind::Unauthenticated => {
            Err(OAuthFault::request(format!("{name} is not valid: {error}")).into())
        }
        Err(error) => Err(error),
    }
}

/// The chain of those who act, the client first unless it is the subject itself.
fn actors(client: &SignedIn, parties: &Parties) -> Result<Vec<Uuid>, OAuthFault> {
    let Parties { subject, actor } = parties;
    if !client.actors.is_empty() || actor.as_ref().is_some_and(|actor| !actor.actors.is_empty()) {
        return Err(OAuthFault::request("who acts must come with a token of its own"));
    }
    if actor.as_ref().is_some_and(|actor| actor.entity != client.entity) {
        return Err(OAuthFault::UnauthorizedClient("the actor must be the client itself"));
    }
    let mut chain = subject.actors.clone();
    let current = chain.first().copied().unwrap_or(subject.entity);
    if current != client.entity {
        chain.insert(0, client.entity);
    }
    if chain.len() > MAX_ACTORS {
        return Err(OAuthFault::request("the chain of actors is too long"));
    }
    Ok(chain)
}

/// What all of them permit. There is always a bound: nobody gets a token for everything.
async fn permitted(
    ctx: &Ctx,
    client: &SignedIn,
    parties: &Parties,
    wanted: Option<&str>,
) -> Result<Vec<Permission>> {
    let wanted = match wanted {
        Some(wanted) => Some(wanted_permission(ctx, wanted).await?),
        None => None,
    };
    let actor = parties.actor.as_ref().and_then(|actor| actor.ceiling.as_deref());
    let ceilings = [parties.subject.ceiling.as_deref(), actor, client.ceiling.as_deref()];
    let bounds = ceilings.into_iter().flatten().map(permissions_of).chain(wanted);
    let common = bounds.reduce(|one, other| permissions::intersection(&one, &other));
    let common = common.ok_or_else(|| {
        OAuthFault::InvalidScope("scope is required: name the actions the token is for".into())
    })?;
    if common.is_empty() {
        return Err(OAuthFault::InvalidScope("nothing that was asked for may be used".into()).into());
    }
    Ok(common)
}

/// Most actions of a request.
const MOST_ACTIONS: usize = 100;

async fn wanted_permission(ctx: &Ctx, wanted: &str) -> Result<Vec<Permission>> {
    let names: Vec<&str> = wanted.split(' ').filter(|name| !name.is_empty()).collect();
    if names.is_empty() || names.len() > MOST_ACTIONS {
        return Err(OAuthFault::InvalidScope("scope must name 1 to 100 actions".into()).into());
    }
    let known = actions::ids_of(&ctx.reader(), &names).await?;
    if !names.iter().all(|name| known.contains_key(*name)) {
        return Err(OAuthFault::InvalidScope("scope names an action that does not exist".into()).into());
    }
    let actions = names.into_iter().map(str::to_owned).collect();
    Ok(vec![Permission { actions, scope: CeilingScope::Platform, conditions: Value::Object(Map::new()) }])
}

fn permissions_of(ceiling: &Ceiling) -> Vec<Permission> {
    let read = |entry: &atoll_policy::CeilingEntry| Permission {
        actions: entry.actions.clone(),
        scope: entry.scope.clone(),
        conditions: match &entry.conditions {
            Some(conditions) => conditions.raw().clone(),
            None => Value::Object(Map::new()),
        },
    };
    ceiling.entries.iter().map(read).collect()
}

/// The earliest end of all of them, and of a session that begins now.
fn end(ctx: &Ctx, client: &SignedIn, parties: &Parties) -> Moment {
    let own = sessions::expiry(ctx.now(), ctx.ground().settings().jwt_expiry_secs);
    let actor = parties.actor.as_ref().and_then(|actor| actor.expires_at);
    let ends = [parties.subject.expires_at, actor, client.expires_at];
    let earliest = ends.into_iter().flatten().fold(own, Moment::min);
    Moment(earliest.seconds().saturating_mul(1_000_000))
}

async fn open(
    ctx: &Ctx,
    identity: &Identity,
    subject: &SignedIn,
    permissions: Vec<Permission>,
    actors: Vec<Uuid>,
    until: Moment,
    client: Uuid,
) -> Result<Issued> {
    let within = ctx.as_platform("exchange a token");
    let allowed = within.require(&Rule::any(&[]), &Within::<Session>::tenant(subject.tenant))?;
    let scope = scope(&permissions::ceiling(&permissions));
    let credential = match subject.session {
        Some(session) => {
            sessions::store::find(&ctx.reader(), session).await?.and_then(|found| found.credential)
        }
        None => subject.credential,
    };
    let exchange = Exchange {
        permissions,
        actors,
        session: subject.session,
        credential: subject.credential.filter(|_| subject.session.is_none()),
    };
    let act = ctx::act(&exchange.actors);
    let session = Session::exchanged(ctx, subject, credential, exchange, until);
    let claims = sessions::claims::Exchanged { act: act.clone(), scope: Some(scope.clone()) };
    let token = sessions::claims::exchanged_token(ctx, identity.keys(), &session, subject.tenant, claims)?;
    let mut tx = within.begin().await?;
    sessions::store::insert(&tx, &allowed, &session).await?;
    sessions::keep_within_bound(&mut tx, &allowed, &session).await?;
    tx.record(
        &allowed,
        Event::new("auth.token_exchange")
            .of(subject.tenant)
            .on("entity", subject.entity)
            .detail("session_id", session.id.to_string())
            .detail("client_id", client.to_string())
            .detail("scope", scope.clone())
            .detail("act", act)
            .detail("expires_at", until.rfc3339()),
    );
    tx.commit().await?;
    let expires_in = until.seconds().saturating_sub(ctx.now().seconds());
    Ok(Issued { session, token, scope, expires_in })
}
