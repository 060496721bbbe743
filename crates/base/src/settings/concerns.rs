//! "What looks wrong": settings that are allowed, and that an operator should know the price of.

use std::fmt;

use super::form::SmtpTls;
use super::table::Settings;

/// How much a concern matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Something will not work as expected, or a protection is weaker than usual.
    Warning,
    /// Somebody could get in, or data could be lost.
    Danger,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Danger => "danger",
        })
    }
}

/// Something an operator should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// How much it matters.
    pub severity: Severity,
    /// What it is, and what to do.
    pub text: String,
}

/// What looks wrong, the worst first.
pub fn concerns(settings: &Settings) -> Vec<Concern> {
    let mut found = Concerns(Vec::new());
    found.reach(settings);
    found.keys(settings);
    found.signing_in(settings);
    found.mail(settings);
    found.rest(settings);
    found.0.sort_by_key(|concern| std::cmp::Reverse(concern.severity));
    found.0
}

struct Concerns(Vec<Concern>);

impl Concerns {
    fn when(&mut self, condition: bool, severity: Severity, text: &str) {
        if condition {
            self.0.push(Concern { severity, text: text.to_owned() });
        }
    }

    fn reach(&mut self, s: &Settings) {
        let host = s.public_base_url.host().to_owned();
        let local = host == "localhost" || host.starts_with("127.") || host == "[::1]";
        let open = !s.listen_addr.ip().is_loopback();
        self.when(
            open && local,
            Severity::Note,
            "Atoll listens for the whole network while public_base_url names this machine only. Links in \
             mails, the token issuer and cookies will work from this machine alone; set public_base_url to \
             the address people use.",
        );
        self.when(
            !s.public_base_url.is_https() && !local,
            Severity::Danger,
            "public_base_url is http: passwords and tokens can be read on the way. Put a proxy with TLS in \
             front and set it to the https address.",
        );
        self.when(
            !s.public_base_url.is_https() && s.auth_cookie_secure == Some(true),
            Severity::Warning,
            "auth_cookie_secure is on while public_base_url is http: browsers will not send the cookie \
             back, so that signing in through a page appears to do nothing.",
        );
        self.when(
            s.public_base_url.is_https() && s.auth_cookie_secure == Some(false),
            Severity::Danger,
            "auth_cookie_secure is off while public_base_url is https: a cookie sent over http by mistake \
             can be read.",
        );
        let domain = s.auth_cookie_domain.as_deref();
        self.when(
            domain.is_some_and(|domain| host != domain && !host.ends_with(&format!(".{domain}"))),
            Severity::Warning,
            "auth_cookie_domain does not cover the host of public_base_url: browsers will refuse the cookie.",
        );
        self.when(
            s.trusted_proxy_cidrs.iter().any(|network| network.prefix_len() == 0),
            Severity::Danger,
            "trusted_proxy_cidrs trusts every address: anyone can choose the address that limits and audit \
             records see.",
        );
        self.when(
            !s.grpc_addr.ip().is_loopback() && s.grpc_tls_cert_path.is_none(),
            Severity::Note,
            "gRPC is served in plain text for the whole network: tokens can be read on the way. Set \
             grpc_tls_cert_path and grpc_tls_key_path, or keep the port inside a trusted network.",
        );
        self.when(
            s.metrics_enabled && s.metrics_public,
            Severity::Warning,
            "metrics_public shows figures about this deployment to every caller.",
        );
    }

    fn keys(&mut self, s: &Settings) {
        self.when(
            s.key_encryption_key.is_none() && s.key_encryption_key_file.is_none(),
            Severity::Note,
            "No deployment key is set, so one is made in the data folder (deployment.key). Whoever has a \
             copy of that folder can read what is sealed, and without that file nothing sealed can be read \
             again: keep a copy apart from the database, or set key_encryption_key. With several replicas \
             it must be set.",
        );
        self.when(
            s.allow_plaintext_signing_keys,
            Severity::Note,
            "allow_plaintext_signing_keys is on and has no effect: signing keys are always sealed. Leave it out.",
        );
    }

    fn signing_in(&mut self, s: &Settings) {
        self.when(
            s.allow_unverified_email_login,
            Severity::Danger,
            "allow_unverified_email_login is on: people can sign up with addresses that are not theirs. For \
             development only.",
        );
        self.when(
            s.min_password_chars < 8,
            Severity::Danger,
            "min_password_chars is less than 8: such passwords are guessed quickly.",
        );
        let least = usize::try_from(s.min_password_chars).unwrap_or(usize::MAX);
        let short = |secret: &Option<_>| {
            secret
                .as_ref()
                .is_some_and(|it: &crate::secret::Secret<String>| it.reveal().chars().count() < least)
        };
        self.when(
            short(&s.admin_secret) || short(&s.service_secret),
            Severity::Danger,
            "admin_secret or service_secret is shorter than min_password_chars. Choose a longer one before \
             others can reach this deployment.",
        );
        self.when(
            s.password_hash_memory_kib < 7168 && s.password_hash_iterations < 5,
            Severity::Danger,
            "password_hash_memory_kib is less than the 7168 that is recommended at the least: stolen hashes \
             are guessed quickly.",
        );
        self.when(
            !s.rate_limit_enabled,
            Severity::Warning,
            "rate_limit_enabled is off: one address can send as many requests as it likes. Limit them in \
             front of Atoll.",
        );
        self.when(
            s.login_failure_limit > 100,
            Severity::Warning,
            "login_failure_limit is above 100: passwords can be tried for a long time before signing in is \
             paused.",
        );
        self.when(
            s.jwt_expiry_secs.as_secs() > 30 * 86_400,
            Severity::Warning,
            "jwt_expiry_secs is more than 30 days: a stolen session lasts as long.",
        );
    }

    fn mail(&mut self, s: &Settings) {
        self.when(
            s.smtp_host.is_some() != s.smtp_from.is_some(),
            Severity::Warning,
            "Of smtp_host and smtp_from only one is set, so no mail is sent. Set both.",
        );
        self.when(
            s.smtp_username.is_some() != s.smtp_password.is_some(),
            Severity::Warning,
            "Of smtp_username and smtp_password only one is set, so Atoll does not sign in at the mail \
             server.",
        );
        self.when(
            s.self_registration_enabled && !s.mail_enabled() && !s.allow_unverified_email_login,
            Severity::Note,
            "People may sign up, and no mail can be sent: nobody can verify an address. Set smtp_host and \
             smtp_from, or turn self_registration_enabled off.",
        );
        self.when(
            s.mail_enabled() && s.smtp_tls == SmtpTls::None,
            Severity::Warning,
            "smtp_tls is none: mails with sign-in links travel in plain text.",
        );
        self.when(
            s.oidc_providers.iter().any(|provider| provider.issuer.starts_with("http:")),
            Severity::Warning,
            "A provider in oidc_providers has an http issuer: what it says can be changed on the way.",
        );
    }

    fn rest(&mut self, s: &Settings) {
        self.when(
            s.certs_enabled && s.ca_files().is_none(),
            Severity::Note,
            "certs_enabled is on and no certificate authority is given, so certificates are off. Set \
             certs_root_ca_cert_path and the other files to use them, or certs_enabled=false to silence \
             this.",
        );
        self.when(
            !s.strict_conditions,
            Severity::Warning,
            "strict_conditions is off: a deny whose condition cannot be evaluated does not apply.",
        );
        self.when(
            !s.audit_retention_enabled,
            Severity::Note,
            "audit_retention_enabled is off: the audit trail grows without bound.",
        );
        self.when(
            s.database_url.is_none() && s.db_max_connections > 200,
            Severity::Note,
            "db_max_connections above 200 gives SQLite nothing.",
        );
    }
}
