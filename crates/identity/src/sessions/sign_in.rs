//! Signing in with a password or a shared key.

use atoll_base::ctx::{Allowed, CredentialKind, Ctx, Rule, Tx, Within};
use atoll_base::metrics::CategoryLabels;
use atoll_base::{Event, Fault, Kind, Outcome, Result, Secret};
use atoll_policy::{Status, TenantStatus};
use uuid::Uuid;

use super::attempts::{Account, Attempts};
use super::claims;
use super::model::Session;
use super::resolve::{TenantSelector, resolve};
use super::revoke::keep_within_bound;
use super::store;
use crate::credentials::{self, Credential, shared_keys};
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
    /// A request that is only tried leaves no trace, so that guesses would not be counted.
    #[error("secrets are not checked by a dry run")]
    OnlyTried,
    /// A sort of secret that nobody signs in with.
    #[error("unsupported credential kind: {0}")]
    UnsupportedKind(String),
}

impl Fault for Refused {
    fn kind(&self) -> Kind {
        match self {
            Refused::UnsupportedKind(_) | Refused::OnlyTried => Kind::Invalid,
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
            Refused::OnlyTried => "sign_in.only_tried",
        }
    }
}

/// Opens a session for whoever proves to be who they say. Failures are counted per account, by whatever name it is
/// called; an account that does not exist takes as long and is counted alike.
pub async fn sign_in(ctx: &Ctx, identity: &Identity, given: SignIn) -> Result<SignedIn> {
    let kind = match given.kind.as_str() {
        "" | "password" => CredentialKind::Password,
        "shared_key" => CredentialKind::SharedKey,
        _ => return Err(Refused::UnsupportedKind(given.kind).into()),
    };
    let result = async {
        let (proven, attempts) = prove(ctx, identity, &given, kind).await?;
        open(ctx, identity, &proven, &attempts).await
    }
    .await;
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
                .detail("identifier", shown(&given.identifier))
                .detail("credential_kind", kind.as_str())
                .ended(Outcome::Deny, error.to_string()),
        );
    }
    result
}

/// An identifier as the ledger keeps it: not longer than any that means something.
pub(super) fn shown(identifier: &str) -> String {
    identifier.trim().chars().take(MAX_SHOWN).collect()
}

/// Most characters of an identifier that are kept.
const MAX_SHOWN: usize = 320;

/// Who it is, if the secret is right. Failures are counted, whatever the secret is for.
pub(super) async fn prove<'i>(
    ctx: &Ctx,
    identity: &'i Identity,
    given: &SignIn,
    kind: CredentialKind,
) -> Result<(Proven, Attempts<'i>)> {
    if ctx.is_tried() {
        return Err(Refused::OnlyTried.into());
    }
    let found = resolve(ctx, &given.identifier, &given.tenant).await?;
    let account = match &found.entity {
        Some(entity) => Account::Entity(entity.id),
        None => Account::Unknown { identifier: &given.identifier, tenant: found.tenant },
    };
    let attempts = Attempts::one_more(ctx, &identity.turns, account).await?;
    // Somebody who does not exist is looked up and compared with like everybody else.
    let id = found.entity.as_ref().map_or(Uuid::nil(), |entity| entity.id);
    let (credential, verdict) = match kind {
        CredentialKind::SharedKey => by_shared_key(ctx, given, id).await?,
        _ => by_password(ctx, identity, given, id).await?,
    };
    let proven = found.entity.filter(|entity| entity.status == Status::Active).zip(credential);
    let Some((entity, credential)) = proven.filter(|_| verdict != Verdict::Wrong) else {
        attempts.fail(ctx).await?;
        return Err(Refused::InvalidCredentials.into());
    };
    if !in_active_tenant(ctx, &entity)? {
        return Err(Refused::TenantNotActive.into());
    }
    let email_verified = match kind {
        CredentialKind::Password => {
            emails::store::of(&ctx.reader(), entity.id).await?.map(|email| email.is_verified())
        }
        _ => None,
    };
    if email_verified == Some(false) && !ctx.ground().settings().allow_unverified_email_login {
        return Err(Refused::EmailNotVerified.into());
    }
    let fresh = match verdict {
        Verdict::RightButOutdated => Some(identity.hasher().hash(given.secret.clone()).await?),
        _ => None,
    };
    Ok((Proven { entity, tenant: found.tenant, credential, kind, fresh, email_verified }, attempts))
}

async fn by_password(
    ctx: &Ctx,
    identity: &Identity,
    given: &SignIn,
    entity: Uuid,
) -> Result<(Option<Credential>, Verdict)> {
    let password = credentials::store::password_of(&ctx.reader(), entity).await?;
    let password = password.filter(|one| one.expires_at.is_none_or(|at| ctx.now() < at));
    let stored = password.as_ref().and_then(|one| one.password_hash.clone());
    let verdict = identity.hasher().verify(given.secret.clone(), stored).await?;
    Ok((password, verdict))
}

async fn by_shared_key(ctx: &Ctx, given: &SignIn, entity: Uuid) -> Result<(Option<Credential>, Verdict)> {
    let (kind, most) = (CredentialKind::SharedKey, shared_keys::MOST);
    let keys = credentials::store::all_good(&ctx.reader(), entity, kind, ctx.now(), most).await?;
    let found = shared_keys::matching(ctx, keys, &given.secret);
    let verdict = if found.is_some() { Verdict::Right } else { Verdict::Wrong };
    Ok((found, verdict))
}

/// An entity, the tenant it was looked for in, what it proved itself with, and its password under a new hash if it needs
/// one.
pub(crate) struct Proven {
    pub(crate) entity: Entity,
    pub(super) tenant: Option<Uuid>,
    pub(crate) credential: Credential,
    kind: CredentialKind,
    fresh: Option<String>,
    email_verified: Option<bool>,
}

impl Proven {
    /// Keeps what proving it leaves: the password under another hash, if it needs one. False when the credential was
    /// revoked meanwhile.
    pub(super) async fn settle(&self, tx: &Tx, allowed: &Allowed<'_, Credential>) -> Result<bool> {
        let credential = &self.credential;
        if !credentials::store::hold_active(tx, credential.id).await? {
            return Ok(false);
        }
        if let (Some(fresh), Some(before)) = (&self.fresh, &credential.password_hash) {
            credentials::store::rehash(tx, allowed, credential.id, before, fresh).await?;
        }
        Ok(true)
    }
}

fn in_active_tenant(ctx: &Ctx, entity: &Entity) -> Result<bool> {
    let Some(tenant) = entity.tenant else { return Ok(true) };
    Ok(ctx.world()?.tenant(tenant).is_some_and(|tenant| tenant.status == TenantStatus::Active))
}

async fn open(ctx: &Ctx, identity: &Identity, who: &Proven, attempts: &Attempts<'_>) -> Result<SignedIn> {
    let Proven { entity, credential, kind, email_verified, .. } = who;
    let ctx = ctx.as_platform("sign in");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::tenant(entity.tenant))?;
    let session = Session::begin(&ctx, entity.id, credential.id, *kind);
    let token = claims::token(&ctx, identity.keys(), &session, entity.tenant)?;
    let mut tx = ctx.begin().await?;
    // A password that is changed meanwhile takes its sessions with it, this one too.
    if !who.settle(&tx, &allowed.part()).await? {
        return Err(Refused::InvalidCredentials.into());
    }
    store::insert(&tx, &allowed, &session).await?;
    keep_within_bound(&mut tx, &allowed, &session).await?;
    attempts.succeed(&tx, &allowed.part()).await?;
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
    if *kind == CredentialKind::SharedKey {
        identity.last_use.note(ctx.ground(), credential.id, ctx.now());
    }
    Ok(SignedIn { session, token, email_verified: *email_verified })
}
