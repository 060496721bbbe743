//! An environment made for Atom is taken as it is.

use std::time::Duration;

use super::Place;
use crate::settings::*;

#[test]
fn an_atom_env_file_is_taken_as_it_is() {
    let place = Place::new().file(".env", include_str!("atom.env"));
    let loaded = place.load();
    let settings = &loaded.settings;
    assert_eq!(settings.admin_secret.as_ref().unwrap().reveal(), "12345678");
    assert_eq!(settings.database().to_string(), "PostgreSQL localhost:5432/atom");
    assert_eq!(settings.allowed_origins().len(), 3);
    assert!(settings.allow_unverified_email_login && settings.self_registration_enabled);
    assert!(settings.graphql_introspection_enabled && !settings.certs_enabled && !settings.mail_enabled());
    assert_eq!(settings.email_verification_link(), "http://localhost:8080/auth/email/verify");
    assert_eq!(settings.audit_retention_days, Duration::from_secs(365 * 86_400));
    assert!(
        concerns(settings).iter().any(|it| it.text.starts_with("admin_secret or service_secret is shorter"))
    );
}

#[test]
fn every_atom_name_sets_something() {
    let known: Vec<String> = TABLE
        .iter()
        .flat_map(|info| {
            info.env_names().into_iter().chain(info.fallbacks.iter().map(|name| (*name).to_owned()))
        })
        .collect();
    let mut checked = 0;
    for line in include_str!("atom.env").lines().map(|line| line.trim_start_matches("# ")) {
        let Some((name, _)) = line.split_once('=') else { continue };
        let elsewhere = IGNORED.iter().any(|it| {
            it.name == name || it.name.strip_suffix('*').is_some_and(|start| name.starts_with(start))
        });
        assert!(elsewhere || known.iter().any(|known| known == name), "{name}");
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}
