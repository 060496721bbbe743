//! What somebody signs up with.

use atoll_base::chance::{self, Chance};
use atoll_base::fields::{self, BadField, MAX_NAME};
use atoll_base::settings::Settings;
use atoll_base::{Fault, Kind, Result, Secret};
use atoll_policy::EntityKind;
use serde_json::Value;
use uuid::Uuid;

use crate::{emails, passwords};

/// What somebody signs up with.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What they want to be called.
    pub name: String,
    /// Where they can be written to.
    pub email: String,
    /// What they will prove themselves with.
    pub password: Secret<String>,
    /// More about them.
    pub attributes: Option<Value>,
}

impl NewAccount {
    /// The account with everything in the form it is kept in.
    pub(super) fn checked(self, settings: &Settings) -> Result<NewAccount> {
        let name = fields::name("name", &self.name)?;
        if self.password.reveal().is_empty() {
            return Err(BadField::Required("password").into());
        }
        passwords::check(EntityKind::Human, self.password.reveal(), settings.min_password_chars)?;
        let email = emails::read(&self.email)?;
        let mut attributes = fields::object("attributes", self.attributes)?;
        // An address that nobody has proved to be theirs is not one to sign in with.
        if let Value::Object(attributes) = &mut attributes {
            attributes.remove("email");
        }
        Ok(NewAccount { name, email, password: self.password, attributes: Some(attributes) })
    }
}

/// What whoever signed up is told; the same for an address that has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUp {
    /// The id of the account. Nobody's, when the address had an account.
    pub entity: Uuid,
    /// The address as it is kept.
    pub email: String,
}

/// Nobody can sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignUpFault {
    /// The operator does not want it.
    #[error("sign up is not enabled")]
    Disabled,
    /// Nobody could prove their address.
    #[error("sign up is not available: no mail server is set, so that no address can be verified")]
    NoMail,
}

impl Fault for SignUpFault {
    fn kind(&self) -> Kind {
        match self {
            SignUpFault::Disabled => Kind::Denied,
            SignUpFault::NoMail => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            SignUpFault::Disabled => "sign_up.disabled",
            SignUpFault::NoMail => "sign_up.no_mail",
        }
    }
}

/// Letters that are not mistaken for others.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters after a name that is taken.
const SUFFIX: usize = 6;

/// A name that was taken, with random letters after it.
pub(super) fn another_name(name: &str, chance: &dyn Chance) -> String {
    let short: String = name.chars().take(MAX_NAME - SUFFIX - 1).collect();
    let letters = chance::bytes::<SUFFIX>(chance).map(|byte| char::from(LETTERS[usize::from(byte) % 32]));
    format!("{short}-{}", letters.iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use atoll_base::chance::SystemChance;
    use serde_json::json;

    fn refusal(name: &str, email: &str, password: &str) -> String {
        let new = NewAccount {
            name: name.into(),
            email: email.into(),
            password: password.to_owned().into(),
            attributes: None,
        };
        new.checked(&Settings::for_tests()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_missing_is_said_in_the_words_clients_know() {
        let good = "correct horse battery";
        assert_eq!(refusal(" ", "a@example.com", good), "name is required");
        assert_eq!(refusal("anna", "a@example.com", ""), "password is required");
        assert_eq!(refusal("anna", "a@example.com", "short"), "password must be at least 12 characters");
        assert_eq!(refusal("anna", "a@example.com", &" ".repeat(20)), "password cannot be blank");
        assert_eq!(refusal("anna", "example.com", good), "email is required");
        assert_eq!(refusal("anna", "anna@localhost", good), "invalid email");
    }

    #[test]
    fn nobody_signs_up_to_be_called_by_anothers_address() {
        let new = NewAccount {
            name: "anna".into(),
            email: "Anna@Example.com".into(),
            password: "correct horse battery".to_owned().into(),
            attributes: Some(json!({ "email": "boris@example.com", "team": "a" })),
        };
        let checked = new.checked(&Settings::for_tests()).unwrap();
        assert_eq!(checked.email, "anna@example.com");
        assert_eq!(checked.attributes, Some(json!({ "team": "a" })));
    }

    #[test]
    fn another_name_is_still_a_name() {
        for name in ["anna".to_owned(), "ä".repeat(MAX_NAME)] {
            let other = another_name(&name, &SystemChance);
            assert!(fields::name("name", &other).is_ok_and(|kept| kept == other && other != name));
        }
    }
}
