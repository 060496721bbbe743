//! A passkey of an entity.

use atoll_base::ctx::Methods;
use atoll_base::{Common, Fault, Kind, Moment, Result};
use serde_json::Value;
use uuid::Uuid;

/// Most passkeys of one entity.
pub(super) const MOST: u64 = 20;

/// A passkey: its public half, and what is known about the device.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    /// What its device calls it, in Base64 for addresses.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    /// The public key and the rest, as the library keeps it.
    pub(super) public: Value,
    /// How often it signed, where the device counts: a copy would show.
    pub sign_count: i64,
    /// Whether its maker may copy it to other devices.
    pub backup_eligible: bool,
    /// Whether that has happened.
    pub backed_up: bool,
    /// Whether its maker stated which device it is in.
    pub attested: bool,
    /// When it last signed.
    pub last_used_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
}

impl Passkey {
    /// What it proves.
    pub(crate) fn methods(&self) -> Methods {
        if self.backup_eligible { Methods::SYNCED_PASSKEY } else { Methods::BOUND_PASSKEY }
    }

    /// The key as the library knows it.
    pub(super) fn key(&self) -> Result<webauthn_rs::prelude::Passkey> {
        Ok(serde_json::from_value(self.public.clone()).map_err(Common::bug)?)
    }

    /// Takes over what the library says about the key.
    pub(super) fn keep(&mut self, public: Value) {
        let flag = |name: &str| public["cred"][name].as_bool().unwrap_or_default();
        self.sign_count = public["cred"]["counter"].as_i64().unwrap_or_default();
        self.backup_eligible = flag("backup_eligible");
        self.backed_up = flag("backup_state");
        self.public = public;
    }
}

/// What a page hands to `navigator.credentials`.
#[derive(Clone, Debug)]
pub struct Asked {
    /// To be named in the answer.
    pub challenge: Uuid,
    /// `{"publicKey": …}`, with bytes in Base64 for addresses.
    pub options: Value,
}

/// Nothing can be done with a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyFault {
    /// The house has no name on the web.
    #[error("passkeys need a public address with a host name (public_base_url), not a network address")]
    NotHere,
    /// The answer does not hold.
    #[error("the passkey's answer does not hold")]
    Refused,
    /// There is no such passkey.
    #[error("passkey not found")]
    Missing,
    /// The device is registered.
    #[error("this passkey is registered already")]
    Already,
    /// There are too many.
    #[error("there are 20 passkeys already; remove one first")]
    TooMany,
}

impl Fault for PasskeyFault {
    fn kind(&self) -> Kind {
        match self {
            PasskeyFault::NotHere | PasskeyFault::Refused => Kind::Invalid,
            PasskeyFault::Missing => Kind::Missing,
            PasskeyFault::Already | PasskeyFault::TooMany => Kind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            PasskeyFault::NotHere => "passkey.not_here",
            PasskeyFault::Refused => "passkey.refused",
            PasskeyFault::Missing => "not_found",
            PasskeyFault::Already => "passkey.already",
            PasskeyFault::TooMany => "passkey.too_many",
        }
    }
}
