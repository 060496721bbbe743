//! Sealing and opening.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroize;

use super::DeploymentKey;
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
    key: DeploymentKey,
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
    /// A vault under this key.
    pub fn new(key: DeploymentKey, chance: Arc<dyn Chance>) -> Self {
        Vault { key, chance }
    }

    /// The deployment key it uses.
    pub fn key(&self) -> &DeploymentKey {
        &self.key
    }

    /// Seals `secret` for `place`. Form: `01 | length of key id | key id | nonce, wrapped key, tag | nonce, secret, tag`.
    pub fn seal(&self, place: &str, secret: &[u8]) -> Vec<u8> {
        let mut row_key = chance::bytes::<KEY_LEN>(&*self.chance);
        let id = self.key.id.as_bytes();
        let id = &id[..id.len().min(255)];
        let mut sealed = vec![FORM, u8::try_from(id.len()).unwrap_or(u8::MAX)];
        sealed.extend_from_slice(id);
        sealed.extend(encrypt(self.key.bytes.reveal(), place, &row_key, &*self.chance));
        sealed.extend(encrypt(&row_key, place, secret, &*self.chance));
        row_key.zeroize();
        sealed
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Unreadable> {
        let (id, body) = split(sealed).ok_or(Unreadable::Broken)?;
        if id != self.key.id.as_bytes() {
            let sealed = String::from_utf8_lossy(id).into_owned();
            return Err(Unreadable::OtherKey { sealed, have: self.key.id.clone() });
        }
        let (wrapped, rest) = body.split_at_checked(WRAPPED_LEN).ok_or(Unreadable::Broken)?;
        let row_key = decrypt(self.key.bytes.reveal(), place, wrapped)?;
        let row_key: &[u8; KEY_LEN] =
            row_key.reveal().as_slice().try_into().map_err(|_| Unreadable::Broken)?;
        decrypt(row_key, place, rest)
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
