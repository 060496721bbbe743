//! Public keys as others read them: a JSON Web Key Set (RFC 7517).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{ALGORITHM, SigningKey};

/// One public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwk {
    /// `EC`.
    pub kty: &'static str,
    /// `P-256`.
    pub crv: &'static str,
    /// First coordinate, base64url.
    pub x: String,
    /// Second coordinate, base64url.
    pub y: String,
    /// Name of the key.
    pub kid: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// `ES256`.
    pub alg: &'static str,
}

/// The keys whose tokens can be good: the one that signs first, then those that signed before, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

impl Jwk {
    /// The public half of a key; `None` when it is not an uncompressed point of P-256.
    pub(super) fn of(key: &SigningKey) -> Option<Jwk> {
        let (&[0x04], point) = key.public_key.split_first_chunk::<1>()? else { return None };
        let (x, y) = point.split_at_checked(32)?;
        (y.len() == 32).then(|| Jwk {
            kty: "EC",
            crv: "P-256",
            x: BASE64_URL_SAFE_NO_PAD.encode(x),
            y: BASE64_URL_SAFE_NO_PAD.encode(y),
            kid: key.kid.clone(),
            usage: "sig",
            alg: ALGORITHM,
        })
    }
}
