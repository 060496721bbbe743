//! The GraphQL door of sessions.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, Result, Secret};

use super::{SignIn, SignedIn, TenantSelector, find, log_out, model, refresh, sign_in};
use crate::identity;

/// A session.
#[derive(SimpleObject)]
#[graphql(name = "Session")]
pub struct SessionView {
    id: ID,
    entity_id: ID,
    expires_at: String,
    revoked_at: Option<String>,
    created_at: String,
}

impl From<model::Session> for SessionView {
    fn from(session: model::Session) -> SessionView {
        SessionView {
            id: door::show(session.id),
            entity_id: door::show(session.entity),
            expires_at: session.expires_at.rfc3339(),
            revoked_at: session.revoked_at.map(Moment::rfc3339),
            created_at: session.created_at.rfc3339(),
        }
    }
}

/// A new session token; shown this once.
#[derive(SimpleObject)]
pub struct LoginResponse {
    token: String,
    entity_id: ID,
    session_id: ID,
    expires_at: String,
    /// Null when you have no e-mail address.
    email_verified: Option<bool>,
    verification_required: bool,
}

impl From<SignedIn> for LoginResponse {
    fn from(signed_in: SignedIn) -> LoginResponse {
        LoginResponse {
            token: signed_in.token.reveal().clone(),
            entity_id: door::show(signed_in.session.entity),
            session_id: door::show(signed_in.session.id),
            expires_at: signed_in.session.expires_at.rfc3339(),
            email_verified: signed_in.email_verified,
            verification_required: signed_in.email_verified == Some(false),
        }
    }
}

/// Who you are and what proves it.
#[derive(InputObject)]
pub struct LoginInput {
    /// Your e-mail address, id or name; with a tenant also your alias there.
    identifier: String,
    secret: String,
    /// Your home tenant; or `tenantAlias`.
    tenant_id: Option<ID>,
    tenant_alias: Option<String>,
    /// What sort of secret it is.
    #[graphql(default_with = "String::from(\"password\")")]
    kind: String,
}

/// Queries about sessions.
#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// One session: yours, or of an entity you may read.
    async fn session(&self, door: &Context<'_>, id: ID) -> Result<SessionView> {
        Ok(find(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }
}

/// Signing in and out.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in.
    async fn login(&self, door: &Context<'_>, input: LoginInput) -> Result<LoginResponse> {
        let tenant = door::optional_id("tenantId", input.tenant_id.as_ref())?;
        let given = SignIn {
            identifier: input.identifier,
            secret: Secret::new(input.secret),
            tenant: TenantSelector::of(tenant, input.tenant_alias.as_deref())?,
            kind: input.kind,
        };
        Ok(sign_in(door::ctx(door)?, identity::of(door)?, given).await?.into())
    }

    /// Ends your session.
    async fn logout(&self, door: &Context<'_>) -> Result<bool> {
        log_out(door::ctx(door)?).await?;
        Ok(true)
    }

    /// Lets your session last anew.
    async fn refresh_session(&self, door: &Context<'_>) -> Result<LoginResponse> {
        Ok(refresh(door::ctx(door)?, identity::of(door)?).await?.into())
    }
}
