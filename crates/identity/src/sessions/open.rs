//! Opening a session for somebody who has proved who they are.

use atoll_base::ctx::{CredentialKind, Ctx, Methods, Rule, Tx, Within};
use atoll_base::{Event, Result};
use uuid::Uuid;

use super::attempts::Attempts;
use super::claims;
use super::model::Session;
use super::pending;
use super::revoke::keep_within_bound;
use super::sign_in::{Refused, SignedIn};
use super::store;
use crate::credentials;
use crate::emails;
use crate::entities::Entity;
use crate::factors::{Accepted, WrongFactor};
use crate::federation;
use crate::identity::Identity;

/// Who opens a session, and what they have proved.
pub(super) struct Opening<'p> {
    pub(super) entity: &'p Entity,
    /// The password, passkey or identity at a provider that it began with.
    pub(super) credential: Uuid,
    pub(super) kind: CredentialKind,
    pub(super) methods: Methods,
    /// The second factor or passkey, to be used up.
    pub(super) factor: Option<&'p Accepted>,
    /// The sign-in that this completes.
    pub(super) completes: Option<Uuid>,
    /// The old hash of the password, and its new one.
    pub(super) rehash: Option<(&'p str, &'p str)>,
}

/// Opens the session; everything it began with is used up in the same transaction.
pub(super) async fn open(
    ctx: &Ctx,
    identity: &Identity,
    who: &Opening<'_>,
    attempts: &Attempts<'_>,
) -> Result<SignedIn> {
    let entity = who.entity;
    let ctx = ctx.as_platform("sign in");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::tenant(entity.tenant))?;
    let session = Session::begin(&ctx, entity.id, who.credential, who.kind, who.methods);
    let token = claims::token(&ctx, identity.keys(), &session, entity.tenant)?;
    let mut tx = ctx.begin().await?;
    // A password that is changed meanwhile takes its sessions with it, this one too.
    // So does a link to a provider that is taken away, and a provider that is not set any more.
    let held = match who.kind {
        CredentialKind::Passkey => true,
        CredentialKind::Oidc => federation::hold(&tx, who.credential).await?,
        _ => credentials::store::hold_active(&tx, who.credential).await?,
    };
    if !held {
        return Err(Refused::InvalidCredentials.into());
    }
    if let Some(pending) = who.completes
        && !pending::store::remove(&tx, &allowed.part(), pending).await?
    {
        return Err(WrongFactor.into());
    }
    if let Some(factor) = who.factor
        && !factor.take(&tx, &allowed).await?
    {
        return Err(WrongFactor.into());
    }
    store::insert(&tx, &allowed, &session).await?;
    keep_within_bound(&mut tx, &allowed, &session).await?;
    attempts.succeed(&tx, &allowed.part()).await?;
    if let Some((before, fresh)) = who.rehash {
        credentials::store::rehash(&tx, &allowed.part(), who.credential, before, fresh).await?;
    }
    if ctx.ground().settings().audit_hot_path_allow_db_enabled {
        record(&mut tx, &allowed, &session);
    }
    let email = emails::store::of(tx.conn(), entity.id).await?;
    tx.commit().await?;
    Ok(SignedIn { session, token, email_verified: email.map(|email| email.is_verified()) })
}

fn record(tx: &mut Tx, allowed: &atoll_base::Allowed<'_, Session>, session: &Session) {
    let event = Event::new("auth.login")
        .on("entity", session.entity)
        .detail("session_id", session.id.to_string())
        .detail("credential_kind", session.kind.as_str())
        .detail("methods", session.methods.to_string());
    tx.record(allowed, event);
}
