//! How the whole system is, for its administrators: more than health tells everybody.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Object, SimpleObject};
use atoll_access::audit::graphql::AuditRetentionStatus;
use atoll_access::audit::retention;
use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::Within;
use atoll_base::door::graphql as door;
use atoll_base::rates::Class;
use atoll_base::settings::Settings;
use atoll_base::{Common, Result};
use atoll_identity::keys;

use crate::health::{Health, Part, PartStatus};

/// How the system is.
#[derive(SimpleObject)]
pub struct SystemStatus {
    status: PartStatus,
    http_ready: Part,
    grpc_ready: Part,
    database: Part,
    migrations: Part,
    signing_keys: Part,
    certificate_issuer: Part,
    db_pool: DbPoolStatus,
    signing_key_state: Option<SigningKeyState>,
    audit_retention: AuditRetentionStatus,
    rate_limits: RateLimitStatus,
}

/// The connections to the store.
#[derive(SimpleObject)]
pub struct DbPoolStatus {
    max_connections: i64,
    min_connections: i64,
    acquire_timeout_secs: i64,
    connect_timeout_secs: i64,
    idle_timeout_secs: i64,
    max_lifetime_secs: i64,
    size: i64,
    idle: i64,
}

/// How signing keys are kept.
#[derive(SimpleObject)]
pub struct SigningKeyState {
    configured_key_id: String,
    encrypted_count: i64,
    plaintext_count: i64,
    total_count: i64,
    plaintext_allowed: bool,
}

/// How requests are limited.
#[derive(SimpleObject)]
pub struct RateLimitStatus {
    enabled: bool,
    policies: Vec<RateLimitPolicyStatus>,
    trusted_proxy_cidrs: Vec<String>,
}

/// How requests of one category are limited.
#[derive(SimpleObject)]
pub struct RateLimitPolicyStatus {
    category: String,
    max_requests: i64,
    window_secs: i64,
}

/// Queries about how the system is.
#[derive(Default)]
pub struct StatusQuery;

#[Object]
impl StatusQuery {
    /// How every part is and what is set, for administrators of the platform.
    async fn system_status(&self, door: &Context<'_>) -> Result<SystemStatus> {
        let ctx = door::ctx(door)?;
        ctx.require(&ADMINISTER, &Within::<SystemStatus>::platform())?;
        let health =
            door.data::<Arc<Health>>().map_err(|_| Common::bug("a GraphQL request has no health"))?;
        let report = health.report().await;
        let settings = ctx.ground().settings();
        Ok(SystemStatus {
            status: report.status,
            http_ready: report.http_ready,
            grpc_ready: report.grpc_ready,
            database: report.database,
            migrations: report.migrations,
            signing_keys: report.signing_keys,
            certificate_issuer: report.certificate_issuer,
            db_pool: DbPoolStatus::of(settings, ctx.db().connections()),
            signing_key_state: Some(SigningKeyState::all_sealed(settings, keys::count(ctx).await?)),
            audit_retention: retention::status(ctx).await?.into(),
            rate_limits: RateLimitStatus::of(settings),
        })
    }
}

fn secs(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

impl DbPoolStatus {
    fn of(settings: &Settings, (size, idle): (u32, usize)) -> DbPoolStatus {
        DbPoolStatus {
            max_connections: settings.db_max_connections.into(),
            min_connections: settings.db_min_connections.into(),
            acquire_timeout_secs: secs(settings.db_acquire_timeout_secs),
            connect_timeout_secs: secs(settings.db_connect_timeout_secs),
            idle_timeout_secs: secs(settings.db_idle_timeout_secs),
            max_lifetime_secs: secs(settings.db_max_lifetime_secs),
            size: size.into(),
            idle: i64::try_from(idle).unwrap_or(i64::MAX),
        }
    }
}

impl SigningKeyState {
    /// No key is kept in any other way.
    fn all_sealed(settings: &Settings, count: u64) -> SigningKeyState {
        let count = door::total(count);
        SigningKeyState {
            configured_key_id: settings.key_encryption_key_id.clone(),
            encrypted_count: count,
            plaintext_count: 0,
            total_count: count,
            plaintext_allowed: false,
        }
    }
}

impl RateLimitStatus {
    fn of(settings: &Settings) -> RateLimitStatus {
        RateLimitStatus {
            enabled: settings.rate_limit_enabled,
            policies: Class::ALL.map(|class| RateLimitPolicyStatus::of(class, settings)).into(),
            trusted_proxy_cidrs: settings.trusted_proxy_cidrs.iter().map(ToString::to_string).collect(),
        }
    }
}

impl RateLimitPolicyStatus {
    fn of(class: Class, settings: &Settings) -> RateLimitPolicyStatus {
        let limit = class.limit(settings);
        RateLimitPolicyStatus {
            category: class.as_str().to_owned(),
            max_requests: limit.requests.into(),
            window_secs: secs(limit.window),
        }
    }
}
