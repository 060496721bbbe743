//! What an operator is shown: no secrets, and what looks wrong.

use super::Place;
use crate::settings::*;

#[test]
fn secrets_do_not_appear() {
    let key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
    let place = Place::new()
        .env("ADMIN_SECRET", "hush-admin")
        .env("ATOM_SMTP_PASSWORD", "hush-smtp")
        .env("DATABASE_URL", "postgres://atoll:hush-db@db:5432/atoll?password=hush-too")
        .env("ATOM_KEY_ENCRYPTION_KEY", key)
        .env(
            "ATOM_OIDC_PROVIDERS",
            r#"[{"name":"x","issuer":"https://x","client_id":"c","client_secret":"hush-oidc"}]"#,
        );
    let loaded = place.load();
    let text = format!("{loaded:?} {} {:?}", loaded.settings.database(), concerns(&loaded.settings));
    for secret in ["hush", key, "ABCDEF", "65, 66, 67"] {
        assert!(!text.contains(secret), "{text}");
    }
    let shown = |key: &str| loaded.origins.iter().find(|it| it.info.key == key).unwrap().value.as_str();
    assert_eq!(shown("admin_secret"), "set");
    assert_eq!(shown("service_secret"), "not set");
    assert_eq!(shown("database_url"), "PostgreSQL db:5432/atoll");
    assert_eq!(shown("oidc_providers"), "x");
    assert_eq!(shown("smtp_host"), "none");
    assert_eq!(loaded.settings.admin_secret.as_ref().unwrap().reveal(), "hush-admin");
}

#[test]
fn what_looks_wrong_is_said() {
    let said = |place: Place| {
        let found = concerns(&place.load().settings);
        assert!(found.is_sorted_by_key(|it| std::cmp::Reverse(it.severity)));
        found.into_iter().map(|it| it.text).collect::<Vec<_>>().join("\n")
    };
    let usual = said(Place::new());
    for part in
        ["names this machine only", "deployment.key", "so certificates are off", "no mail can be sent"]
    {
        assert!(usual.contains(part), "{usual}");
    }
    let risky = said(
        Place::new()
            .set("public_base_url=http://id.example.org")
            .set("auth_cookie_secure=yes")
            .set("auth_cookie_domain=other.example")
            .set("allow_unverified_email_login=yes")
            .set("allow_plaintext_signing_keys=yes")
            .set("rate_limit_enabled=no")
            .set("min_password_chars=7")
            .set("strict_conditions=no")
            .set("trusted_proxy_cidrs=0.0.0.0/0")
            .set("smtp_host=mail"),
    );
    for part in [
        "public_base_url is http",
        "browsers will not send the cookie back",
        "auth_cookie_domain does not cover",
        "addresses that are not theirs",
        "signing keys are always sealed",
        "rate_limit_enabled is off",
        "min_password_chars is less than 8",
        "strict_conditions is off",
        "trusts every address",
        "Of smtp_host and smtp_from",
    ] {
        assert!(risky.contains(part), "{part}: {risky}");
    }
    let calm = Place::new()
        .set("listen_addr=127.0.0.1:8080")
        .set("grpc_addr=127.0.0.1:8081")
        .set("public_base_url=https://id.example.org")
        .set("key_encryption_key_file=key")
        .set("certs_enabled=no")
        .set("self_registration_enabled=no");
    assert_eq!(said(calm), "");
}
