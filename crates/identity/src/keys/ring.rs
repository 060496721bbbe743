//! The keys in use, in memory: one signs, all of them check.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::decisions::Reaction;
use atoll_base::ledger::Row;
use atoll_base::{Common, Event, Fault, Ground, Kind, Moment, Result};
use hashbrown::HashMap;
use jsonwebtoken::{DecodingKey, EncodingKey};
use parking_lot::RwLock;
use tokio::sync::Mutex;

use super::jwks::{Jwk, Jwks};
use super::model::{SigningKey, place};
use super::store;

/// What a token was signed with is not a key of this house, or no longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("token signed with unknown or retired key")]
pub struct UnknownKey;

impl Fault for UnknownKey {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        "token.unknown_key"
    }
}

/// The key that signs.
pub(crate) struct Signer {
    pub(crate) kid: String,
    pub(crate) key: EncodingKey,
}

struct Checker {
    key: DecodingKey,
    jwk: Jwk,
    until: Option<Moment>,
}

struct Ring {
    signer: Arc<Signer>,
    order: Vec<String>,
    checkers: HashMap<String, Checker>,
}

/// The keys in use. Follows rotations, whichever replica makes them.
pub struct Keys {
    ground: Arc<Ground>,
    ring: RwLock<Arc<Ring>>,
    looked_at: AtomicI64,
    /// Held while keys are read, so that an older reading never replaces a newer one.
    reading: Mutex<()>,
}

/// The event of a change of keys.
pub(super) const ROTATED: &str = "signing_key.rotate";

/// How often a token with an unknown key makes us look whether there is a new one.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Keys {
    /// Loads the keys; makes the first one. Of two replicas that do so at the same time one wins, and both use its key.
    pub async fn start(ground: &Arc<Ground>) -> Result<Arc<Keys>> {
        if !store::has_primary(ground.db().reader()).await? {
            make_first(ground).await?;
        }
        let ring = load(ground).await?;
        let keys = Arc::new(Keys {
            ground: ground.clone(),
            ring: RwLock::new(Arc::new(ring)),
            looked_at: AtomicI64::new(i64::MIN),
            reading: Mutex::default(),
        });
        ground.decisions().react(Arc::new(Follow(Arc::downgrade(&keys))));
        Ok(keys)
    }

    /// The public keys, for others.
    pub fn jwks(&self) -> Jwks {
        let now = self.ground.clock().now();
        let ring = self.ring.read().clone();
        let good = ring.order.iter().filter_map(|kid| ring.checkers.get(kid)).filter(|one| one.good_at(now));
        Jwks { keys: good.map(|one| one.jwk.clone()).collect() }
    }

    /// The key that signs.
    pub(crate) fn signer(&self) -> Arc<Signer> {
        self.ring.read().signer.clone()
    }

    /// The key of this name, to check with. Looks for a new one, at most once a second, when the name is not known.
    pub(crate) async fn checker(&self, kid: &str) -> Result<DecodingKey> {
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        let now = self.ground.clock().now();
        let before = self.looked_at.load(Ordering::Relaxed);
        let due = now.minus(LOOK_EVERY).0 >= before;
        if due && self.looked_at.compare_exchange(before, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.reload().await?;
        }
        Ok(self.known(kid).ok_or(UnknownKey)?)
    }

    /// Reads the keys again.
    pub(crate) async fn reload(&self) -> Result<()> {
        let _reading = self.reading.lock().await;
        let ring = load(&self.ground).await?;
        *self.ring.write() = Arc::new(ring);
        Ok(())
    }

    fn known(&self, kid: &str) -> Option<DecodingKey> {
        let now = self.ground.clock().now();
        let ring = self.ring.read().clone();
        ring.checkers.get(kid).filter(|one| one.good_at(now)).map(|one| one.key.clone())
    }
}

impl Checker {
    fn good_at(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Reads the keys again when somebody changed them.
struct Follow(Weak<Keys>);

impl Reaction for Follow {
    fn on(&self, rows: &[Row]) {
        if !rows.iter().any(|row| row.event == ROTATED) {
            return;
        }
        let Some(keys) = self.0.upgrade() else { return };
        tokio::spawn(async move {
            if let Err(error) = keys.reload().await {
                tracing::error!(error = error.for_log(), "the new signing keys could not be read");
            }
        });
    }
}

async fn make_first(ground: &Arc<Ground>) -> Result<()> {
    let ctx = Ctx::platform(ground.clone(), "make the first signing key");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<SigningKey>::platform())?;
    let mut tx = ctx.begin().await?;
    if store::has_primary(tx.conn()).await? {
        return Ok(());
    }
    let key = SigningKey::generate(&ctx)?;
    match store::insert(&tx, &allowed, &key).await {
        Ok(()) => {}
        // Another replica was quicker.
        Err(error) if error.code() == Common::AlreadyExists.code() => return Ok(()),
        Err(error) => return Err(error),
    }
    tx.record(&allowed, Event::new("signing_key.create").detail("kid", key.kid.clone()));
    tx.commit().await?;
    Ok(())
}

async fn load(ground: &Arc<Ground>) -> Result<Ring> {
    let keys = store::good(ground.db().reader(), ground.clock().now()).await?;
    let primary = keys.iter().find(|key| key.primary);
    let primary = primary.ok_or_else(|| Common::bug("there is no primary signing key"))?;
    let private = ground.vault().open(&place(&primary.kid), &primary.sealed_private_key)?;
    let signer = Signer { kid: primary.kid.clone(), key: EncodingKey::from_ec_der(private.reveal()) };
    let mut order = Vec::new();
    let mut checkers = HashMap::new();
    for key in &keys {
        let jwk = Jwk::of(key).ok_or_else(|| Common::bug(format!("signing key {} is broken", key.kid)))?;
        let decoding = DecodingKey::from_ec_der(&key.public_key);
        checkers.insert(key.kid.clone(), Checker { key: decoding, jwk, until: key.retired_at });
        order.push(key.kid.clone());
    }
    Ok(Ring { signer: Arc::new(signer), order, checkers })
}
