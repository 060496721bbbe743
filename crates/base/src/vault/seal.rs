//! Sealing and opening.

use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroize;

use super::{BadKey, DeploymentKey, Keyring};
use crate::chance::{self, Chance};
use crate::error::{Fault, Kind};
use crate::secret::Secret;

/// First byte of every sealed value, so that the form can change.
const FORM: u8 = 1;
const KEY_LEN: usize = 32;
const TAG_LEN: usize = 16;
const WRAPPED_LEN: usize = NONCE_LEN + KEY_LEN + TAG_LEN;

/// Seals and opens secrets with the deployment key.
#[derive(Clone)]
pub struct Vault {
    ring: Arc<ArcSwap<Keyring>>,
    chance: Arc<dyn Chance>,
}

/// A sealed value does not open.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unreadable {
    /// It was sealed under another deployment key.
    #[error("sealed under the deployment key `{sealed}`, but `{have}` is configured")]
    OtherKey {
        /// The key it wants.
        sealed: String,
        /// The key we have.
        have: String,
    },
    /// The key's content is not the one it was sealed with, or the value was changed or moved.
    #[error(
        "a sealed value does not open: the deployment key is not the one it was sealed with, or it was changed"
    )]
    Broken,
}

impl Fault for Unreadable {
    fn kind(&self) -> Kind {
        Kind::Bug
    }

    fn code(&self) -> &'static str {
        "vault.unreadable"
    }
}

impl Vault {
    /// A vault under these keys.
    pub fn new(ring: impl Into<Keyring>, chance: Arc<dyn Chance>) -> Self {
        Vault { ring: Arc::new(ArcSwap::from_pointee(ring.into())), chance }
    }

    /// The deployment keys it uses.
    pub fn ring(&self) -> Arc<Keyring> {
        self.ring.load_full()
    }

    /// The name of the key that it seals with.
    pub fn key_id(&self) -> String {
        self.ring().current().id().to_owned()
    }

    /// Reads the file of keys again, where they came from one.
    pub fn read_again(&self) -> Result<(), BadKey> {
        let ring = self.ring().read_again()?;
        self.ring.store(Arc::new(ring));
        Ok(())
    }

    /// Seals `secret` for `place`. Form: `01 | length of key id | key id | nonce, wrapped key, tag | nonce, secret, tag`.
    pub fn seal(&self, place: &str, secret: &[u8]) -> Vec<u8> {
        let mut row_key = chance::bytes::<KEY_LEN>(&*self.chance);
        let mut sealed = self.wrap(self.ring().current(), place, &row_key);
        sealed.extend(encrypt(&row_key, place, secret, &*self.chance));
        row_key.zeroize();
        sealed
    }

    /// What stands before the sealed secret.
    fn wrap(&self, key: &DeploymentKey, place: &str, row_key: &[u8; KEY_LEN]) -> Vec<u8> {
        let id = key.id.as_bytes();
        let id = &id[..id.len().min(255)];
        let mut sealed = vec![FORM, u8::try_from(id.len()).unwrap_or(u8::MAX)];
        sealed.extend_from_slice(id);
        sealed.extend(encrypt(key.bytes.reveal(), place, row_key, &*self.chance));
        sealed
    }

    /// The same sealed secret with its key wrapped by the current deployment key; none when it is already.
    pub fn rewrap(&self, place: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, Unreadable> {
        let ring = self.ring();
        let (id, body) = split(sealed).ok_or(Unreadable::Broken)?;
        if id == ring.current().id.as_bytes() {
            return Ok(None);
        }
        let (row_key, rest) = self.unwrap(id, place, body)?;
        // A value that was changed must not come out as a good one.
        decrypt(row_key.reveal(), place, rest)?;
        let mut rewrapped = self.wrap(ring.current(), place, row_key.reveal());
        rewrapped.extend_from_slice(rest);
        Ok(Some(rewrapped))
    }

    /// The key of a row, and the secret that is sealed with it.
    fn unwrap<'s>(
        &self,
        id: &[u8],
        place: &str,
        body: &'s [u8],
    ) -> Result<(Secret<[u8; KEY_LEN]>, &'s [u8]), Unreadable> {
        let key = self.key(id)?;
        let (wrapped, rest) = body.split_at_checked(WRAPPED_LEN).ok_or(Unreadable::Broken)?;
        let row_key = decrypt(key.bytes.reveal(), place, wrapped)?;
        let row_key: [u8; KEY_LEN] =
            row_key.reveal().as_slice().try_into().map_err(|_| Unreadable::Broken)?;
        Ok((Secret::new(row_key), rest))
    }

    /// The deployment key of this name. One that is not known may have been put into the file since it was read.
    fn key(&self, id: &[u8]) -> Result<DeploymentKey, Unreadable> {
        if let Some(key) = self.ring().find(id) {
            return Ok(key.clone());
        }
        if self.ring().path().is_some()
            && let Err(error) = self.read_again()
        {
            tracing::error!(%error, "the file of deployment keys cannot be read again");
        }
        let ring = self.ring();
        ring.find(id).cloned().ok_or_else(|| {
            let sealed = String::from_utf8_lossy(id).into_owned();
            Unreadable::OtherKey { sealed, have: ring.current().id.clone() }
        })
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Unreadable> {
        let (id, body) = split(sealed).ok_or(Unreadable::Broken)?;
        let (row_key, rest) = self.unwrap(id, place, body)?;
        decrypt(row_key.reveal(), place, rest)
    }

    /// The name of the deployment key that a sealed value wants.
    pub fn key_id_of(sealed: &[u8]) -> Option<String> {
        split(sealed).map(|(id, _)| String::from_utf8_lossy(id).into_owned())
    }
}

fn split(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&form, rest) = sealed.split_first()?;
    let (&length, rest) = rest.split_first()?;
    (form == FORM).then_some(())?;
    rest.split_at_checked(usize::from(length))
}

fn cipher(key: &[u8; KEY_LEN]) -> LessSafeKey {
    // 32 bytes is the one length this algorithm takes, so this cannot fail.
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key).expect("32 bytes make an AES-256 key"))
}

fn encrypt(key: &[u8; KEY_LEN], place: &str, secret: &[u8], chance: &dyn Chance) -> Vec<u8> {
    let nonce = chance::bytes::<NONCE_LEN>(chance);
    let mut body = secret.to_vec();
    cipher(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.as_bytes()), &mut body)
        .expect("values far below 64 GiB can be sealed");
    let mut sealed = nonce.to_vec();
    sealed.append(&mut body);
    sealed
}

fn decrypt(key: &[u8; KEY_LEN], place: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Unreadable> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(Unreadable::Broken)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unreadable::Broken)?;
    let mut body = body.to_vec();
    let opened = cipher(key)
        .open_in_place(nonce, Aad::from(place.as_bytes()), &mut body)
        .map_err(|_| Unreadable::Broken)?
        .len();
    body.truncate(opened);
    Ok(Secret::new(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemChance;

    fn vault(id: &str, byte: u8) -> Vault {
        Vault::new(DeploymentKey::given(id, [byte; 32]), Arc::new(SystemChance))
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let vault = vault("local:v1", 7);
        let sealed = vault.seal("signing_key:1", b"private");
        assert_eq!(vault.open("signing_key:1", &sealed).unwrap().reveal(), b"private");
        assert_eq!(vault.open("signing_key:2", &sealed).unwrap_err(), Unreadable::Broken);
    }

    #[test]
    fn another_key_is_named_and_a_changed_key_does_not_open() {
        let sealed = vault("local:v1", 7).seal("p", b"x");
        let refusal = vault("local:v2", 7).open("p", &sealed).unwrap_err();
        assert_eq!(refusal, Unreadable::OtherKey { sealed: "local:v1".into(), have: "local:v2".into() });
        assert_eq!(vault("local:v1", 8).open("p", &sealed).unwrap_err(), Unreadable::Broken);
    }

    #[test]
    fn rewrapped_values_open_under_the_new_key_alone() {
        let (old, new) =
            (DeploymentKey::given("local:v1", [7; 32]), DeploymentKey::given("local:v2", [8; 32]));
        let sealed = vault("local:v1", 7).seal("p", b"attack at dawn");
        let both = Vault::new(Keyring::from(new).with(Some(old)), Arc::new(SystemChance));
        assert_eq!(both.open("p", &sealed).unwrap().reveal(), b"attack at dawn");
        let rewrapped = both.rewrap("p", &sealed).unwrap().unwrap();
        assert_eq!(Vault::key_id_of(&rewrapped).as_deref(), Some("local:v2"));
        assert_eq!(vault("local:v2", 8).open("p", &rewrapped).unwrap().reveal(), b"attack at dawn");
        assert!(vault("local:v1", 7).open("p", &rewrapped).is_err());
        assert_eq!(both.rewrap("p", &rewrapped).unwrap(), None);
        assert!(both.rewrap("q", &sealed).is_err(), "a value of another place");
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(both.rewrap("p", &changed).is_err(), "a changed value");
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let vault = vault("k", 1);
        let sealed = vault.seal("p", b"attack at dawn");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(vault.open("p", &changed).is_err(), "byte {index}");
        }
        for length in 0..sealed.len() {
            assert!(vault.open("p", &sealed[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let vault = vault("k", 1);
        assert_ne!(vault.seal("p", b"x"), vault.seal("p", b"x"));
    }
}
