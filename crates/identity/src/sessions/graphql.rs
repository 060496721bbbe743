//! The GraphQL door of sessions.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result, Secret};

use super::{
    SignIn, SignedIn, TenantSelector, end, end_all, find, http, list, log_out, model, refresh, sign_in, vouch,
};
use crate::credentials::graphql::CredentialKind;
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
    /// What sort of secret it began with.
    credential_kind: CredentialKind,
    /// The network address it began from.
    address: Option<String>,
    /// What the program that began it called itself.
    user_agent: Option<String>,
    /// Whether it is the one that this request came with.
    current: bool,
}

/// A page of sessions.
#[derive(SimpleObject)]
pub struct SessionList {
    items: Vec<SessionView>,
    total: i64,
}

impl SessionView {
    fn of(ctx: &Ctx, session: model::Session) -> SessionView {
        SessionView {
            id: door::show(session.id),
            entity_id: door::show(session.entity),
            expires_at: session.expires_at.rfc3339(),
            revoked_at: session.revoked_at.map(Moment::rfc3339),
            created_at: session.created_at.rfc3339(),
            credential_kind: session.kind.into(),
            address: session.address,
            user_agent: session.user_agent,
            current: ctx.caller().session_id() == Some(session.id),
        }
    }
}

/// Whose secret it is.
#[derive(SimpleObject)]
pub struct AuthenticatedCredential {
    entity_id: ID,
    /// The tenant that was named, else the home of the entity.
    tenant_id: Option<ID>,
    credential_id: ID,
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

impl LoginInput {
    fn given(self) -> Result<SignIn> {
        let tenant = door::optional_id("tenantId", self.tenant_id.as_ref())?;
        Ok(SignIn {
            identifier: self.identifier,
            secret: Secret::new(self.secret),
            tenant: TenantSelector::of(tenant, self.tenant_alias.as_deref())?,
            kind: self.kind,
        })
    }
}

/// Queries about sessions.
#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// One session: yours, or of an entity you may read.
    async fn session(&self, door: &Context<'_>, id: ID) -> Result<SessionView> {
        let ctx = door::ctx(door)?;
        Ok(SessionView::of(ctx, find(ctx, door::id("id", &id)?).await?))
    }

    /// Sessions that have not ended, newest first: yours, or of an entity you may read.
    async fn sessions(
        &self,
        door: &Context<'_>,
        entity_id: Option<ID>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<SessionList> {
        let ctx = door::ctx(door)?;
        let entity = door::optional_id("entityId", entity_id.as_ref())?;
        let page = list(ctx, entity, door::page(PageBounds::ORDINARY, limit, offset)).await?;
        let items = page.items.into_iter().map(|session| SessionView::of(ctx, session)).collect();
        Ok(SessionList { total: door::total(page.total), items })
    }
}

/// Signing in and out.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in.
    async fn login(&self, door: &Context<'_>, input: LoginInput) -> Result<LoginResponse> {
        Ok(sign_in(door::ctx(door)?, identity::of(door)?, input.given()?).await?.into())
    }

    /// Says whose password or shared key it is, without opening a session: for adapters of other protocols that may
    /// `authz.check` in the tenant that is named, or at the platform.
    async fn authenticate_credential(
        &self,
        door: &Context<'_>,
        input: LoginInput,
    ) -> Result<AuthenticatedCredential> {
        let (ctx, identity) = (door::ctx(door)?, identity::of(door)?);
        let vouched = vouch(ctx, identity, input.given()?, "graphql").await?;
        Ok(AuthenticatedCredential {
            entity_id: door::show(vouched.entity),
            tenant_id: vouched.tenant.map(door::show),
            credential_id: door::show(vouched.credential),
        })
    }

    /// Ends a session: yours, or of an entity you manage.
    async fn revoke_session(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        end(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Ends all sessions of an entity you manage; without one all of yours but the one you are in. How many there were.
    async fn revoke_sessions(&self, door: &Context<'_>, entity_id: Option<ID>) -> Result<i64> {
        let entity = door::optional_id("entityId", entity_id.as_ref())?;
        Ok(door::total(end_all(door::ctx(door)?, entity).await?))
    }

    /// Ends your session, and takes its cookie away.
    async fn logout(&self, door: &Context<'_>) -> Result<bool> {
        let ctx = door::ctx(door)?;
        log_out(ctx).await?;
        if !ctx.is_tried() {
            door.append_http_header("set-cookie", http::clear_cookie(ctx.ground().settings()));
        }
        Ok(true)
    }

    /// Lets your session last anew.
    async fn refresh_session(&self, door: &Context<'_>) -> Result<LoginResponse> {
        Ok(refresh(door::ctx(door)?, identity::of(door)?).await?.into())
    }
}
