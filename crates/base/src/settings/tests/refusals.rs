//! What is refused, and how that is said.

use std::ffi::OsString;

use super::Place;
use crate::settings::*;

#[test]
fn a_malformed_value_names_the_setting_its_place_and_the_form() {
    let cases = [
        (
            "LISTEN_ADDR",
            "8080",
            "`8080` is not an address with a port; allowed: an address and a port such as",
        ),
        ("ATOM_RATE_LIMIT_ENABLED", "maybe", "`maybe` is neither yes nor no; allowed: true or false"),
        ("JWT_EXPIRY_SECS", "0", "`0` is less than 1; allowed: a number of seconds from 1 to"),
        ("JWT_EXPIRY_SECS", "1h", "`1h` is not a whole number; allowed: a number of seconds"),
        (
            "ATOM_DB_MAX_CONNECTIONS",
            "99999999999999999999",
            "is more than 10000; allowed: a whole number from 1 to 10000",
        ),
        ("ATOM_SMTP_PORT", "65536", "`65536` is more than 65535; allowed: a port from 1 to 65535"),
        ("ATOM_SMTP_TLS", "ssl", "`ssl` is none of these; allowed: none, starttls, tls"),
        ("ADMIN_ENTITY_ID", "1", "`1` is not a UUID; allowed: a UUID such as"),
        (
            "ATOM_PUBLIC_BASE_URL",
            "id.example.org",
            "has no http:// or https:// in front; allowed: an address such as",
        ),
        ("ATOM_PUBLIC_BASE_URL", "https://u:p@x", "contains a user name or password; allowed"),
        ("ATOM_PUBLIC_BASE_URL", "https://x:70000", "has no valid port after the colon; allowed"),
        ("ATOM_CORS_ALLOWED_ORIGINS", "https://a, *", "contains *, which would let every page on the web"),
        (
            "ATOM_TRUSTED_PROXY_CIDRS",
            "10.0.0.0/33",
            "contains 10.0.0.0/33, which is not a network; allowed: networks",
        ),
        ("ATOM_LOG_LEVEL", "info=loud", "`info=loud` is not a log filter; allowed: error, warn, info"),
        ("ATOM_INVITATION_REDIRECT", "//evil.example", "is not a plain path; allowed: an address such as"),
        ("ATOM_AUTH_COOKIE_DOMAIN", "a b", "`a b` is not a domain; allowed: a domain such as"),
        (
            "ATOM_OIDC_PROVIDERS",
            "google",
            "the value is not JSON (line 1, column 1); allowed: a JSON array of",
        ),
        (
            "ATOM_KEY_ENCRYPTION_KEY",
            "aGVsbG8=",
            "the value is 5 bytes long when decoded, not 32; allowed: exactly 32",
        ),
        (
            "ATOM_KEY_ENCRYPTION_KEY",
            "!",
            "the value is not base64; allowed: exactly 32 random bytes in base64",
        ),
        (
            "DATABASE_URL",
            "mysql://u:p@h/d",
            "the value is the address of neither PostgreSQL nor SQLite; allowed: postgres://",
        ),
        (
            "ATOM_CERTS_CA_MODE",
            "vault",
            "`vault` is none of these; allowed: file_intermediate_issuer, file_root_issuer",
        ),
    ];
    for (name, value, expected) in cases {
        let problem = Place::new().env(name, value).problem();
        assert!(
            problem.starts_with(&format!("{name} (environment): ")) && problem.contains(expected),
            "{problem}"
        );
    }
}

#[test]
fn each_place_calls_the_setting_as_it_was_written_there() {
    let place = Place::new().file("atoll.toml", "db_max_connections = -1");
    assert_eq!(
        place.problem(),
        "db_max_connections (atoll.toml): `-1` is not a whole number; allowed: a whole number from 1 to 10000"
    );
    let place = Place::new().file(".env", "ATOM_DB_MAX_CONNECTIONS=x");
    assert!(place.problem().starts_with("ATOM_DB_MAX_CONNECTIONS (.env): `x` is"));
    assert!(Place::new().set("smtp_port=x").problem().starts_with("smtp_port (--set): `x` is"));
}

#[test]
fn unknown_names_are_refused_with_a_suggestion() {
    let said = |place: Place| place.problem();
    assert_eq!(
        said(Place::new().env("ATOM_SMTP_HOTS", "x")),
        "ATOM_SMTP_HOTS (environment): there is no such setting; did you mean ATOM_SMTP_HOST?"
    );
    assert_eq!(
        said(Place::new().file(".env", "ATOLL_LISTEN_ADR=")),
        "ATOLL_LISTEN_ADR (.env): there is no such setting; did you mean ATOLL_LISTEN_ADDR?"
    );
    assert_eq!(
        said(Place::new().file("atoll.toml", "jwt_expiry = 5")),
        "jwt_expiry (atoll.toml): there is no such setting; did you mean jwt_expiry_secs?"
    );
    assert_eq!(
        said(Place::new().set("ATOM_JWT_AUDIENCE=x")),
        "ATOM_JWT_AUDIENCE (--set): there is no such setting; did you mean jwt_audience?"
    );
    assert_eq!(said(Place::new().set("colour=x")), "colour (--set): there is no such setting");
    assert_eq!(
        said(Place::new().set("colour")),
        "--set colour (--set): has no value; allowed: --set name=value"
    );
}

#[test]
fn two_names_with_different_values_are_refused() {
    let place = Place::new().env("ATOM_SELF_REGISTRATION_ENABLED", "true").env("ATOM_SIGNUP_ENABLED", "no");
    assert_eq!(
        place.problem(),
        "ATOM_SELF_REGISTRATION_ENABLED (environment): has another value than ATOM_SIGNUP_ENABLED, which is the \
         same setting; allowed: one of the two names, or the same value for both"
    );
    let place = Place::new().env("ATOM_SELF_REGISTRATION_ENABLED", "0").env("ATOM_SIGNUP_ENABLED", "no");
    assert!(!place.load().settings.self_registration_enabled, "two spellings of one value agree");
    let place = Place::new().env("ATOLL_ADMIN_SECRET", "hush-one").env("ADMIN_SECRET", "hush-two");
    assert!(!place.problem().contains("hush"));
    let place =
        Place::new().file(".env", "ATOM_SIGNUP_ENABLED=no").env("ATOLL_SELF_REGISTRATION_ENABLED", "yes");
    assert!(place.load().settings.self_registration_enabled, "a later place wins whatever the name");
}

#[test]
fn values_that_contradict_each_other_are_refused() {
    let key = "A".repeat(43);
    let cases: [&[(&str, &str)]; 9] = [
        &[("GRPC_ADDR", "0.0.0.0:8080")],
        &[("ATOM_GRPC_TLS_CERT_PATH", "a")],
        &[("ATOM_GRPC_TLS_CLIENT_CA_PATH", "a")],
        &[("ATOM_DB_MIN_CONNECTIONS", "21")],
        &[("ATOLL_KEY_ENCRYPTION_KEY", &key), ("ATOLL_KEY_ENCRYPTION_KEY_FILE", "f")],
        &[("ATOLL_PASSWORD_HASH_MEMORY_KIB", "8"), ("ATOLL_PASSWORD_HASH_PARALLELISM", "2")],
        &[("ATOLL_FEED_POLL_MILLIS", "3000")],
        &[("ATOM_CERTS_LEAF_DEFAULT_TTL_SECS", "2592001")],
        &[("ATOM_CERTS_ROOT_CA_CERT_PATH", "root.crt")],
    ];
    for case in cases {
        let place = case.iter().fold(Place::new(), |place, (name, value)| place.env(name, value));
        let problem = place.problem();
        assert!(problem.starts_with(&format!("{} (environment): ", case[0].0)), "{problem}");
    }
    let off = Place::new().env("ATOM_CERTS_ENABLED", "false").env("ATOM_CERTS_ROOT_CA_CERT_PATH", "root.crt");
    off.load();
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    for name in ["ATOM_PUBLIC_BASE_URL", "ATOM_CORS_ALLOWED_ORIGINS", "ATOM_INVITATION_REDIRECT"] {
        let problem = Place::new().env(name, "https://user:hush@example.org").problem();
        assert!(
            problem.contains("contains a user name or password") && !problem.contains("hush"),
            "{problem}"
        );
    }
}

#[test]
fn all_problems_come_together() {
    let place = Place::new()
        .file("atoll.toml", "smtp_port = 0\nnothing = 1\n[heading]\nx = 1\n")
        .file(".env", "ATOM_SMTP_TLS=ssl\nATOM_WHAT=1\n")
        .env("LISTEN_ADDR", "x")
        .set("jwt_expiry_secs=x");
    let problems = place.problems();
    assert_eq!(problems.len(), 7, "{problems:?}");
    let text = Problems(problems).to_string();
    assert!(text.starts_with("there are 7 problems with the settings; nothing was started:\n  "), "{text}");
}

#[test]
fn files_that_cannot_be_parsed_name_the_line_and_hide_it() {
    let place = Place::new().file(".env", "A=1\nADMIN_SECRET=hush hush\n");
    assert!(place.problem().starts_with("line 2 (.env): cannot be read"), "{}", place.problem());
    assert!(!place.problem().contains("hush"));
    let place = Place::new().file("atoll.toml", "smtp_port = 1\nadmin_secret = hush\n");
    assert!(place.problem().starts_with("line 2 (atoll.toml): is not TOML: "), "{}", place.problem());
    assert!(!place.problem().contains("hush"), "{}", place.problem());
}

#[test]
#[cfg(unix)]
fn a_value_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let mut place = Place::new();
    place.inputs.environment.push(("ADMIN_SECRET".into(), OsString::from_vec(vec![0xff, 0x41])));
    assert_eq!(place.problem(), "ADMIN_SECRET (environment): the value is not UTF-8; allowed: any text");
}

#[test]
fn what_was_loaded_can_cross_threads() {
    fn cross<T: Send + Sync + 'static>() {}
    cross::<Loaded>();
    cross::<Problems>();
}
