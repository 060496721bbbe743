//! The GraphQL door of the audit log.

use async_graphql::{Context, Enum, ID, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::ledger::{self, PLATFORM_STREAM};
use atoll_base::{Listed, PageBounds, Result, TimeSort};
use serde_json::Value;

use super::{AuditFilter, Record, get, list, retention, verification};

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "AuditOutcome", rename_items = "snake_case", remote = "ledger::Outcome")]
pub enum AuditOutcome {
    /// It was allowed and done.
    Allow,
    /// It was refused.
    Deny,
    /// It failed.
    Error,
}

/// One thing that happened or was attempted.
#[derive(SimpleObject)]
pub struct AuditLog {
    id: ID,
    /// Who; null for the platform itself, or nobody.
    actor_entity_id: Option<ID>,
    /// The tenant it belongs to; null for the platform.
    tenant_id: Option<ID>,
    target_kind: Option<String>,
    target_id: Option<ID>,
    /// `noun.verb`.
    event: String,
    outcome: AuditOutcome,
    details: Json<Value>,
    created_at: String,
    /// The stream it is in: its tenant, or the nil UUID for the platform.
    stream: ID,
    /// Its place in the stream; there are no gaps.
    revision: i64,
    /// Why it ended so, or why it was done.
    reason: Option<String>,
    /// The state before.
    before: Option<Json<Value>>,
    /// The state after.
    after: Option<Json<Value>>,
    /// The network address it came from.
    address: Option<String>,
    /// The request it came with.
    request_id: Option<String>,
    /// Who acted for that entity, by an exchanged token: the one who acted outside, then for whom.
    act: Option<Json<Value>>,
    /// The credential it was done with.
    credential_id: Option<ID>,
    /// The action that permitted it.
    permission: Option<String>,
}

impl From<Record> for AuditLog {
    fn from(record: Record) -> AuditLog {
        AuditLog {
            id: door::show(record.id),
            actor_entity_id: record.actor.map(door::show),
            tenant_id: record.tenant.map(door::show),
            target_kind: record.target.0,
            target_id: record.target.1.map(door::show),
            event: record.event,
            outcome: record.outcome.into(),
            details: Json(record.details),
            created_at: record.at.rfc3339(),
            stream: door::show(record.tenant.unwrap_or(PLATFORM_STREAM)),
            revision: record.revision,
            reason: record.reason,
            before: record.before.map(Json),
            after: record.after.map(Json),
            address: record.address,
            request_id: record.request,
            act: record.act.map(Json),
            credential_id: record.credential.map(door::show),
            permission: record.permission,
        }
    }
}

/// A page of the audit log.
#[derive(SimpleObject)]
pub struct AuditLogList {
    items: Vec<AuditLog>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

impl From<Listed<Record>> for AuditLogList {
    fn from(page: Listed<Record>) -> AuditLogList {
        AuditLogList {
            items: page.items.into_iter().map(Into::into).collect(),
            total: door::total(page.total.unwrap_or_default()),
            next_cursor: page.next,
        }
    }
}

/// How long the audit log is kept.
#[derive(SimpleObject)]
pub struct AuditRetentionStatus {
    enabled: bool,
    days: i32,
    cleanup_interval_secs: i32,
    cleanup_batch_size: i32,
    /// What the last clean-up did.
    last_cleanup: Option<Json<Value>>,
}

impl From<retention::Status> for AuditRetentionStatus {
    fn from(status: retention::Status) -> AuditRetentionStatus {
        let int = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        AuditRetentionStatus {
            enabled: status.enabled,
            days: int(status.days),
            cleanup_interval_secs: int(status.interval_secs),
            cleanup_batch_size: int(status.batch_size),
            last_cleanup: status.last_cleanup.map(Json),
        }
    }
}

/// What is known of the chain that ties the records together.
#[derive(SimpleObject)]
pub struct LedgerStatus {
    /// The platform's stream and those of tenants.
    streams: i64,
    /// Records in them.
    records: i64,
    /// When the chain was last proved; null: never.
    verified_at: Option<String>,
    /// Whether it held then.
    holds: Option<bool>,
    /// How many records were read then.
    verified_records: i64,
    /// Where it broke: tenant, revision and why.
    breaks: Json<Vec<Value>>,
    /// Whether a proof was asked for that is not made yet.
    awaited: bool,
}

impl From<verification::Chain> for LedgerStatus {
    fn from(chain: verification::Chain) -> LedgerStatus {
        LedgerStatus {
            streams: door::total(chain.streams),
            records: door::total(chain.records),
            verified_at: chain.proved_at.map(|at| at.rfc3339()),
            holds: chain.holds,
            verified_records: door::total(chain.proved_records),
            breaks: Json(chain.breaks),
            awaited: chain.awaited,
        }
    }
}

/// Queries about what happened.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// One record by its place, if you may read it: of a tenant's stream, or of the platform's.
    async fn audit_log(&self, door: &Context<'_>, tenant_id: Option<ID>, revision: i64) -> Result<AuditLog> {
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        Ok(get(door::ctx(door)?, tenant, revision).await?.into())
    }

    /// What is known of the chain that ties the records together, for those who read the platform's.
    async fn ledger_status(&self, door: &Context<'_>) -> Result<LedgerStatus> {
        Ok(verification::status(door::ctx(door)?).await?.into())
    }

    /// What happened and what was attempted, as far as you may read it.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn audit_logs(
        &self,
        door: &Context<'_>,
        actor_entity_id: Option<ID>,
        tenant_id: Option<ID>,
        target_kind: Option<String>,
        target_id: Option<ID>,
        event: Option<String>,
        outcome: Option<AuditOutcome>,
        #[graphql(desc = "Not before this (RFC 3339).")] from: Option<String>,
        #[graphql(desc = "Before this (RFC 3339).")] to: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<TimeSort>,
        after: Option<String>,
        #[graphql(desc = "A text in the event, its target, reason, details or states; 2 to 200 characters.")]
        search: Option<String>,
    ) -> Result<AuditLogList> {
        let filter = AuditFilter {
            actor: door::optional_id("actorEntityId", actor_entity_id.as_ref())?,
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            target_kind,
            target: door::optional_id("targetId", target_id.as_ref())?,
            event,
            outcome: outcome.map(Into::into),
            from: door::moment("from", from.as_deref())?,
            to: door::moment("to", to.as_deref())?,
            text: None,
        };
        let filter = filter.with_text(search)?;
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::AUDIT, sort, (limit, offset), after)?;
        Ok(list(door::ctx(door)?, &filter, &request).await?.into())
    }

    /// How long the audit log is kept, for those who read the platform's.
    async fn audit_retention(&self, door: &Context<'_>) -> Result<AuditRetentionStatus> {
        Ok(retention::status(door::ctx(door)?).await?.into())
    }

    /// What happened to an entity, newest first, as far as you may read it: fifty at a time.
    async fn entity_audit_logs(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        after: Option<String>,
    ) -> Result<AuditLogList> {
        let filter = AuditFilter {
            target_kind: Some("entity".to_owned()),
            target: Some(door::id("entityId", &entity_id)?),
            ..AuditFilter::default()
        };
        let request = door::list(door, PageBounds::AUDIT, TimeSort::CreatedDesc, (None, None), after)?;
        Ok(list(door::ctx(door)?, &filter, &request).await?.into())
    }
}

/// Changes about what happened: of how it is looked after, never of what was.
#[derive(Default)]
pub struct AuditMutation;

#[Object]
impl AuditMutation {
    /// Proves the chain of the ledger anew, in the background; `ledgerStatus` says how that ended.
    async fn verify_ledger(&self, door: &Context<'_>) -> Result<bool> {
        verification::ask(door::ctx(door)?).await?;
        Ok(true)
    }
}
