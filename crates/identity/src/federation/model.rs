//! Who somebody is at a provider.

use atoll_base::Moment;
use atoll_base::settings::Settings;
use uuid::Uuid;

/// An entity's identity at a provider: signing in there signs in to the entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    /// The provider, by its name in the settings.
    pub provider: String,
    /// The issuer that this provider had then: another one under the same name knows other people.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// The address it had there last.
    pub email: String,
    /// When somebody last signed in with it.
    pub last_used_at: Option<Moment>,
    /// Since when.
    pub created_at: Moment,
    /// When what is known of it last changed.
    pub updated_at: Option<Moment>,
}

impl LinkedIdentity {
    /// Whether one can sign in with it: its provider is still set, and still the same.
    pub fn is_usable(&self, settings: &Settings) -> bool {
        let same = |one: &&atoll_base::settings::OidcProvider| one.name == self.provider;
        settings.oidc_providers.iter().find(same).is_some_and(|one| one.issuer == self.issuer)
    }
}

/// What a provider says of whoever signed in there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) subject: String,
    /// Proved to be theirs, in lower case.
    pub(super) email: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_that_is_gone_or_another_signs_nobody_in() {
        let mut settings = Settings::for_tests();
        let identity = LinkedIdentity {
            id: Uuid::nil(),
            entity: Uuid::nil(),
            provider: "corp".into(),
            issuer: "https://id.example".into(),
            subject: "1".into(),
            email: "a@example.com".into(),
            last_used_at: None,
            created_at: Moment(0),
            updated_at: None,
        };
        assert!(!identity.is_usable(&settings));
        settings.oidc_providers = vec![atoll_base::settings::OidcProvider {
            name: "corp".into(),
            issuer: "https://id.example".into(),
            client_id: "c".into(),
            client_secret: "s".to_owned().into(),
            scopes: vec!["openid".into()],
        }];
        assert!(identity.is_usable(&settings));
        settings.oidc_providers[0].issuer = "https://other.example".into();
        assert!(!identity.is_usable(&settings));
    }
}
