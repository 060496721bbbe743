//! Checking for somebody else who it is that shows a secret, without opening a session: for adapters of other protocols.

use atoll_base::ctx::{CredentialKind, Ctx, May, Rule, Within};
use atoll_base::{Event, Fault, Kind, Outcome, Result};
use uuid::Uuid;

use super::model::Session;
use super::resolve::{TenantSelector, tenant_of};
use super::sign_in::{Proven, Refused, SignIn, prove};
use crate::identity::Identity;

/// Who may ask, in the tenant that was named or at the platform.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("authz.check")]);

/// Whose secret it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The entity.
    pub entity: Uuid,
    /// The tenant that was named, else its home.
    pub tenant: Option<Uuid>,
    /// What the secret belongs to.
    pub credential: Uuid,
}

/// A sort of secret that is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unsupported credential kind: expected password or shared_key")]
pub struct OtherKind;

impl Fault for OtherKind {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "sign_in.unsupported_kind"
    }
}

/// Whose secret it is, for a caller that may ask. Failures are counted together with those to sign in. `transport` is the
/// door it was asked at.
pub async fn vouch(
    ctx: &Ctx,
    identity: &Identity,
    given: SignIn,
    transport: &'static str,
) -> Result<Vouched> {
    ctx.signed_in()?;
    let named = tenant_of(ctx, &given.tenant).await?;
    // A tenant that is named by an alias nobody has is asked about at the platform.
    let named = named.or(match given.tenant {
        TenantSelector::Id(id) => Some(id),
        _ => None,
    });
    ctx.require(&RULE, &Within::<Vouched>::tenant(named))?;
    let kind = match given.kind.trim().to_lowercase().as_str() {
        "" | "password" => CredentialKind::Password,
        "shared_key" => CredentialKind::SharedKey,
        _ => return Err(OtherKind.into()),
    };
    let result = proven(ctx, identity, &given, kind).await;
    remember(ctx, &given, kind, transport, &result);
    let proven = result?;
    identity.last_use.note(ctx.ground(), proven.credential.id, ctx.now());
    Ok(Vouched {
        entity: proven.entity.id,
        tenant: proven.tenant.or(proven.entity.tenant),
        credential: proven.credential.id,
    })
}

/// Who it is that shows a right secret, without opening a session.
pub(crate) async fn proven(
    ctx: &Ctx,
    identity: &Identity,
    given: &SignIn,
    kind: CredentialKind,
) -> Result<Proven> {
    let (proven, attempts) = prove(ctx, identity, given, kind).await?;
    let within = ctx.as_platform("check a secret");
    let allowed = within.require(&Rule::any(&[]), &Within::<Session>::tenant(proven.entity.tenant))?;
    let tx = within.begin().await?;
    if !proven.settle(&tx, &allowed.part()).await? {
        return Err(Refused::InvalidCredentials.into());
    }
    attempts.succeed(&tx, &allowed.part()).await?;
    tx.commit().await?;
    Ok(proven)
}

/// Every refusal is remembered, and every success where an operator wants that.
fn remember(ctx: &Ctx, given: &SignIn, kind: CredentialKind, transport: &str, result: &Result<Proven>) {
    let event = Event::new("auth.credential_authenticate")
        .detail("credential_kind", kind.as_str())
        .detail("identifier", super::sign_in::shown(&given.identifier))
        .detail("transport", transport);
    match result {
        Ok(proven) if ctx.ground().settings().audit_hot_path_allow_db_enabled => ctx.note(
            event
                .of(proven.entity.tenant)
                .on("credential", proven.credential.id)
                .detail("entity_id", proven.entity.id.to_string()),
        ),
        Ok(_) => {}
        Err(error) => ctx.note(event.ended(Outcome::Deny, error.to_string())),
    }
}
