//! Signing in with a password.

use atoll_base::ctx::{CredentialKind, Ctx, Rule, Within};
use atoll_base::metrics::CategoryLabels;
use atoll_base::{Event, Fault, Kind, Outcome, Result, Secret};
use atoll_policy::{Status, TenantStatus};
use uuid::Uuid;

use super::attempts::{Account, Attempts};
use super::claims;
use super::model::Session;
use super::resolve::{TenantSelector, resolve};
use super::store;
use crate::credentials::{self, Credential};
use crate::emails;
use crate::entities::Entity;
use crate::identity::Identity;
use crate::passwords::Verdict;

/// What somebody signs in with.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who they say they are: an e-mail address, an id, a name, an alias.
    pub identifier: String,
    /// What proves it.
    pub secret: Secret<String>,
    /// Where they belong.
    pub tenant: TenantSelector,
    /// What sort of secret it is; blank means `password`.
    pub kind: String,
}

/// A session and its token.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The token, shown this once.
    pub token: Secret<String>,
    /// Whether the owner has proved their address; none when there is none, or it was not looked at.
    pub email_verified: Option<bool>,
}

/// Nobody was signed in. What is wrong with an account is told to nobody who has not proved to be its owner.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such account, it is not in use, or the secret is wrong: one answer for all.
    #[error("invalid credentials")]
    InvalidCredentials,
    /// The owner of an account in a tenant that is not in use.
    #[error("tenant is not active")]
    TenantNotActive,
    /// The owner of an account whose address is not proved to be theirs.
    #[error("email verification required")]
    EmailNotVerified,
    /// Several accounts have that name.
    #[error("tenant_id or tenant_alias required for this identifier")]
    Ambiguous,
    /// A sort of secret that nobody signs in with.
    #[error("unsupported credential kind: {0}")]
    UnsupportedKind(String),
}

impl Fault for Refused {
    fn kind(&self) -> Kind {
        match self {
            Refused::UnsupportedKind(_) => Kind::Invalid,
            _ => Kind::Unauthenticated,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Refused::InvalidCredentials => "sign_in.invalid_credentials",
            Refused::TenantNotActive => "sign_in.tenant_not_active",
            Refused::EmailNotVerified => "sign_in.email_not_verified",
            Refused::Ambiguous => "sign_in.ambiguous",
            Refused::UnsupportedKind(_) => "sign_in.unsupported_kind",
        }
    }
}

/// Opens a session for whoever proves to be who they say. Failures are counted per account, by whatever name it is
/// called; an account that does not exist takes as long and is counted alike.
pub async fn sign_in(ctx: &Ctx, identity: &Identity, given: SignIn) -> Result<SignedIn> {
    let kind = CredentialKind::Password;
    if !matches!(given.kind.as_str(), "" | "password") {
        return Err(Refused::UnsupportedKind(given.kind).into());
    }
    let result = prove(ctx, identity, &given, kind).await;
    let category = match &result {
        Ok(_) => "success",
        Err(error) if error.kind() == Kind::Limited => "throttled",
        Err(error) if error.kind() == Kind::Unauthenticated => "failure",
        Err(_) => "error",
    };
    ctx.ground().metrics().sign_ins.get_or_create(&CategoryLabels { category }).inc();
    if let Err(error) = &result
        && matches!(error.kind(), Kind::Limited | Kind::Unauthenticated)
    {
        ctx.note(
            Event::new("auth.login")
                .detail("identifier", given.identifier.trim())
                .detail("credential_kind", kind.as_str())
                .ended(Outcome::Deny, error.to_string()),
        );
    }
    result
}

async fn prove(ctx: &Ctx, identity: &Identity, given: &SignIn, kind: CredentialKind) -> Result<SignedIn> {
    let found = resolve(ctx, &given.identifier, &given.tenant).await?;
    let account = match &found.entity {
        Some(entity) => Account::Entity(entity.id),
        None => Account::Unknown { identifier: &given.identifier, tenant: found.tenant },
    };
    let attempts = Attempts::one_more(ctx, &identity.turns, account).await?;
    // Somebody who does not exist is looked up and compared with like everybody else.
    let id = found.entity.as_ref().map_or(Uuid::nil(), |entity| entity.id);
    let password = credentials::store::password_of(&ctx.reader(), id).await?;
    let password = password.filter(|one| one.expires_at.is_none_or(|at| ctx.now() < at));
    let stored = password.as_ref().and_then(|one| one.password_hash.clone());
    let verdict = identity.hasher().verify(given.secret.clone(), stored).await?;
    let proven = found.entity.filter(|entity| entity.status == Status::Active).zip(password);
    let Some((entity, password)) = proven.filter(|_| verdict != Verdict::Wrong) else {
        attempts.fail(ctx).await?;
        return Err(Refused::InvalidCredentials.into());
    };
    if !in_active_tenant(ctx, &entity)? {
        return Err(Refused::TenantNotActive.into());
    }
    let email = emails::store::of(&ctx.reader(), entity.id).await?;
    let email_verified = email.map(|email| email.is_verified());
    if email_verified == Some(false) && !ctx.ground().settings().allow_unverified_email_login {
        return Err(Refused::EmailNotVerified.into());
    }
    let fresh = match verdict {
        Verdict::RightButOutdated => Some(identity.hasher().hash(given.secret.clone()).await?),
        _ => None,
    };
    open(ctx, identity, &Proven { entity, password, kind, fresh, email_verified }, &attempts).await
}

/// An entity, the password it proved itself with, and that password under a new hash if it needs one.
struct Proven {
    entity: Entity,
    password: Credential,
    kind: CredentialKind,
    fresh: Option<String>,
    email_verified: Option<bool>,
}

fn in_active_tenant(ctx: &Ctx, entity: &Entity) -> Result<bool> {
    let Some(tenant) = entity.tenant else { return Ok(true) };
    Ok(ctx.world()?.tenant(tenant).is_some_and(|tenant| tenant.status == TenantStatus::Active))
}

async fn open(ctx: &Ctx, identity: &Identity, who: &Proven, attempts: &Attempts<'_>) -> Result<SignedIn> {
    let Proven { entity, password, kind, fresh, email_verified } = who;
    let ctx = ctx.as_platform("sign in");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::tenant(entity.tenant))?;
    let session = Session::begin(&ctx, entity.id, password.id, *kind);
    let token = claims::token(&ctx, identity.keys(), &session, entity.tenant)?;
    let mut tx = ctx.begin().await?;
    // A password that is changed meanwhile takes its sessions with it, this one too.
    if !credentials::store::hold_active(&tx, password.id).await? {
        return Err(Refused::InvalidCredentials.into());
    }
    store::insert(&tx, &allowed, &session).await?;
    attempts.succeed(&tx, &allowed.part()).await?;
    if let (Some(fresh), Some(before)) = (fresh, &password.password_hash) {
        credentials::store::rehash(&tx, &allowed.part(), password.id, before, fresh).await?;
    }
    if ctx.ground().settings().audit_hot_path_allow_db_enabled {
        tx.record(
            &allowed,
            Event::new("auth.login")
                .on("entity", entity.id)
                .detail("session_id", session.id.to_string())
                .detail("credential_kind", kind.as_str()),
        );
    }
    tx.commit().await?;
    Ok(SignedIn { session, token, email_verified: *email_verified })
}
