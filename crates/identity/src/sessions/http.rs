//! Sessions over REST: the bodies on the wire, and what to do for each route. Plain values: the server alone speaks HTTP.

use std::time::Duration;

use atoll_base::ctx::{self, Ctx};
use atoll_base::settings::Settings;
use atoll_base::{Moment, PageRequest, Result, Secret};
use atoll_outbound::mail;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Session;
use super::{SignIn, SignedIn, TenantSelector, end, end_all, find, list, log_out, sign_in, vouch};
use crate::identity::Identity;
use crate::keys::{self, Jwks};

/// The cookie that carries a session token in browsers.
pub const COOKIE: &str = "atom_token";

/// `POST /auth/login`.
#[derive(Clone, Deserialize, ToSchema)]
pub struct LoginRequest {
    /// E-mail address, id, name, or alias.
    pub identifier: String,
    /// What proves it.
    pub secret: String,
    /// Home tenant; or `tenant_alias`.
    #[serde(default)]
    pub tenant_id: Option<Uuid>,
    /// Alias of the home tenant.
    #[serde(default)]
    pub tenant_alias: Option<String>,
    /// What sort of secret it is.
    #[serde(default)]
    pub kind: Option<LoginKind>,
}

/// What sort of secret somebody signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginKind {
    /// A password.
    Password,
    /// A shared key.
    SharedKey,
    /// Not to sign in with.
    AccessToken,
    /// Not to sign in with.
    Certificate,
}

impl LoginKind {
    /// As the use case, and its refusals, call it.
    const fn as_str(self) -> &'static str {
        match self {
            LoginKind::Password => "password",
            LoginKind::SharedKey => "shared_key",
            LoginKind::AccessToken => "AccessToken",
            LoginKind::Certificate => "Certificate",
        }
    }
}

/// Whose secret it is: the answer to `POST /auth/credential`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CredentialBody {
    /// The entity.
    pub entity_id: Uuid,
    /// The tenant that was named, else the home of the entity.
    pub tenant_id: Option<Uuid>,
    /// What the secret belongs to.
    pub credential_id: Uuid,
}

/// The answer to `GET /auth/sessions`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionsBody {
    /// The caller's sessions that have not ended, newest first; at most 100.
    pub items: Vec<SessionBody>,
    /// How many there are.
    pub total: u64,
}

/// The answer to `DELETE /auth/sessions`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RevokedBody {
    /// How many sessions ended.
    pub revoked: u64,
}

/// The answer to `POST /auth/login`.
#[derive(Clone, Serialize, ToSchema)]
pub struct LoginBody {
    /// The session token.
    pub token: String,
    /// Whose it is.
    pub entity_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// When it ends.
    pub expires_at: String,
    /// Left out when the entity has no e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Left out unless true.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub verification_required: bool,
}

/// The answer to `POST /auth/logout`.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct LogoutBody {
    /// Always false.
    pub authenticated: bool,
}

/// The answer to `GET /auth/introspect`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Introspection {
    /// Always true: a token that is not good is answered with an error.
    pub active: bool,
    /// Who came with it.
    pub entity_id: Uuid,
    /// The home tenant.
    pub tenant_id: Option<Uuid>,
    /// The session; none for access tokens.
    pub session_id: Option<Uuid>,
}

/// The answer to `GET /auth/session`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnSession {
    /// Always true.
    pub authenticated: bool,
    /// The session.
    pub session: OwnSessionBody,
}

/// The caller's session.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnSessionBody {
    /// Who came.
    pub entity_id: Uuid,
    /// The home tenant.
    pub tenant_id: Option<Uuid>,
    /// The session; none for access tokens.
    pub session_id: Option<Uuid>,
    /// When it ends; none for access tokens.
    pub expires_at: Option<String>,
}

/// The answer to `GET /auth/sessions/:id`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity_id: Uuid,
    /// When it ends by itself.
    pub expires_at: String,
    /// When it was ended.
    pub revoked_at: Option<String>,
    /// When it began.
    pub created_at: String,
    /// What sort of secret it began with.
    pub credential_kind: String,
    /// The network address it began from.
    pub address: Option<String>,
    /// What the program that began it called itself.
    pub user_agent: Option<String>,
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> SessionBody {
        SessionBody {
            id: session.id,
            entity_id: session.entity,
            expires_at: session.expires_at.rfc3339(),
            revoked_at: session.revoked_at.map(Moment::rfc3339),
            created_at: session.created_at.rfc3339(),
            credential_kind: session.kind.as_str().to_owned(),
            address: session.address,
            user_agent: session.user_agent,
        }
    }
}

/// The answer to `GET /auth/public-config`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicConfig {
    /// Whether people can sign up: they may, and can prove their address.
    pub signup_enabled: bool,
    /// The same.
    pub self_registration_enabled: bool,
    /// Names of other providers to sign in with.
    pub oauth_providers: Vec<String>,
    /// Always true.
    pub email_verification_required: bool,
    /// For development: whether people may sign in before their address is verified.
    pub dev_allow_unverified_email_login: bool,
}

/// `POST /auth/login`: the body and the `Set-Cookie` value.
pub async fn login(ctx: &Ctx, identity: &Identity, request: LoginRequest) -> Result<(LoginBody, String)> {
    Ok(opened(ctx, sign_in(ctx, identity, given(request)?).await?))
}

/// `POST /auth/refresh`: the body and the `Set-Cookie` value.
pub async fn refresh(ctx: &Ctx, identity: &Identity) -> Result<(LoginBody, String)> {
    Ok(opened(ctx, super::refresh(ctx, identity).await?))
}

/// `POST /auth/credential`.
pub async fn credential(ctx: &Ctx, identity: &Identity, request: LoginRequest) -> Result<CredentialBody> {
    let vouched = vouch(ctx, identity, given(request)?, "http").await?;
    let (entity_id, credential_id) = (vouched.entity, vouched.credential);
    Ok(CredentialBody { entity_id, tenant_id: vouched.tenant, credential_id })
}

/// `GET /auth/sessions`.
pub async fn sessions(ctx: &Ctx) -> Result<SessionsBody> {
    let page = list(ctx, None, PageRequest { limit: 100, offset: 0 }).await?;
    Ok(SessionsBody { items: page.items.into_iter().map(Into::into).collect(), total: page.total })
}

/// `DELETE /auth/sessions`: all but the caller's own.
pub async fn end_others(ctx: &Ctx) -> Result<RevokedBody> {
    Ok(RevokedBody { revoked: end_all(ctx, None).await? })
}

/// `DELETE /auth/sessions/:id`.
pub async fn end_session(ctx: &Ctx, id: Uuid) -> Result<()> {
    end(ctx, id).await
}

fn given(request: LoginRequest) -> Result<SignIn> {
    Ok(SignIn {
        identifier: request.identifier,
        secret: Secret::new(request.secret),
        tenant: TenantSelector::of(request.tenant_id, request.tenant_alias.as_deref())?,
        kind: request.kind.unwrap_or(LoginKind::Password).as_str().to_owned(),
    })
}

/// The answer to a sign-in: the body and the `Set-Cookie` value.
pub(crate) fn opened(
    ctx: &Ctx,
    SignedIn { session, token, email_verified }: SignedIn,
) -> (LoginBody, String) {
    let life = session.expires_at.since(ctx.now());
    let cookie = set_cookie(ctx.ground().settings(), token.reveal(), life);
    let body = LoginBody {
        token: token.reveal().clone(),
        entity_id: session.entity,
        session_id: session.id,
        expires_at: session.expires_at.rfc3339(),
        email_verified,
        verification_required: email_verified == Some(false),
    };
    (body, cookie)
}

/// `POST /auth/logout`: the body and the `Set-Cookie` value that clears the cookie.
pub async fn logout(ctx: &Ctx) -> Result<(LogoutBody, String)> {
    log_out(ctx).await?;
    Ok((LogoutBody::default(), clear_cookie(ctx.ground().settings())))
}

/// `GET /auth/introspect`.
pub fn introspect(ctx: &Ctx) -> Result<Introspection> {
    let ctx::SignedIn { entity, tenant, session, .. } = *ctx.signed_in()?;
    Ok(Introspection { active: true, entity_id: entity, tenant_id: tenant, session_id: session })
}

/// `GET /auth/session`.
pub fn own_session(ctx: &Ctx) -> Result<OwnSession> {
    let caller = ctx.signed_in()?;
    let expires_at = caller.expires_at.filter(|_| caller.session.is_some());
    let session = OwnSessionBody {
        entity_id: caller.entity,
        tenant_id: caller.tenant,
        session_id: caller.session,
        expires_at: expires_at.map(Moment::rfc3339),
    };
    Ok(OwnSession { authenticated: true, session })
}

/// `GET /auth/sessions/:id`.
pub async fn session(ctx: &Ctx, id: Uuid) -> Result<SessionBody> {
    Ok(find(ctx, id).await?.into())
}

/// `POST /auth/keys/rotate`.
pub async fn rotate_keys(ctx: &Ctx, identity: &Identity) -> Result<()> {
    keys::rotate(ctx, identity.keys()).await
}

/// `GET /.well-known/jwks.json`.
pub fn jwks(identity: &Identity) -> Jwks {
    identity.keys().jwks()
}

/// `GET /auth/public-config`.
pub fn public_config(settings: &Settings) -> PublicConfig {
    let open = settings.self_registration_enabled;
    let providers = settings.oidc_providers.iter().filter(|_| open);
    PublicConfig {
        signup_enabled: open && mail::expected(settings),
        self_registration_enabled: open,
        oauth_providers: providers.map(|provider| provider.name.clone()).collect(),
        email_verification_required: true,
        dev_allow_unverified_email_login: settings.allow_unverified_email_login,
    }
}

/// The `Set-Cookie` value that keeps a session token for so long.
pub fn set_cookie(settings: &Settings, token: &str, life: Duration) -> String {
    cookie(settings, token, &format!("Max-Age={}", life.as_secs()))
}

/// The `Set-Cookie` value that removes the session token.
pub fn clear_cookie(settings: &Settings) -> String {
    cookie(settings, "", "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
}

fn cookie(settings: &Settings, token: &str, life: &str) -> String {
    let mut text = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; {life}");
    if let Some(domain) = &settings.auth_cookie_domain {
        text.push_str(&format!("; Domain={domain}"));
    }
    if settings.cookie_secure() {
        text.push_str("; Secure");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cookies_have_the_attributes_clients_know() {
        let mut settings = Settings::for_tests();
        settings.auth_cookie_secure = Some(false);
        assert_eq!(
            set_cookie(&settings, "abc", Duration::from_secs(3600)),
            "atom_token=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600"
        );
        settings.auth_cookie_domain = Some("example.com".into());
        settings.auth_cookie_secure = Some(true);
        assert_eq!(
            clear_cookie(&settings),
            "atom_token=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; \
             Domain=example.com; Secure"
        );
    }

    #[test]
    fn a_login_body_leaves_out_what_does_not_apply() {
        let body = LoginBody {
            token: "t".into(),
            entity_id: Uuid::nil(),
            session_id: Uuid::nil(),
            expires_at: "e".into(),
            email_verified: None,
            verification_required: false,
        };
        let nil = Uuid::nil();
        let expected = json!({ "token": "t", "entity_id": nil, "session_id": nil, "expires_at": "e" });
        assert_eq!(serde_json::to_value(body).unwrap(), expected);
    }

    #[test]
    fn only_the_known_kinds_are_read() {
        let read = |kind: &str| {
            serde_json::from_value::<LoginRequest>(json!({ "identifier": "a", "secret": "b", "kind": kind }))
        };
        assert_eq!(read("shared_key").unwrap().kind, Some(LoginKind::SharedKey));
        assert!(read("pin").is_err());
    }
}
