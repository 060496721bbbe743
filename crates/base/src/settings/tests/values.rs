//! Where values come from, and what they become.

use super::Place;
use crate::db::Location;
use crate::settings::*;

#[test]
fn every_default_is_valid_and_every_name_is_unique() {
    let _ = Settings::default();
    let mut names = Vec::new();
    for info in TABLE {
        assert!(info.doc().ends_with('.') && !info.allowed().is_empty(), "{}", info.key);
        names.extend(info.env_names());
        names.extend(info.fallbacks.iter().map(|name| (*name).to_owned()));
    }
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
    assert!(names.iter().all(|name| !IGNORED.iter().any(|known| known.name == name)));
}

#[test]
fn nothing_set_is_enough() {
    let loaded = Place::new().load();
    let settings = &loaded.settings;
    assert_eq!(settings.listen_addr.to_string(), "0.0.0.0:8080");
    assert_eq!(settings.issuer(), "http://localhost:8080");
    assert_eq!(settings.allowed_origins()[0].as_str(), "http://localhost:8080");
    assert!(!settings.cookie_secure());
    assert_eq!(settings.password_reset_link(), "http://localhost:8080/reset-password");
    assert_eq!(settings.smtp_port_or_usual(), 587);
    assert!(
        matches!(settings.database(), Location::File(path) if path == std::path::Path::new("./data/atoll.db"))
    );
    assert_eq!(settings.ca_files(), None);
    assert!(loaded.origins.iter().all(|origin| origin.source == Source::Default));
    assert_eq!(loaded.origins.len(), TABLE.len());
}

#[test]
fn a_later_place_wins() {
    let place = Place::new().file("atoll.toml", "jwt_expiry_secs = 1\n");
    let seconds = |place: &Place| place.load().settings.jwt_expiry_secs.as_secs();
    assert_eq!(seconds(&place), 1);
    let place = place.file(".env", "JWT_EXPIRY_SECS=2\n");
    assert_eq!(seconds(&place), 2);
    let place = place.env("ATOLL_JWT_EXPIRY_SECS", "3");
    assert_eq!(seconds(&place), 3);
    let place = place.set("jwt_expiry_secs=4").set("jwt_expiry_secs=5");
    assert_eq!(seconds(&place), 5);
    let place = place.set("jwt_expiry_secs= ");
    assert_eq!(seconds(&place), 3, "blank means not set");
}

#[test]
fn a_file_that_was_asked_for_must_be_there_and_replaces_the_usual_one() {
    let mut place = Place::new()
        .file("atoll.toml", "jwt_audience = 'usual'")
        .file("other.toml", "jwt_audience = 'other'");
    place.inputs.config = Some(place.folder.path().join("other.toml"));
    assert_eq!(place.load().settings.jwt_audience, "other");
    place.inputs.config = Some(place.folder.path().join("none.toml"));
    assert!(place.problem().starts_with("the file (none.toml): cannot be read"));
}

#[test]
fn the_file_takes_native_values() {
    let text = r#"
        db_max_connections = 7
        rate_limit_enabled = false
        trusted_proxy_cidrs = ["10.1.2.3/8", "::1"]
        cors_allowed_origins = "https://A.example.org:443/, http://b.example.org:81"
        public_base_url = "https://id.example.org/base/"

        [[oidc_providers]]
        name = "google"
        issuer = "https://accounts.google.com"
        client_id = "c"
        client_secret = "s"
    "#;
    let settings = Place::new().file("atoll.toml", text).load().settings;
    assert_eq!(settings.db_max_connections, 7);
    assert!(!settings.rate_limit_enabled);
    let networks: Vec<_> = settings.trusted_proxy_cidrs.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.0.0.0/8", "::1/128"]);
    let origins: Vec<_> = settings.cors_allowed_origins.iter().map(WebOrigin::as_str).collect();
    assert_eq!(origins, ["https://a.example.org", "http://b.example.org:81"]);
    assert_eq!(settings.oidc_providers[0].scopes, ["openid", "email", "profile"]);
    assert_eq!(settings.issuer(), "https://id.example.org/base");
    assert_eq!(settings.public_base_url.origin().as_str(), "https://id.example.org");
    assert_eq!(settings.oauth_error_link(), "https://id.example.org/base/auth/callback");
    assert!(settings.cookie_secure());
}

#[test]
fn rust_log_counts_when_nothing_else_does() {
    let place = Place::new().env("RUST_LOG", "debug");
    assert_eq!(place.load().settings.log_level, "debug");
    let place = place.file(".env", "ATOM_LOG_LEVEL=warn");
    assert_eq!(place.load().settings.log_level, "warn");
}

#[test]
fn the_pages_name_every_setting_and_no_secret_default() {
    let (table, example) = (markdown_table(), env_example());
    for info in TABLE {
        assert!(table.contains(&format!("| `{}` |", info.key)));
        assert!(example.contains(&format!("\n# {}={}\n", info.env_name(), info.default)));
        assert!(!info.secret() || info.default.is_empty());
    }
    let place = Place::new().file(".env", &example);
    assert!(place.load().origins.iter().all(|origin| origin.source == Source::Default));
    let place = Place::new().file(".env", &example.replace("\n# ATOLL_", "\nATOLL_"));
    place.load();
}
