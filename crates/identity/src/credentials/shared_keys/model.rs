//! A shared key and what it must be.

use atoll_base::chance::{self, Chance};
use atoll_base::ctx::Ctx;
use atoll_base::{Fault, Kind, Secret};
use uuid::Uuid;

use crate::credentials::Credential;
use crate::credentials::token::same;
use crate::entities::Entity;

/// How every key begins that Atoll makes.
const PREFIX: &str = "atom_shared_";
/// Bytes of secret.
const SECRET: usize = 32;
/// Most active keys of an entity.
pub(crate) const MOST: u64 = 32;
/// Fewest characters of a key that somebody brings.
const FEWEST_CHARACTERS: usize = 16;
/// Fewest different characters of it.
const FEWEST_DIFFERENT: usize = 8;
/// Most bytes of it.
const MOST_BYTES: usize = 512;

/// A shared key that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSharedKey {
    /// People have passwords.
    #[error("shared keys cannot be created for human entities")]
    Human,
    /// Nothing but blanks.
    #[error("shared key cannot be blank")]
    Blank,
    /// Easy to guess.
    #[error("shared key must be at least {FEWEST_CHARACTERS} characters")]
    TooShort,
    /// Easy to guess.
    #[error("shared key is too easy to guess; use a random one, or leave it out to have one made")]
    TooSimple,
    /// Longer than anybody needs.
    #[error("shared key must be at most {MOST_BYTES} bytes")]
    TooLong,
    /// Not to be typed or sent.
    #[error("shared key must not contain control characters")]
    Control,
    /// It would be expired from the start.
    #[error("shared key expiration must be in the future")]
    Expired,
    /// The entity has as many as it may.
    #[error("an entity may have at most {MOST} active shared keys; revoke some first")]
    TooMany,
}

impl Fault for BadSharedKey {
    fn kind(&self) -> Kind {
        match self {
            BadSharedKey::TooMany => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            BadSharedKey::Human => "shared_key.human",
            BadSharedKey::TooMany => "shared_key.too_many",
            _ => "shared_key.invalid",
        }
    }
}

/// The text of a shared key.
#[derive(Clone, Debug)]
pub struct SharedKeyText(Secret<String>);

impl SharedKeyText {
    /// A new one for a credential: `atom_shared_` + 32 hexadecimal digits (its id) + `_` + 64 (random).
    pub(super) fn made(credential: Uuid, chance: &dyn Chance) -> SharedKeyText {
        let secret = chance::hex::<SECRET>(chance);
        SharedKeyText(Secret::new(format!("{PREFIX}{}_{}", credential.simple(), secret.reveal())))
    }

    /// One that somebody brings for an entity.
    ///
    /// # Errors
    /// When it is easy to guess.
    pub(super) fn brought(text: Secret<String>, entity: &Entity) -> Result<SharedKeyText, BadSharedKey> {
        let key = text.reveal();
        if key.trim().is_empty() {
            return Err(BadSharedKey::Blank);
        }
        if key.len() > MOST_BYTES {
            return Err(BadSharedKey::TooLong);
        }
        if key.chars().any(char::is_control) {
            return Err(BadSharedKey::Control);
        }
        if key.trim().chars().count() < FEWEST_CHARACTERS {
            return Err(BadSharedKey::TooShort);
        }
        let mut different: Vec<char> = key.chars().collect();
        different.sort_unstable();
        different.dedup();
        if different.len() < FEWEST_DIFFERENT || tells_who(key, entity) {
            return Err(BadSharedKey::TooSimple);
        }
        Ok(SharedKeyText(text))
    }

    /// The text.
    pub fn secret(&self) -> &Secret<String> {
        &self.0
    }

    /// What is compared.
    pub(super) fn verifier(&self, ctx: &Ctx, credential: Uuid) -> [u8; 32] {
        verifier(ctx, credential, self.0.reveal())
    }
}

/// Whether the key is what anybody knows of the entity.
fn tells_who(key: &str, entity: &Entity) -> bool {
    let is = |other: &str| key.trim().eq_ignore_ascii_case(other.trim());
    let alias = entity.alias.as_ref().is_some_and(|alias| is(alias.as_str()));
    is(&entity.name) || alias || is(&entity.id.to_string()) || is(&entity.id.simple().to_string())
}

fn verifier(ctx: &Ctx, credential: Uuid, key: &str) -> [u8; 32] {
    let bound = Secret::new(format!("shared_key {credential} {key}"));
    ctx.ground().keys().token_verifier(bound.reveal().as_bytes())
}

/// Where the copy to show again is sealed.
pub(crate) fn place(credential: impl std::fmt::Display) -> String {
    format!("shared_key:{credential}")
}

/// The one of these keys that has this text. All of them are compared, each in a time that does not depend on the text.
pub(crate) fn matching(ctx: &Ctx, keys: Vec<Credential>, text: &Secret<String>) -> Option<Credential> {
    if text.reveal().len() > MOST_BYTES {
        return None;
    }
    let mut found = None;
    for key in keys {
        let computed = verifier(ctx, key.id, text.reveal());
        let stored = key.token_verifier.as_deref().unwrap_or_default();
        if same(stored, &computed) {
            found = Some(key);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use atoll_base::Moment;
    use atoll_base::chance::CountingChance;
    use atoll_policy::{EntityKind, Status};
    use serde_json::json;

    use super::*;

    fn meter() -> Entity {
        Entity {
            id: Uuid::from_u128(7),
            kind: EntityKind::Device,
            name: "meter-of-the-north-wing".into(),
            alias: None,
            tenant: None,
            profile: None,
            profile_version: None,
            status: Status::Active,
            attributes: json!({}),
            deleted_by: None,
            deleted_at: None,
            created_at: Moment(0),
            updated_at: None,
        }
    }

    fn brought(text: &str) -> Result<(), BadSharedKey> {
        SharedKeyText::brought(Secret::new(text.to_owned()), &meter()).map(|_| ())
    }

    #[test]
    fn a_made_key_has_the_form_clients_know() {
        let key = SharedKeyText::made(Uuid::from_u128(1), &CountingChance::default());
        let text = key.secret().reveal();
        assert_eq!(text.len(), PREFIX.len() + 32 + 1 + 64);
        assert!(text.starts_with("atom_shared_00000000000000000000000000000001_"));
        assert_eq!(brought(text), Ok(()));
    }

    #[test]
    fn keys_that_are_easy_to_guess_are_refused() {
        assert_eq!(brought("9f0c1e7a-6a2b-4c1d-8e5f-1a2b3c4d5e6f"), Ok(()));
        for (text, why) in [
            (" ", BadSharedKey::Blank),
            ("secret", BadSharedKey::TooShort),
            ("abcdefgh       ", BadSharedKey::TooShort),
            ("aaaaaaaaaaaaaaaaaaaaaaaa", BadSharedKey::TooSimple),
            ("Meter-Of-The-North-Wing", BadSharedKey::TooSimple),
            ("00000000-0000-0000-0000-000000000007", BadSharedKey::TooSimple),
            ("0123456789abcdef\n", BadSharedKey::Control),
        ] {
            assert_eq!(brought(text), Err(why), "{text}");
        }
        assert_eq!(brought(&"0123456789".repeat(52)), Err(BadSharedKey::TooLong));
    }
}
