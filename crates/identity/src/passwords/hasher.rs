//! Hashing passwords: Argon2id on threads of its own, so many at a time, and so many waiting.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use atoll_base::chance::{self, Chance};
use atoll_base::settings::Settings;
use atoll_base::{Common, Fault, Ground, Kind, Result, Secret};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::common::Denied;
use super::hash::Hash;
use super::threads::Threads;

/// Bytes of salt (RFC 9106 §3.1).
const SALT: usize = 16;
/// Bytes of hash (RFC 9106 §3.1).
const OUTPUT: usize = 32;

/// Too many passwords are being checked.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are being checked right now; please try again")]
pub struct HashingBusy;

impl Fault for HashingBusy {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }

    fn code(&self) -> &'static str {
        "password.hashing_busy"
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }
}

/// How a password compares with what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the one.
    Right,
    /// It is the one, and should be hashed again: the settings ask for other costs by now.
    RightButOutdated,
    /// It is not, or there is none.
    Wrong,
}

/// Hashes and compares.
pub struct Hasher {
    ground: Arc<Ground>,
    params: Params,
    /// What people may not choose.
    denied: Denied,
    /// Compared with when there is no password, so that this takes as long as when there is one.
    nothing: String,
    /// Those being hashed and those waiting.
    admitted: Arc<Semaphore>,
    threads: Threads,
}

impl Hasher {
    /// A hasher with the costs and bounds of the settings.
    ///
    /// # Errors
    /// When the costs are none that Argon2id takes, or the operator's list of passwords cannot be read.
    pub fn new(ground: &Arc<Ground>) -> Result<Hasher> {
        let settings: &Settings = ground.settings();
        let params = Params::new(
            settings.password_hash_memory_kib,
            settings.password_hash_iterations,
            settings.password_hash_parallelism,
            Some(OUTPUT),
        )
        .map_err(|why| Common::Invalid(format!("password_hash_*: {why}")))?;
        let running = settings.password_hash_concurrency as usize;
        let waiting = settings.password_hash_queue as usize;
        Ok(Hasher {
            ground: ground.clone(),
            denied: match &settings.password_denylist_file {
                Some(path) => Denied::load(path)?,
                None => Denied::default(),
            },
            nothing: no_password(&params),
            params,
            admitted: Arc::new(Semaphore::new(running + waiting)),
            threads: Threads::start(running)?,
        })
    }

    /// The PHC string of a password under a new random salt. Waits its turn; [`HashingBusy`] when too many do.
    pub async fn hash(&self, password: Secret<String>) -> Result<String> {
        let salt = chance::bytes::<SALT>(self.chance());
        let argon = self.argon();
        let hashed = self
            .run(move || {
                let hashed: PasswordHash =
                    argon.hash_password_with_salt(password.reveal().as_bytes(), &salt)?;
                Ok::<_, argon2::password_hash::Error>(hashed.to_string())
            })
            .await?;
        Ok(hashed.map_err(Common::bug)?)
    }

    /// What people may not choose.
    pub(super) fn denied(&self) -> &Denied {
        &self.denied
    }

    /// Compares a password with a stored hash, of whatever kind. Without one it takes as long, and is wrong.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<Verdict> {
        let stored = stored.unwrap_or_else(|| self.nothing.clone());
        let current = self.params.clone();
        self.run(move || {
            let Ok(hash) = Hash::parse(&stored) else { return Verdict::Wrong };
            match hash.is_of(password.reveal()) {
                false => Verdict::Wrong,
                true if hash.argon2id() == Some(costs(&current)) => Verdict::Right,
                true => Verdict::RightButOutdated,
            }
        })
        .await
    }

    fn argon(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    fn chance(&self) -> &dyn Chance {
        self.ground.chance()
    }

    /// Runs on a thread that hashes. The place is given back when the work ends, also if nobody waits any more.
    async fn run<T, W>(&self, work: W) -> Result<T>
    where
        W: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let place = self.admit()?;
        let placed = move || {
            let done = work();
            drop(place);
            done
        };
        self.threads.run(placed).await
    }

    fn admit(&self) -> Result<OwnedSemaphorePermit, HashingBusy> {
        self.admitted.clone().try_acquire_owned().map_err(|_| {
            self.ground.metrics().hashing_refused.inc();
            HashingBusy
        })
    }
}

fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

/// A PHC string of these costs that no password has: its hash is all zeroes.
fn no_password(params: &Params) -> String {
    let (memory, iterations, lanes) = costs(params);
    let salt = BASE64_STANDARD_NO_PAD.encode([0; SALT]);
    let hash = BASE64_STANDARD_NO_PAD.encode([0; OUTPUT]);
    format!("$argon2id$v=19$m={memory},t={iterations},p={lanes}${salt}${hash}")
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordVerifier as _;

    use super::*;

    #[test]
    fn comparing_with_nothing_costs_as_much_as_comparing_with_something() {
        let params = Params::new(64, 3, 1, Some(OUTPUT)).unwrap();
        let nothing = no_password(&params);
        let parsed = PasswordHash::new(&nothing).unwrap();
        assert_eq!(costs(&Params::try_from(&parsed).unwrap()), (64, 3, 1));
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        assert!(argon.verify_password(b"", &parsed).is_err());
        let real: PasswordHash = argon.hash_password_with_salt(b"x", &[1; SALT]).unwrap();
        assert_eq!(real.to_string().len(), nothing.len());
    }
}
