//! The GraphQL door of credentials.

use async_graphql::{Context, Enum, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result, ctx, fields};
use serde_json::Value;

use super::model::Credential;
use super::permissions::{self, GivenPermission, Permission};
use super::{Expiring, NewAccessToken, TokenWithPermissions, Unissuable};
use super::{access_tokens, create, expiring, of_entity, revoke, revoke_access_token};

/// What sort of credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "ctx::CredentialKind")]
pub enum CredentialKind {
    /// A password.
    Password,
    /// A long-lived access token.
    AccessToken,
    /// A certificate.
    Certificate,
    /// A shared key.
    SharedKey,
    /// A passkey; only sessions have begun with one.
    Passkey,
    /// The word of another OpenID provider; only sessions have begun with it.
    Oidc,
}

/// What an entity proves itself with; never the secret.
#[derive(SimpleObject)]
#[graphql(name = "Credential")]
pub struct CredentialView {
    id: ID,
    entity_id: Option<ID>,
    kind: CredentialKind,
    identifier: Option<String>,
    /// `active` or `revoked`.
    status: String,
    expires_at: Option<String>,
    created_at: String,
}

impl From<Credential> for CredentialView {
    fn from(credential: Credential) -> CredentialView {
        CredentialView {
            id: door::show(credential.id),
            entity_id: Some(door::show(credential.entity)),
            kind: credential.kind.into(),
            identifier: credential.identifier,
            status: credential.status.as_str().to_owned(),
            expires_at: credential.expires_at.map(Moment::rfc3339),
            created_at: credential.created_at.rfc3339(),
        }
    }
}

/// Credentials of an entity.
#[derive(SimpleObject)]
pub struct CredentialList {
    items: Vec<CredentialView>,
    total: i64,
}

/// What a scoped access token may be used for.
#[derive(SimpleObject)]
pub struct AccessTokenPermission {
    actions: Vec<String>,
    scope_mode: String,
    tenant_id: Option<ID>,
    object_kind: Option<String>,
    object_type: Option<String>,
    object_id: Option<ID>,
    conditions: Json<Value>,
}

/// An access token; never its text.
#[derive(SimpleObject)]
#[graphql(name = "AccessToken")]
pub struct AccessTokenView {
    credential_id: ID,
    name: String,
    description: Option<String>,
    /// The first 13 characters of its text.
    identifier: Option<String>,
    /// `active` or `revoked`.
    status: String,
    scoped: bool,
    /// Empty when it is not scoped.
    permissions: Vec<AccessTokenPermission>,
    expires_at: Option<String>,
    /// To within five minutes.
    last_used_at: Option<String>,
    created_at: String,
}

impl From<Permission> for AccessTokenPermission {
    fn from(permission: Permission) -> AccessTokenPermission {
        let given = permission.given();
        AccessTokenPermission {
            actions: given.actions,
            scope_mode: given.scope_mode,
            tenant_id: given.tenant_id.map(door::show),
            object_kind: given.object_kind,
            object_type: given.object_type,
            object_id: given.object_id.map(door::show),
            conditions: Json(permission.conditions),
        }
    }
}

impl From<TokenWithPermissions> for AccessTokenView {
    fn from(TokenWithPermissions { credential, permissions }: TokenWithPermissions) -> AccessTokenView {
        AccessTokenView {
            credential_id: door::show(credential.id),
            name: credential.shown_name(),
            description: credential.description,
            identifier: credential.identifier,
            status: credential.status.as_str().to_owned(),
            scoped: credential.scoped,
            permissions: permissions.into_iter().map(Into::into).collect(),
            expires_at: credential.expires_at.map(Moment::rfc3339),
            last_used_at: credential.last_used_at.map(Moment::rfc3339),
            created_at: credential.created_at.rfc3339(),
        }
    }
}

/// A page of access tokens.
#[derive(SimpleObject)]
pub struct AccessTokenList {
    items: Vec<AccessTokenView>,
    total: i64,
}

/// A new access token; its text is shown this once.
#[derive(SimpleObject)]
pub struct AccessTokenResponse {
    credential_id: ID,
    token: String,
    name: String,
    description: Option<String>,
    expires_at: Option<String>,
}

/// A new API key; its text is shown this once.
#[derive(SimpleObject)]
pub struct ApiKeyResponse {
    credential_id: ID,
    key: String,
    expires_at: Option<String>,
}

/// What a scoped access token may be used for.
#[derive(InputObject)]
pub struct AccessTokenPermissionInput {
    actions: Vec<String>,
    scope_mode: String,
    tenant_id: Option<ID>,
    object_kind: Option<String>,
    object_type: Option<String>,
    object_id: Option<ID>,
    conditions: Option<Json<Value>>,
}

impl AccessTokenPermissionInput {
    fn given(self) -> Result<GivenPermission> {
        Ok(GivenPermission {
            actions: self.actions,
            scope_mode: self.scope_mode,
            tenant_id: door::optional_id("tenantId", self.tenant_id.as_ref())?,
            object_kind: self.object_kind,
            object_type: self.object_type,
            object_id: door::optional_id("objectId", self.object_id.as_ref())?,
            conditions: door::json(self.conditions),
        })
    }
}

fn given(permissions: Vec<AccessTokenPermissionInput>) -> Result<Vec<GivenPermission>> {
    permissions.into_iter().map(AccessTokenPermissionInput::given).collect()
}

/// A new access token.
#[derive(InputObject)]
pub struct CreateAccessTokenInput {
    name: String,
    description: Option<String>,
    /// Never, when left out.
    expires_at: Option<String>,
    /// Empty when it is not scoped.
    permissions: Vec<AccessTokenPermissionInput>,
    /// Whose it will be; yours when left out.
    subject_id: Option<ID>,
    /// Whether it is limited to `permissions`; yes when left out.
    scoped: Option<bool>,
}

/// A new API key.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    description: Option<String>,
    /// Never, when left out.
    expires_at: Option<String>,
}

/// Queries about credentials.
#[derive(Default)]
pub struct CredentialQuery;

#[Object]
impl CredentialQuery {
    /// Every credential of an entity, newest first.
    async fn credentials(&self, door: &Context<'_>, entity_id: ID) -> Result<CredentialList> {
        let items = of_entity(door::ctx(door)?, door::id("entityId", &entity_id)?).await?;
        let total = door::total(items.len() as u64);
        Ok(CredentialList { items: items.into_iter().map(Into::into).collect(), total })
    }

    /// Access tokens: yours, or those of an entity you manage.
    async fn access_tokens(
        &self,
        door: &Context<'_>,
        subject_id: Option<ID>,
        status: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<AccessTokenList> {
        let subject = door::optional_id("subjectId", subject_id.as_ref())?;
        let page = door::page(PageBounds { default: 100, max: 100 }, limit, offset);
        let page = access_tokens(door::ctx(door)?, subject, status.as_deref(), page).await?;
        let total = door::total(page.total);
        Ok(AccessTokenList { total, items: page.items.into_iter().map(Into::into).collect() })
    }

    /// Active credentials that expire within so many days (30 when left out) or have expired, the first to expire first;
    /// for administrators of the platform.
    async fn expiring_credentials(
        &self,
        door: &Context<'_>,
        days: Option<i32>,
        entity_id: Option<ID>,
        kind: Option<CredentialKind>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<Vec<CredentialView>> {
        let which = Expiring {
            within: self::days(days.unwrap_or(30)),
            entity: door::optional_id("entityId", entity_id.as_ref())?,
            kind: kind.map(Into::into),
        };
        let page = door::page(PageBounds::REPORT, limit, offset);
        let found = expiring(door::ctx(door)?, which, page).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }
}

/// From how many days on it does not matter any more: 100 years.
const MAX_DAYS: i32 = 36_500;

fn days(days: i32) -> std::time::Duration {
    let days = u64::try_from(days.clamp(0, MAX_DAYS)).unwrap_or_default();
    std::time::Duration::from_secs(days * 86_400)
}

/// Changes of credentials.
#[derive(Default)]
pub struct CredentialMutation;

#[Object]
impl CredentialMutation {
    /// Issues an access token; its text is shown this once.
    async fn create_access_token(
        &self,
        door: &Context<'_>,
        input: CreateAccessTokenInput,
    ) -> Result<AccessTokenResponse> {
        let ctx = door::ctx(door)?;
        ctx.signed_in()?;
        let permissions = match input.scoped.unwrap_or(true) {
            true => Some(given(input.permissions)?),
            false if input.permissions.is_empty() => None,
            false => return Err(Unissuable::PermissionsOfUnscoped.into()),
        };
        let new = NewAccessToken {
            entity: door::optional_id("subjectId", input.subject_id.as_ref())?,
            name: input.name,
            description: fields::description(input.description.as_deref())?,
            expires_at: door::moment("expiresAt", input.expires_at.as_deref())?,
            permissions,
        };
        let (credential, text) = create(ctx, new).await?;
        Ok(AccessTokenResponse {
            credential_id: door::show(credential.id),
            token: text.reveal().clone(),
            name: credential.shown_name(),
            description: credential.description,
            expires_at: credential.expires_at.map(Moment::rfc3339),
        })
    }

    /// Issues an access token without limits for an entity; its text is shown this once.
    async fn create_api_key(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        input: CreateApiKeyInput,
    ) -> Result<ApiKeyResponse> {
        let description = fields::description(input.description.as_deref())?;
        let new = NewAccessToken {
            entity: Some(door::id("entityId", &entity_id)?),
            name: "API key".to_owned(),
            description,
            expires_at: door::moment("expiresAt", input.expires_at.as_deref())?,
            permissions: None,
        };
        let (credential, text) = create(door::ctx(door)?, new).await?;
        Ok(ApiKeyResponse {
            credential_id: door::show(credential.id),
            key: text.reveal().clone(),
            expires_at: credential.expires_at.map(Moment::rfc3339),
        })
    }

    /// Gives a scoped access token other permissions, in place of all that it had.
    async fn replace_access_token_permissions(
        &self,
        door: &Context<'_>,
        credential_id: ID,
        permissions: Vec<AccessTokenPermissionInput>,
    ) -> Result<bool> {
        let (ctx, id) = (door::ctx(door)?, door::id("credentialId", &credential_id)?);
        ctx.signed_in()?;
        permissions::replace(ctx, id, given(permissions)?).await?;
        Ok(true)
    }

    /// Revokes an access token.
    async fn revoke_access_token(&self, door: &Context<'_>, credential_id: ID) -> Result<bool> {
        revoke_access_token(door::ctx(door)?, door::id("credentialId", &credential_id)?).await?;
        Ok(true)
    }

    /// Revokes a credential of an entity, whatever kind it is.
    async fn revoke_credential(&self, door: &Context<'_>, entity_id: ID, credential_id: ID) -> Result<bool> {
        let entity = door::id("entityId", &entity_id)?;
        revoke(door::ctx(door)?, entity, door::id("credentialId", &credential_id)?).await?;
        Ok(true)
    }
}
