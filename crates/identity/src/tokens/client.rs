//! A client proves who it is.

use std::sync::Arc;

use atoll_base::ctx::{Caller, CredentialKind, Ctx, Methods, SignedIn};
use atoll_base::{Event, Kind, Outcome, Result, Secret};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;

use super::fault::OAuthFault;
use super::parameters::Parameters;
use crate::credentials::token::AccessToken;
use crate::identity::Identity;
use crate::sessions::{SignIn, TenantSelector, proven};
use crate::{entities, tenants};

/// What a client calls itself, and its secret.
#[derive(Clone, Debug)]
pub struct ClientSecret {
    /// Id, or alias.
    pub id: String,
    /// A shared key or an access token.
    pub secret: Secret<String>,
}

impl ClientSecret {
    /// From an `Authorization: Basic …` header without its scheme (`client_secret_basic`, RFC 6749 §2.3.1: both parts are
    /// form-encoded).
    pub fn basic(value: &str) -> Option<ClientSecret> {
        let bytes = Secret::new(BASE64_STANDARD.decode(value.trim()).ok()?);
        let text = std::str::from_utf8(bytes.reveal()).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some(ClientSecret { id: decoded(id)?, secret: Secret::new(decoded(secret)?) })
    }

    /// From the parameters of the request (`client_secret_post`).
    pub fn post(parameters: &Parameters) -> Option<ClientSecret> {
        let id = parameters.optional("client_id")?.to_owned();
        Some(ClientSecret { id, secret: parameters.secret("client_secret")? })
    }
}

/// A form-encoded text, decoded.
fn decoded(text: &str) -> Option<String> {
    let whole = Secret::new(format!("x={text}"));
    let mut pairs = url::form_urlencoded::parse(whole.reveal().as_bytes());
    let (_, value) = pairs.next()?;
    pairs.next().is_none().then(|| value.into_owned())
}

/// The same request with the client as its caller. Wrong secrets are counted together with failures to sign in.
pub async fn authenticate_client(ctx: &Ctx, identity: &Identity, client: ClientSecret) -> Result<Ctx> {
    let result = prove(ctx, identity, &client).await;
    if let Err(error) = &result
        && matches!(error.kind(), Kind::Unauthenticated | Kind::Limited)
    {
        let shown: String = client.id.chars().take(256).collect();
        ctx.note(
            Event::new("auth.credential_authenticate")
                .detail("credential_kind", "client_secret")
                .detail("identifier", shown)
                .detail("transport", "oauth")
                .ended(Outcome::Deny, error.to_string()),
        );
    }
    match result {
        Ok(who) => Ok(ctx.as_caller(Caller::Entity(who))),
        // One answer for whatever is wrong with it.
        Err(error) if error.kind() == Kind::Unauthenticated => Err(OAuthFault::InvalidClient.into()),
        Err(error) => Err(error),
    }
}

async fn prove(ctx: &Ctx, identity: &Identity, client: &ClientSecret) -> Result<Arc<SignedIn>> {
    let named = named(ctx, &client.id).await?;
    if AccessToken::parse(client.secret.reveal()).is_some() {
        let who = identity.authenticate(ctx, client.secret.reveal()).await?;
        return if named == Some(who.entity) { Ok(who) } else { Err(OAuthFault::InvalidClient.into()) };
    }
    // A client nobody knows is counted and takes as long as another.
    let identifier = named.map_or_else(|| client.id.clone(), |id| id.to_string());
    let given = SignIn {
        identifier,
        secret: client.secret.clone(),
        tenant: TenantSelector::Anywhere,
        kind: String::new(),
    };
    let proven = proven(ctx, identity, &given, CredentialKind::SharedKey).await?;
    identity.last_use.note(ctx.ground(), proven.credential.id, ctx.now());
    Ok(Arc::new(SignedIn {
        entity: proven.entity.id,
        tenant: proven.entity.tenant,
        session: None,
        credential: Some(proven.credential.id),
        kind: CredentialKind::SharedKey,
        expires_at: proven.credential.expires_at,
        since: Some(ctx.now()),
        methods: Methods::NONE,
        ceiling: None,
        actors: Vec::new(),
    }))
}

/// The entity that a client id means: an id, an alias at the platform, or `tenant-alias/alias`.
async fn named(ctx: &Ctx, id: &str) -> Result<Option<Uuid>> {
    if let Ok(id) = id.parse() {
        return Ok(Some(id));
    }
    let conn = &ctx.reader();
    let lower = id.trim().to_lowercase();
    match lower.split_once('/') {
        None => entities::store::id_of_alias(conn, &lower, None).await,
        Some((tenant, alias)) => match tenants::store::find_by_alias(conn, tenant).await? {
            Some(tenant) => entities::store::id_of_alias(conn, alias, Some(tenant.id)).await,
            None => Ok(None),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_read_as_the_standard_writes_it() {
        let basic = |text: &str| ClientSecret::basic(&BASE64_STANDARD.encode(text));
        let read = basic("tenant%2Fbot:a%3Ab+c").unwrap();
        assert_eq!((read.id.as_str(), read.secret.reveal().as_str()), ("tenant/bot", "a:b c"));
        assert!(basic("no colon").is_none());
        assert!(basic("a:b&c=d").is_none());
        assert!(ClientSecret::basic("%%%").is_none());
    }
}
