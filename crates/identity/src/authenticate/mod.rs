//! Who a token belongs to.

mod fault;
mod session_token;
mod verified;

use std::sync::Arc;

use atoll_base::ctx::{CredentialKind, Ctx, Methods, SignedIn};
use atoll_base::{Moment, Result};
use atoll_policy::{Ceiling, Status};
use aws_lc_rs::digest;
use uuid::Uuid;

use crate::credentials::token::{AccessToken, PREFIX, same};
use crate::credentials::{self, Credential, CredentialStatus, permissions};
use crate::identity::Identity;
use crate::tenants;

pub use fault::BadToken;
pub(crate) use verified::Verified;
use verified::{Key, Proof};

impl Identity {
    /// Who a session token or access token belongs to.
    ///
    /// A token that was verified lately is not asked about in the store again. Its entity, and that one's tenant, are
    /// looked at every time, and whatever ends a session or a credential ends this memory too, on every replica.
    ///
    /// # Errors
    /// [`BadToken`], and [`UnknownKey`](crate::keys::UnknownKey).
    pub async fn authenticate(&self, ctx: &Ctx, token: &str) -> Result<Arc<SignedIn>> {
        let key = key_of(token);
        let now = ctx.now();
        let known = self.verified.find(&key, now);
        let proof = match known {
            Some(proof) => proof,
            None => {
                let rounds = self.verified.rounds();
                let proof = Arc::new(self.verify(ctx, token).await?);
                self.verified.remember(key, &proof, &rounds, now);
                proof
            }
        };
        check_owner(ctx, &proof.who)?;
        if let Some(credential) = proof.who.credential
            && proof.due_to_note(now, credentials::USE_NOTED_EVERY)
        {
            self.last_use.note(ctx.ground(), credential, now);
        }
        Ok(proof.who.clone())
    }

    async fn verify(&self, ctx: &Ctx, token: &str) -> Result<Proof> {
        if token.starts_with(PREFIX) {
            verify_access_token(ctx, token).await
        } else {
            session_token::verify(ctx, self.keys(), token).await
        }
    }
}

fn key_of(token: &str) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    key
}

/// The entity is in use, at home where it was when it proved itself, and so is its tenant.
fn check_owner(ctx: &Ctx, who: &SignedIn) -> Result<()> {
    let world = ctx.world()?;
    let entity = world.entity(who.entity).filter(|entity| !entity.deleted && entity.status == Status::Active);
    let entity = entity.ok_or(BadToken::EntityNotActive)?;
    if entity.tenant != who.tenant {
        return Err(BadToken::OtherTenant.into());
    }
    if !tenants::in_use(&world, entity.tenant) {
        return Err(BadToken::TenantNotActive.into());
    }
    // Whoever acts for somebody else must be in use too, all along the chain.
    let acts = |actor: &Uuid| {
        let actor = world.entity(*actor).filter(|actor| !actor.deleted && actor.status == Status::Active);
        actor.is_some_and(|actor| tenants::in_use(&world, actor.tenant))
    };
    if who.actors.iter().all(acts) { Ok(()) } else { Err(BadToken::EntityNotActive.into()) }
}

/// What a token may be used for at most. One that is scoped and has no permissions may be used for nothing.
async fn ceiling_of(ctx: &Ctx, credential: &Credential) -> Result<Option<Arc<Ceiling>>> {
    if !credential.scoped {
        return Ok(None);
    }
    let found = permissions::store::of(&ctx.reader(), &[credential.id]).await?.remove(&credential.id);
    Ok(Some(Arc::new(permissions::ceiling(&found.unwrap_or_default()))))
}

async fn verify_access_token(ctx: &Ctx, text: &str) -> Result<Proof> {
    let token = AccessToken::parse(text).ok_or(BadToken::Malformed)?;
    let found = credentials::store::find(&ctx.reader(), token.credential).await?;
    let credential =
        found.filter(|found| found.kind == CredentialKind::AccessToken).ok_or(BadToken::TokenUnknown)?;
    let verifier = ctx.ground().keys().token_verifier(token.secret.reveal());
    if !credential.token_verifier.as_deref().is_some_and(|stored| same(stored, &verifier)) {
        return Err(BadToken::TokenWrong.into());
    }
    if credential.status != CredentialStatus::Active {
        return Err(BadToken::TokenRevoked.into());
    }
    if credential.expires_at.is_some_and(|at| at <= ctx.now()) {
        return Err(BadToken::TokenExpired.into());
    }
    let world = ctx.world()?;
    let entity = world.entity(credential.entity).filter(|entity| !entity.deleted);
    let entity = entity.ok_or(BadToken::TokenUnknown)?;
    let who = SignedIn {
        entity: credential.entity,
        tenant: entity.tenant,
        session: None,
        credential: Some(credential.id),
        kind: CredentialKind::AccessToken,
        expires_at: credential.expires_at,
        since: None,
        methods: Methods::NONE,
        ceiling: ceiling_of(ctx, &credential).await?,
        actors: Vec::new(),
    };
    let noted = credential.last_used_at.unwrap_or(Moment(0));
    Ok(Proof::new(who, credential.expires_at, noted))
}
