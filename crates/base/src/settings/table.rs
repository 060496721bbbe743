//! Every setting. A row: key, type, form, default, names in the environment besides `ATOLL_<KEY>`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use uuid::Uuid;

use super::database::database;
use super::declare::{SettingInfo, settings};
use super::form::{
    Attestation, CaMode, LogFormat, SecondFactor, SmtpTls, id, maybe, one_of, path, secret, text, yes_or_no,
};
use super::keys::{key, log_filter};
use super::lists::{Destination, destinations, ids, networks, origins};
use super::load::Given;
use super::numbers::{address, bytes, count, days, millis, port, secs, share};
use super::providers::{OidcProvider, providers};
use super::web::{BaseUrl, Link, WebOrigin, base_url, cookie_domain, link};
use crate::db::Location;
use crate::secret::Secret;

const DAY: u64 = 86_400;
const YEAR: u64 = 366 * DAY;
const MIB: u64 = 1 << 20;

settings! {
    group "Serving" {
        /// Where Atoll keeps its files: the embedded database, and the deployment key when none is given.
        data_dir: PathBuf = path(), "./data", [];
        /// Where HTTP is served: pages, REST, GraphQL.
        listen_addr: SocketAddr = address(), "0.0.0.0:8080", ["LISTEN_ADDR"];
        /// Where gRPC is served.
        grpc_addr: SocketAddr = address(), "0.0.0.0:8081", ["GRPC_ADDR"];
        /// The address people and programs use from outside; links, the token issuer and cookie safety follow from it.
        public_base_url: BaseUrl = base_url(), "http://localhost:8080", ["ATOM_PUBLIC_BASE_URL"];
        /// Web origins whose pages may call Atoll with cookies. Not set: the public address.
        cors_allowed_origins: Vec<WebOrigin> = origins(), "", ["ATOM_CORS_ALLOWED_ORIGINS"];
        /// Proxies whose `X-Forwarded-For` and `X-Real-IP` are believed. Not set: none.
        trusted_proxy_cidrs: Vec<IpNet> = networks(), "", ["ATOM_TRUSTED_PROXY_CIDRS"];
        /// Certificate (PEM file) for gRPC over TLS. Not set: gRPC is plain text.
        grpc_tls_cert_path: Option<PathBuf> = maybe(path()), "", ["ATOM_GRPC_TLS_CERT_PATH"];
        /// Private key (PEM file) of that certificate.
        grpc_tls_key_path: Option<PathBuf> = maybe(path()), "", ["ATOM_GRPC_TLS_KEY_PATH"];
        /// Authorities (PEM file) that sign gRPC clients. When set, a client must show such a certificate.
        grpc_tls_client_ca_path: Option<PathBuf> = maybe(path()), "", ["ATOM_GRPC_TLS_CLIENT_CA_PATH"];
        /// How long running requests may take to finish when Atoll is asked to stop.
        shutdown_grace_secs: Duration = secs(0, 3600), "10", [];
    }

    group "Database" {
        /// Which database to use. Not set: SQLite in the data folder.
        database_url: Option<Location> = maybe(database()), "", ["DATABASE_URL"];
        /// The most connections kept to the database.
        db_max_connections: u32 = count(1, 10_000), "20", ["ATOM_DB_MAX_CONNECTIONS"];
        /// Connections kept open even when idle.
        db_min_connections: u32 = count(0, 10_000), "0", ["ATOM_DB_MIN_CONNECTIONS"];
        /// How long a request waits for a free connection before it is told to try again.
        db_acquire_timeout_secs: Duration = secs(1, 3600), "30", ["ATOM_DB_ACQUIRE_TIMEOUT_SECS"];
        /// How long connecting may take at start.
        db_connect_timeout_secs: Duration = secs(1, 3600), "10", ["ATOM_DB_CONNECT_TIMEOUT_SECS"];
        /// After how long an idle connection is closed.
        db_idle_timeout_secs: Duration = secs(1, 7 * DAY), "600", ["ATOM_DB_IDLE_TIMEOUT_SECS"];
        /// After how long any connection is replaced.
        db_max_lifetime_secs: Duration = secs(1, 30 * DAY), "1800", ["ATOM_DB_MAX_LIFETIME_SECS"];
    }

    group "First start" {
        /// The entity that `admin_secret` is for.
        admin_entity_id: Uuid = id(), "00000000-0000-0000-0000-000000000001", ["ADMIN_ENTITY_ID"];
        /// Password given to the administrator when that entity has none yet. Later changes of it have no effect.
        admin_secret: Option<Secret<String>> = maybe(secret()), "", ["ADMIN_SECRET"];
        /// The entity that `service_secret` is for.
        service_entity_id: Uuid = id(), "00000000-0000-0000-0000-000000000003", ["ATOM_SERVICE_ENTITY_ID"];
        /// Password given to the first service when that entity has none yet. Later changes of it have no effect.
        service_secret: Option<Secret<String>> = maybe(secret()), "", ["ATOM_SERVICE_SECRET"];
    }

    group "Keys" {
        /// The deployment key: it seals signing keys, shared keys and every other secret that must be read back.
        key_encryption_key: Option<Secret<[u8; 32]>> = maybe(key()), "", ["ATOM_KEY_ENCRYPTION_KEY"];
        /// A file that holds the deployment key, instead of the key itself.
        key_encryption_key_file: Option<PathBuf> = maybe(path()), "", [];
        /// The name stored beside what was sealed, so that keys can be told apart when they change.
        key_encryption_key_id: String = text(), "local:v1", ["ATOM_KEY_ENCRYPTION_KEY_ID"];
        /// The deployment key before this one (base64 of 32 bytes), as long as something is still sealed with it: what it
        /// sealed opens, and `atoll keys rotate` moves it to the new one.
        key_encryption_key_previous: Option<Secret<[u8; 32]>> = maybe(key()), "", [];
        /// The name under which that key sealed.
        key_encryption_key_previous_id: String = text(), "local:v1", [];
        /// Atom's; without effect here, where signing keys are always stored sealed.
        allow_plaintext_signing_keys: bool = yes_or_no(), "false", ["ATOM_ALLOW_PLAINTEXT_SIGNING_KEYS"];
    }

    group "Sessions and tokens" {
        /// How long a session and its token last.
        jwt_expiry_secs: Duration = secs(1, YEAR), "3600", ["JWT_EXPIRY_SECS"];
        /// The most sessions of one entity at a time; whoever signs in once more ends the oldest.
        max_sessions_per_entity: u32 = count(1, 10_000), "100", [];
        /// After how many days the key that signs tokens is replaced by a new one. 0: only when somebody asks.
        signing_key_rotation_days: Duration = days(0, 3650), "0", [];
        /// The issuer named in tokens. Not set: the public address.
        jwt_issuer: Option<String> = maybe(text()), "", ["ATOM_JWT_ISSUER"];
        /// The audience named in tokens.
        jwt_audience: String = text(), "magistrala", ["ATOM_JWT_AUDIENCE"];
        /// Whether cookies travel over https only. Not set: yes when the public address is https.
        auth_cookie_secure: Option<bool> = maybe(yes_or_no()), "", ["ATOM_AUTH_COOKIE_SECURE"];
        /// The domain cookies are for. Not set: the host that set them, and no other.
        auth_cookie_domain: Option<String> = maybe(cookie_domain()), "", ["ATOM_AUTH_COOKIE_DOMAIN"];
    }

    group "Passwords and sign-up" {
        /// Whether people may sign up by themselves.
        self_registration_enabled: bool = yes_or_no(), "true",
            ["ATOM_SELF_REGISTRATION_ENABLED", "ATOM_SIGNUP_ENABLED"];
        /// For development only: sign in before the e-mail address is verified, and carry on when mail fails.
        allow_unverified_email_login: bool = yes_or_no(), "false", ["ATOM_ALLOW_UNVERIFIED_EMAIL_LOGIN"];
        /// After how many days an account goes whose address its owner has not proved.
        unverified_account_days: Duration = days(1, 36_500), "30", [];
        /// The fewest characters in a person's password.
        min_password_chars: u32 = count(1, 256), "12", ["ATOM_MIN_PASSWORD_CHARS"];
        /// After how many failures signing in is paused.
        login_failure_limit: u32 = count(1, 10_000), "5", ["ATOM_LOGIN_FAILURE_LIMIT"];
        /// Over how long failures are counted.
        login_failure_window_secs: Duration = secs(1, 30 * DAY), "900", ["ATOM_LOGIN_FAILURE_WINDOW_SECS"];
        /// Failed sign-ins in that time from one address, at whatever accounts, after which it may try no others. An owner is
        /// let in where they signed in before.
        login_failure_limit_per_address: u32 = count(1, 1_000_000), "100", [];
        /// The same for the network around an address (/24 of IPv4, /48 of IPv6).
        login_failure_limit_per_network: u32 = count(1, 1_000_000), "1000", [];
        /// Memory for one password hash (Argon2id), in KiB.
        password_hash_memory_kib: u32 = count(8, 4 << 20), "19456", [];
        /// Passes over that memory.
        password_hash_iterations: u32 = count(1, 64), "2", [];
        /// Lanes of one password hash.
        password_hash_parallelism: u32 = count(1, 64), "1", [];
        /// How many passwords are hashed at the same time.
        password_hash_concurrency: u32 = count(1, 256), "2", [];
        /// How many may wait for that; beyond, callers are told to try again.
        password_hash_queue: u32 = count(0, 65_536), "64", [];
        /// A file of passwords that people may not choose, besides the common ones: one a line, as text or as SHA-1 in hex.
        password_denylist_file: Option<PathBuf> = maybe(path()), "", [];
    }

    group "Second factors" {
        /// What people need besides a password, everywhere; a tenant can ask for more.
        second_factor: SecondFactor = one_of(SecondFactor::NAMES), "none", [];
        /// How long people may still sign in without it after this is set, or after their account is made.
        second_factor_grace_secs: Duration = secs(0, YEAR), "604800", [];
        /// How long a proof of who you are is good for changing your password or your factors.
        step_up_max_age_secs: Duration = secs(30, DAY), "600", [];
        /// The domain that passkeys are for. Not set: the host of the public address.
        passkey_rp_id: Option<String> = maybe(cookie_domain()), "", [];
        /// Web origins whose pages may use passkeys, all on that domain. Not set: the public address.
        passkey_origins: Vec<WebOrigin> = origins(), "", [];
        /// Whether a new passkey must come with its maker's statement about the device.
        passkey_attestation: Attestation = one_of(Attestation::NAMES), "none", [];
        /// Roots (PEM file) that sign such statements, for `direct`.
        passkey_attestation_roots: Option<PathBuf> = maybe(path()), "", [];
        /// Models of devices (AAGUIDs) that are let in, for `direct`.
        passkey_attestation_aaguids: Vec<Uuid> = ids(), "", [];
    }

    group "E-mail" {
        /// The mail server. Mail is sent when this and `smtp_from` are set.
        smtp_host: Option<String> = maybe(text()), "", ["ATOM_SMTP_HOST"];
        /// Its port. Not set: 25, 587 or 465, by `smtp_tls`.
        smtp_port: Option<u16> = maybe(port()), "", ["ATOM_SMTP_PORT"];
        /// How the connection to it is protected.
        smtp_tls: SmtpTls = one_of(SmtpTls::NAMES), "starttls", ["ATOM_SMTP_TLS"];
        /// The account at the mail server, when it asks for one.
        smtp_username: Option<String> = maybe(text()), "", ["ATOM_SMTP_USERNAME"];
        /// The password of that account.
        smtp_password: Option<Secret<String>> = maybe(secret()), "", ["ATOM_SMTP_PASSWORD"];
        /// Whom mail comes from: an address, or `Name <address>`.
        smtp_from: Option<String> = maybe(text()), "", ["ATOM_SMTP_FROM"];
        /// A folder with your own `verification.tmpl`, `password_reset.tmpl`, `invitation.tmpl`. Not set: the built-in ones.
        email_templates_dir: Option<PathBuf> = maybe(path()), "", ["ATOM_EMAIL_TEMPLATES_DIR"];
        /// The page that verification mails link to. Not set: `/auth/email/verify` at the public address.
        email_verification_redirect: Option<Link> = maybe(link()), "", ["ATOM_EMAIL_VERIFICATION_REDIRECT"];
        /// The page that password mails link to. Not set: `/reset-password` at the public address.
        password_reset_redirect: Option<Link> = maybe(link()), "", ["ATOM_PASSWORD_RESET_REDIRECT"];
        /// The page that invitations link to. Not set: `/invitations/accept` at the public address.
        invitation_redirect: Option<Link> = maybe(link()), "", ["ATOM_INVITATION_REDIRECT"];
        /// How long a verification link works.
        email_verification_expiry_secs: Duration = secs(60, YEAR), "86400", ["ATOM_EMAIL_VERIFICATION_EXPIRY_SECS"];
        /// How long an invitation stays open.
        invitation_expiry_secs: Duration = secs(60, YEAR), "604800", ["ATOM_INVITATION_EXPIRY_SECS"];
    }

    group "Signing in with other providers" {
        /// OpenID Connect providers people may sign in with.
        oidc_providers: Vec<OidcProvider> = providers(), "", ["ATOM_OIDC_PROVIDERS"];
        /// The page that receives the one-time code. Not set: `/auth/callback` at the public address.
        oauth_success_redirect: Option<Link> = maybe(link()), "", ["ATOM_OAUTH_SUCCESS_REDIRECT"];
        /// The page that receives an error. Not set: `/auth/callback` at the public address.
        oauth_error_redirect: Option<Link> = maybe(link()), "", ["ATOM_OAUTH_ERROR_REDIRECT"];
        /// How long signing in at the provider may take.
        oauth_state_expiry_secs: Duration = secs(10, DAY), "600", ["ATOM_OAUTH_STATE_EXPIRY_SECS"];
        /// How long the one-time code works.
        auth_exchange_code_expiry_secs: Duration = secs(1, DAY), "300", ["ATOM_AUTH_EXCHANGE_CODE_EXPIRY_SECS"];
    }

    group "Decisions" {
        /// A condition that cannot be evaluated never grants and never lifts a deny. `false`: Atom's own reading.
        strict_conditions: bool = yes_or_no(), "true", ["ATOM_STRICT_CONDITIONS"];
        /// How often each replica looks for changes, in milliseconds.
        feed_poll_millis: Duration = millis(10, 60_000), "100", [];
        /// A replica that could not confirm the latest change for this long stops saying yes.
        decision_staleness_secs: Duration = secs(1, 3600), "5", [];
    }

    group "Certificates" {
        /// Whether certificates can be issued. They can once the authority's files are given.
        certs_enabled: bool = yes_or_no(), "true", ["ATOM_CERTS_ENABLED"];
        /// Which certificate signs: an intermediate below your root, or the root itself.
        certs_ca_mode: CaMode = one_of(CaMode::NAMES), "file_intermediate_issuer", ["ATOM_CERTS_CA_MODE"];
        /// The root certificate (PEM file).
        certs_root_ca_cert_path: Option<PathBuf> = maybe(path()), "", ["ATOM_CERTS_ROOT_CA_CERT_PATH"];
        /// The root's private key (PEM file), for `file_root_issuer`.
        certs_root_ca_key_path: Option<PathBuf> = maybe(path()), "", ["ATOM_CERTS_ROOT_CA_KEY_PATH"];
        /// The intermediate certificate (PEM file), for `file_intermediate_issuer`.
        certs_intermediate_ca_cert_path: Option<PathBuf> = maybe(path()), "", ["ATOM_CERTS_INTERMEDIATE_CA_CERT_PATH"];
        /// The intermediate's private key (PEM file), for `file_intermediate_issuer`.
        certs_intermediate_ca_key_path: Option<PathBuf> = maybe(path()), "", ["ATOM_CERTS_INTERMEDIATE_CA_KEY_PATH"];
        /// How long a certificate lasts when the request does not say.
        certs_leaf_default_ttl_secs: Duration = secs(60, 10 * YEAR), "2592000", ["ATOM_CERTS_LEAF_DEFAULT_TTL_SECS"];
        /// The longest a certificate may last.
        certs_leaf_max_ttl_secs: Duration = secs(60, 10 * YEAR), "2592000", ["ATOM_CERTS_LEAF_MAX_TTL_SECS"];
    }

    group "Limits" {
        /// Whether requests are limited per client address. Signing in stays limited per account either way.
        rate_limit_enabled: bool = yes_or_no(), "true", ["ATOM_RATE_LIMIT_ENABLED"];
        /// Requests to sign-in, sign-up and recovery routes per window and address.
        http_rate_limit_auth_routes: u32 = count(1, 1_000_000), "30", ["ATOM_HTTP_RATE_LIMIT_AUTH_ROUTES"];
        /// The length of that window.
        http_rate_limit_auth_window_secs: Duration = secs(1, DAY), "60", ["ATOM_HTTP_RATE_LIMIT_AUTH_WINDOW_SECS"];
        /// Requests for public keys and public certificate files per window and address.
        http_rate_limit_public_routes: u32 = count(1, 1_000_000), "120", ["ATOM_HTTP_RATE_LIMIT_PUBLIC_ROUTES"];
        /// The length of that window.
        http_rate_limit_public_window_secs: Duration = secs(1, DAY), "60", ["ATOM_HTTP_RATE_LIMIT_PUBLIC_WINDOW_SECS"];
        /// GraphQL requests per window and address.
        http_rate_limit_graphql: u32 = count(1, 1_000_000), "120", ["ATOM_HTTP_RATE_LIMIT_GRAPHQL"];
        /// The length of that window.
        http_rate_limit_graphql_window_secs: Duration = secs(1, DAY), "60", ["ATOM_HTTP_RATE_LIMIT_GRAPHQL_WINDOW_SECS"];
        /// Requests to custom endpoints per window and address.
        http_rate_limit_custom_endpoints: u32 = count(1, 1_000_000), "120", ["ATOM_HTTP_RATE_LIMIT_CUSTOM_ENDPOINTS"];
        /// The length of that window.
        http_rate_limit_custom_endpoints_window_secs: Duration = secs(1, DAY), "60",
            ["ATOM_HTTP_RATE_LIMIT_CUSTOM_ENDPOINTS_WINDOW_SECS"];
        /// Other requests of signed-in callers per window and address.
        http_rate_limit_admin_routes: u32 = count(1, 1_000_000), "300", ["ATOM_HTTP_RATE_LIMIT_ADMIN_ROUTES"];
        /// The length of that window.
        http_rate_limit_admin_window_secs: Duration = secs(1, DAY), "60", ["ATOM_HTTP_RATE_LIMIT_ADMIN_WINDOW_SECS"];
        /// What services ask all the time, per window and address: gRPC calls, and over HTTP checks, SCIM, and whose a secret
        /// or a token is.
        service_rate_limit: u32 = count(1, 100_000_000), "60000", [];
        /// The length of that window.
        service_rate_limit_window_secs: Duration = secs(1, DAY), "60", [];
        /// The largest body of a sign-in, sign-up or recovery request.
        auth_body_limit_bytes: usize = bytes(1024, 16 * MIB), "32768", ["ATOM_AUTH_BODY_LIMIT_BYTES"];
        /// The largest body of a GraphQL request.
        graphql_body_limit_bytes: usize = bytes(1024, 64 * MIB), "1048576", ["ATOM_GRAPHQL_BODY_LIMIT_BYTES"];
        /// The largest body of a request to a custom endpoint.
        custom_endpoint_body_limit_bytes: usize = bytes(1024, 64 * MIB), "1048576",
            ["ATOM_CUSTOM_ENDPOINT_BODY_LIMIT_BYTES"];
        /// How deep a GraphQL query may nest.
        graphql_max_depth: u32 = count(1, 1000), "20", ["ATOM_GRAPHQL_MAX_DEPTH"];
        /// How many fields, weighed by cost, a GraphQL query may ask for.
        graphql_max_complexity: u32 = count(1, 1_000_000), "1000", ["ATOM_GRAPHQL_MAX_COMPLEXITY"];
        /// Whether the GraphQL schema may be read through the interface.
        graphql_introspection_enabled: bool = yes_or_no(), "true", ["ATOM_GRAPHQL_INTROSPECTION_ENABLED"];
    }

    group "Ways out" {
        /// Hosts and networks that webhooks, and what sign-in providers name, may reach although they are private or have an
        /// unusual port. Not set: none.
        outbound_allow: Vec<Destination> = destinations(), "", [];
        /// Whether those may also be reached over plain http, which anybody on the way can read.
        outbound_plain_http: bool = yes_or_no(), "false", [];
    }

    group "Audit and clean-up" {
        /// Also record each successful sign-in, check and credential check in the audit trail.
        audit_hot_path_allow_db_enabled: bool = yes_or_no(), "false", ["ATOM_AUDIT_HOT_PATH_ALLOW_DB_ENABLED"];
        /// Whether old audit records are removed.
        audit_retention_enabled: bool = yes_or_no(), "true", ["ATOM_AUDIT_RETENTION_ENABLED"];
        /// After how many days an audit record is removed.
        audit_retention_days: Duration = days(1, 36_500), "365", ["ATOM_AUDIT_RETENTION_DAYS"];
        /// How often old audit records are looked for.
        audit_cleanup_interval_secs: Duration = secs(1, 30 * DAY), "86400", ["ATOM_AUDIT_CLEANUP_INTERVAL_SECS"];
        /// How many audit records are removed at a time.
        audit_cleanup_batch_size: u32 = count(1, 1_000_000), "5000", ["ATOM_AUDIT_CLEANUP_BATCH_SIZE"];
        /// How often the chain of the ledger is proved.
        ledger_verify_interval_secs: Duration = secs(60, YEAR), "86400", [];
        /// Which share of the checks that allow is kept in the decision log.
        decision_log_sample: f64 = share(), "0.01", [];
        /// Which share of the checks that refuse is kept there.
        decision_log_sample_denied: f64 = share(), "0.1", [];
        /// After how many days a decision leaves the log.
        decision_log_retention_days: Duration = days(1, 36_500), "30", [];
        /// How many decisions the log holds at most; the oldest leave first.
        decision_log_max_rows: u32 = count(0, 100_000_000), "1000000", [];
        /// Which share of the checks is put to the drafts that are in shadow where the check is.
        shadow_sample: f64 = share(), "1", [];
        /// After how many days a call of a custom endpoint is forgotten.
        custom_endpoint_executions_retention_days: Duration = days(1, 36_500), "30", [];
        /// How many such calls are kept at most; of those that were refused, as many again.
        custom_endpoint_executions_max_rows: u32 = count(0, 100_000_000), "100000", [];
        /// Whether what was deleted is removed for good after a while.
        purge_enabled: bool = yes_or_no(), "false", ["ATOM_PURGE_ENABLED"];
        /// After how many days that happens.
        purge_retention_days: Duration = days(1, 36_500), "90", ["ATOM_PURGE_RETENTION_DAYS"];
        /// How often deleted things are looked for.
        purge_interval_secs: Duration = secs(1, 30 * DAY), "86400", ["ATOM_PURGE_INTERVAL_SECS"];
        /// How many deleted things are removed at a time.
        purge_batch_size: u32 = count(1, 1_000_000), "1000", ["ATOM_PURGE_BATCH_SIZE"];
    }

    group "Watching" {
        /// Whether figures for Prometheus are collected and served at `/metrics`.
        metrics_enabled: bool = yes_or_no(), "true", ["ATOM_METRICS_ENABLED"];
        /// Serve `/metrics` and the detailed health report to every caller, not only to this machine and the permitted.
        metrics_public: bool = yes_or_no(), "false", [];
        /// What is logged: a level, or `part=level` pairs.
        log_level: String = log_filter(), "info", ["ATOM_LOG_LEVEL"], else ["RUST_LOG"];
        /// How log lines are written.
        log_format: LogFormat = one_of(LogFormat::NAMES), "text", ["ATOM_LOG_FORMAT"];
    }
}
