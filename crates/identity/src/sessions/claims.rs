//! What a session token says.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Moment, Result, Secret};
use jsonwebtoken::{Algorithm, Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::model::Session;
use crate::keys::Keys;

/// How far clocks of those who check tokens may be behind.
pub(crate) const LEEWAY: Duration = Duration::from_secs(60);

/// The claims of a session token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who issued it.
    pub(crate) iss: String,
    /// For whom.
    pub(crate) aud: String,
    /// The entity.
    pub(crate) sub: String,
    /// The session.
    pub(crate) sid: String,
    /// The home tenant of the entity.
    pub(crate) tid: Option<String>,
    /// When it ends, in seconds since 1970.
    pub(crate) exp: i64,
    /// When it was issued.
    pub(crate) iat: i64,
    /// When the entity last proved itself; not in tokens from before this was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
    /// With what (RFC 8176).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    /// What is said besides of an exchanged token.
    #[serde(flatten)]
    pub(crate) exchanged: Exchanged,
}

/// What an exchanged token says besides (RFC 8693 §4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exchanged {
    /// Who acts for the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<Value>,
    /// The actions that it may be used for somewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
}

/// A signed token of a session of an entity at home in `tenant`.
pub(crate) fn token(
    ctx: &Ctx,
    keys: &Keys,
    session: &Session,
    tenant: Option<Uuid>,
) -> Result<Secret<String>> {
    exchanged_token(ctx, keys, session, tenant, Exchanged::default())
}

/// The same, for a session that was exchanged.
pub(crate) fn exchanged_token(
    ctx: &Ctx,
    keys: &Keys,
    session: &Session,
    tenant: Option<Uuid>,
    exchanged: Exchanged,
) -> Result<Secret<String>> {
    let settings = ctx.ground().settings();
    let claims = Claims {
        iss: settings.issuer().to_owned(),
        aud: settings.jwt_audience.clone(),
        sub: session.entity.to_string(),
        sid: session.id.to_string(),
        tid: tenant.map(|tenant| tenant.to_string()),
        exp: session.expires_at.seconds(),
        iat: ctx.now().seconds(),
        auth_time: Some(session.authenticated_at.seconds()),
        amr: session.methods.amr().into_iter().map(str::to_owned).collect(),
        exchanged,
    };
    let signer = keys.signer();
    let header = Header { kid: Some(signer.kid.clone()), ..Header::new(Algorithm::ES256) };
    Ok(Secret::new(encode(&header, &claims, &signer.key).map_err(Common::bug)?))
}

/// Whether a token that ends at `exp` has ended.
pub(crate) fn ended(exp: i64, now: Moment) -> bool {
    now >= end(exp)
}

/// The moment from which a token that ends at `exp` is refused.
pub(crate) fn end(exp: i64) -> Moment {
    Moment(exp.saturating_mul(1_000_000)).plus(LEEWAY)
}
