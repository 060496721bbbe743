//! Verifying session tokens: JSON Web Tokens (RFC 7519) signed with ES256 by one of our keys.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, SignedIn};
use atoll_base::{Moment, Result};
use atoll_policy::Ceiling;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use uuid::Uuid;

use super::fault::BadToken;
use super::verified::Proof;
use crate::credentials::{self, CredentialStatus, permissions};
use crate::keys::Keys;
use crate::sessions::{self, Claims, Exchange};

/// Longest token that is looked at.
const MAX_LENGTH: usize = 4096;

/// Who a session token belongs to, if its session still lasts.
pub(super) async fn verify(ctx: &Ctx, keys: &Keys, token: &str) -> Result<Proof> {
    let claims = claims(ctx, keys, token).await?;
    let now = ctx.now();
    if sessions::claims::ended(claims.exp, now) {
        return Err(BadToken::Invalid("ExpiredSignature").into());
    }
    let entity = id("entity", &claims.sub)?;
    let session = id("session", &claims.sid)?;
    let tenant = claims.tid.as_deref().map(|tenant| id("tenant", tenant)).transpose()?;
    let found = sessions::store::find(&ctx.reader(), session).await?;
    let session = found.filter(|found| found.entity == entity).ok_or(BadToken::SessionUnknown)?;
    if session.revoked_at.is_some() {
        return Err(BadToken::SessionRevoked.into());
    }
    if session.expires_at <= now {
        return Err(BadToken::SessionExpired.into());
    }
    let (ceiling, actors) = match &session.exchange {
        None => (None, Vec::new()),
        Some(exchange) => (Some(Arc::new(exchanged(ctx, exchange).await?)), exchange.actors.clone()),
    };
    let until = session.expires_at.min(sessions::claims::end(claims.exp));
    let who = SignedIn {
        entity,
        tenant,
        session: Some(session.id),
        credential: None,
        kind: session.kind,
        expires_at: Some(session.expires_at),
        since: Some(session.authenticated_at),
        methods: session.methods,
        ceiling,
        actors,
    };
    Ok(Proof::new(who, Some(until), Moment(0)))
}

/// What an exchanged token may be used for, if what it was exchanged from is still good: less, if that may be used for less
/// by now.
async fn exchanged(ctx: &Ctx, exchange: &Exchange) -> Result<Ceiling> {
    let mut permissions = exchange.permissions.clone();
    let mut from = exchange.clone();
    for _ in 0..=sessions::MAX_ACTORS {
        if let Some(id) = from.credential {
            let found = credentials::store::find(&ctx.reader(), id).await?;
            let good = found.filter(|found| {
                found.status == CredentialStatus::Active && found.expires_at.is_none_or(|at| ctx.now() < at)
            });
            let credential = good.ok_or(BadToken::SessionRevoked)?;
            if credential.scoped {
                let now = permissions::store::of(&ctx.reader(), &[id]).await?.remove(&id);
                permissions = permissions::intersection(&permissions, &now.unwrap_or_default());
            }
            return Ok(permissions::ceiling(&permissions));
        }
        let Some(id) = from.session else { break };
        let found = sessions::store::find(&ctx.reader(), id).await?;
        let good = found.filter(|found| found.revoked_at.is_none() && ctx.now() < found.expires_at);
        match good.ok_or(BadToken::SessionRevoked)?.exchange {
            Some(before) => from = before,
            None => return Ok(permissions::ceiling(&permissions)),
        }
    }
    Err(BadToken::SessionRevoked.into())
}

/// The claims, once signature, algorithm, issuer and audience are right. The time is not looked at here: it is the
/// house's clock that counts, not the library's.
async fn claims(ctx: &Ctx, keys: &Keys, token: &str) -> Result<Claims> {
    if token.len() > MAX_LENGTH {
        return Err(BadToken::Invalid("InvalidToken").into());
    }
    let header = decode_header(token).map_err(refused)?;
    if header.alg != Algorithm::ES256 {
        return Err(BadToken::Invalid("InvalidAlgorithm").into());
    }
    let kid = header.kid.ok_or(BadToken::NoKid)?;
    let key = keys.checker(&kid).await?;
    let settings = ctx.ground().settings();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_issuer(&[settings.issuer()]);
    validation.set_audience(&[&settings.jwt_audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    Ok(decode::<Claims>(token, &key, &validation).map_err(refused)?.claims)
}

fn refused(error: Error) -> BadToken {
    BadToken::Invalid(match error.kind() {
        ErrorKind::InvalidSignature => "InvalidSignature",
        ErrorKind::InvalidIssuer => "InvalidIssuer",
        ErrorKind::InvalidAudience => "InvalidAudience",
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm | ErrorKind::InvalidAlgorithmName => {
            "InvalidAlgorithm"
        }
        ErrorKind::MissingRequiredClaim(_) => "MissingRequiredClaim",
        _ => "InvalidToken",
    })
}

fn id(what: &'static str, text: &str) -> Result<Uuid, BadToken> {
    text.parse().map_err(|_| BadToken::BadClaim(what))
}
