//! Signing in with a password or a shared key.

use atoll_base::ctx::{Allowed, CredentialKind, Ctx, Methods, Tx};
use atoll_base::metrics::CategoryLabels;
use atoll_base::{Event, Fault, Kind, Outcome, Result, Secret};
use atoll_policy::Status;
use uuid::Uuid;

use super::attempts::{Account, Attempts};
use super::model::Session;
use super::open::{Opening, open};
use super::pending::{self, SecondFactorRequired};
use super::resolve::{TenantSelector, resolve};
use crate::credentials::{self, Credential, shared_keys};
use crate::emails;
use crate::entities::Entity;
use crate::factors::{Demand, demanded};
use crate::identity::Identity;
use crate::passwords::Verdict;
use crate::tenants;

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
    /// The owner of an account that should have a second factor by now.
    #[error("a second factor is required here and none is set up; please ask an administrator")]
    SecondFactorOverdue,
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

impl Refused {
    /// What is only tried is undone, and with it whatever counts guesses or is good once: nobody may guess that way.
    pub(crate) fn when_tried(ctx: &Ctx) -> Result<(), Refused> {
        if ctx.is_tried() { Err(Refused::OnlyTried) } else { Ok(()) }
    }
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
            Refused::SecondFactorOverdue => "sign_in.second_factor_overdue",
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
        admit(ctx, identity, &proven, &attempts).await
    }
    .await;
    let category = match &result {
        Ok(_) => "success",
        Err(error) if error.fault::<SecondFactorRequired>().is_some() => "second_factor",
        Err(error) if error.kind() == Kind::Limited => "throttled",
        Err(error) if error.kind() == Kind::Unauthenticated => "failure",
        Err(_) => "error",
    };
    ctx.ground().metrics().sign_ins.get_or_create(&CategoryLabels { category }).inc();
    if let Err(error) = &result
        && matches!(error.kind(), Kind::Limited | Kind::Unauthenticated)
        && error.fault::<SecondFactorRequired>().is_none()
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
    if !tenants::in_use(&*ctx.world()?, entity.tenant) {
        return Err(Refused::TenantNotActive.into());
    }
    if kind == CredentialKind::Password && !ctx.ground().settings().allow_unverified_email_login {
        let email = emails::store::of(&ctx.reader(), entity.id).await?;
        if email.is_some_and(|email| !email.is_verified()) {
            return Err(Refused::EmailNotVerified.into());
        }
    }
    let fresh = match verdict {
        Verdict::RightButOutdated => Some(identity.hasher().hash(given.secret.clone()).await?),
        _ => None,
    };
    Ok((Proven { entity, tenant: found.tenant, credential, kind, fresh }, attempts))
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
}

impl Proven {
    /// Keeps what proving it leaves: the password under another hash, if it needs one. False when the credential was
    /// revoked meanwhile.
    pub(super) async fn settle(&self, tx: &Tx, allowed: &Allowed<'_, Credential>) -> Result<bool> {
        let credential = &self.credential;
        if !credentials::store::hold_active(tx, credential.id).await? {
            return Ok(false);
        }
        if let Some((before, fresh)) = self.rehash() {
            credentials::store::rehash(tx, allowed, credential.id, before, fresh).await?;
        }
        Ok(true)
    }

    /// The old hash of the password and its new one, if it needs one.
    fn rehash(&self) -> Option<(&str, &str)> {
        self.credential.password_hash.as_deref().zip(self.fresh.as_deref())
    }
}

/// Opens the session, unless a second factor is wanted first, as it may be of whoever comes with a password.
async fn admit(ctx: &Ctx, identity: &Identity, who: &Proven, attempts: &Attempts<'_>) -> Result<SignedIn> {
    let Proven { entity, credential, kind, .. } = who;
    let by_password = *kind == CredentialKind::Password;
    if by_password {
        let (demand, has) = demanded(ctx, entity).await?;
        match demand {
            Demand::Nothing => {}
            Demand::Overdue => return Err(Refused::SecondFactorOverdue.into()),
            Demand::Factor { passkey_only } => {
                let has = (passkey_only, &has);
                let began = (credential.id, *kind);
                return Err(pending::begin(ctx, entity, began, has, Some((who, attempts))).await?);
            }
        }
    }
    let opening = Opening {
        entity,
        credential: credential.id,
        kind: *kind,
        methods: if by_password { Methods::PASSWORD } else { Methods::NONE },
        factor: None,
        completes: None,
        rehash: who.rehash(),
    };
    let done = open(ctx, identity, &opening, attempts).await?;
    if *kind == CredentialKind::SharedKey {
        identity.last_use.note(ctx.ground(), credential.id, ctx.now());
    }
    Ok(done)
}
