//! A signing key: an ECDSA key pair on P-256 (ES256), its private half sealed.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Moment, Result};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

/// The one algorithm.
pub(crate) const ALGORITHM: &str = "ES256";

/// What a signing key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It signs.
    Primary,
    /// It does not sign any more; what it signed is still good.
    Standby,
    /// Nothing that it signed can still be good.
    Retired,
}

impl KeyState {
    /// `primary`, `standby` or `retired`.
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyState::Primary => "primary",
            KeyState::Standby => "standby",
            KeyState::Retired => "retired",
        }
    }
}

/// A signing key.
#[derive(Clone, Debug, PartialEq)]
pub struct SigningKey {
    /// Its name, a UUID, as tokens carry it.
    pub kid: String,
    /// The public point, uncompressed: `04`, x, y (SEC 1 §2.3.3).
    pub public_key: Vec<u8>,
    /// PKCS#8 of the private key, sealed at `signing_key:<kid>`.
    pub sealed_private_key: Vec<u8>,
    /// Whether it signs.
    pub primary: bool,
    /// When it was made.
    pub created_at: Moment,
    /// From when on nothing that it signed can still be good. None while it signs.
    pub retired_at: Option<Moment>,
}

impl SigningKey {
    /// A new primary key.
    pub(crate) fn generate(ctx: &Ctx) -> Result<SigningKey> {
        let kid = ctx.new_id().to_string();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(Common::bug)?;
        let private = pair.to_pkcs8v1().map_err(Common::bug)?;
        Ok(SigningKey {
            sealed_private_key: ctx.ground().vault().seal(&place(&kid), private.as_ref()),
            public_key: pair.public_key().as_ref().to_vec(),
            kid,
            primary: true,
            created_at: ctx.now(),
            retired_at: None,
        })
    }

    /// What it is used for at `now`.
    pub fn state(&self, now: Moment) -> KeyState {
        match self.retired_at {
            _ if self.primary => KeyState::Primary,
            Some(at) if now < at => KeyState::Standby,
            _ => KeyState::Retired,
        }
    }
}

/// Where the private half is sealed.
pub(crate) fn place(kid: &str) -> String {
    format!("signing_key:{kid}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_no_longer_signs_stays_good_until_it_retires() {
        let key = SigningKey {
            kid: "k".into(),
            public_key: Vec::new(),
            sealed_private_key: Vec::new(),
            primary: true,
            created_at: Moment(1),
            retired_at: None,
        };
        assert_eq!(key.state(Moment(1_000)), KeyState::Primary);
        let replaced = SigningKey { primary: false, retired_at: Some(Moment(50)), ..key };
        assert_eq!(replaced.state(Moment(49)), KeyState::Standby);
        assert_eq!(replaced.state(Moment(50)), KeyState::Retired);
    }
}
