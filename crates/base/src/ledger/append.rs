//! Writing events to the ledger, at the end of the transaction that made them.

use std::collections::{BTreeMap, BTreeSet};

use atoll_policy::Change;
use aws_lc_rs::digest;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::store::{self, entry, head};
use super::{Event, PLATFORM_STREAM};
use crate::chance;
use crate::ctx::{Allowed, Ctx};
use crate::error::{Common, Result};

/// An event that waits for the end of its transaction.
pub(crate) struct Pending {
    pub(crate) who: Ctx,
    pub(crate) event: Event,
    pub(crate) permission: Option<&'static str>,
}

impl Pending {
    pub(crate) fn by<T: ?Sized>(allowed: &Allowed<'_, T>, mut event: Event) -> Self {
        if event.tenant.is_none() {
            event.tenant = allowed.tenant();
        }
        Pending { who: allowed.ctx().clone(), event, permission: Some(allowed.action()) }
    }

    /// The stream it goes to.
    fn stream(&self) -> Uuid {
        self.event.tenant.unwrap_or(PLATFORM_STREAM)
    }

    /// What it changes for decisions.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.event.changes
    }

    /// Whether the house does it by itself, along with what the caller does.
    pub(crate) fn is_by_house(&self) -> bool {
        self.event.by_house
    }

    /// Something attempted, for which no permission was given.
    pub(crate) fn attempt(who: Ctx, event: Event) -> Self {
        Pending { who, event, permission: None }
    }
}

/// What a commit added: for each stream that it touched, the newest revision.
pub type Appended = BTreeMap<Uuid, i64>;

/// The heads of streams that a transaction has taken for itself.
pub(crate) type Heads = BTreeMap<Uuid, head::Model>;

/// Takes the heads of all streams that these events go to. Nobody else can append to those until the transaction ends, and
/// whoever did before has ended theirs. They are taken in the order of their ids, so that two transactions cannot wait for
/// each other.
pub(crate) async fn take_heads(tx: &impl ConnectionTrait, pending: &[Pending]) -> Result<Heads> {
    let streams: BTreeSet<Uuid> = pending.iter().map(Pending::stream).collect();
    let mut heads = Heads::new();
    for stream in streams {
        heads.insert(stream, store::take_head(tx, stream).await?);
    }
    Ok(heads)
}

/// Appends the events, in their order, to their streams.
pub(crate) async fn append(
    tx: &impl ConnectionTrait,
    mut heads: Heads,
    pending: Vec<Pending>,
) -> Result<Vec<entry::Model>> {
    let mut streams: BTreeMap<Uuid, Vec<Pending>> = BTreeMap::new();
    for one in pending {
        streams.entry(one.stream()).or_default().push(one);
    }
    let mut written = Vec::new();
    for (stream, events) in streams {
        let mut head = match heads.remove(&stream) {
            Some(head) => head,
            None => store::take_head(tx, stream).await?,
        };
        let first = written.len();
        for one in events {
            let row = chain(row_of(stream, head.revision + 1, one)?, &head.hash)?;
            head.revision = row.revision;
            head.hash.clone_from(&row.hash);
            written.push(row);
        }
        store::insert(tx, &written[first..]).await?;
        store::move_head(tx, head).await?;
    }
    Ok(written)
}

fn row_of(stream: Uuid, revision: i64, pending: Pending) -> Result<entry::Model> {
    let Pending { who: ctx, event, permission } = pending;
    let changes = if event.changes.is_empty() {
        None
    } else {
        Some(serde_json::to_string(&event.changes).map_err(Common::bug)?)
    };
    let caller = ctx.caller();
    Ok(entry::Model {
        stream,
        revision,
        id: chance::new_id(ctx.now(), ctx.chance()),
        at: ctx.now().0,
        event: event.name.to_owned(),
        outcome: event.outcome.as_str().to_owned(),
        actor_id: caller.entity_id(),
        act: caller.act().map(|act| act.to_string()),
        credential_id: caller.credential_id(),
        session_id: caller.session_id(),
        address: ctx.origin().address.map(|address| address.to_string()),
        request_id: ctx.origin().request_id.clone(),
        permission: permission.map(str::to_owned),
        target_kind: event.target.as_ref().map(|target| target.kind.to_owned()),
        target_id: event.target.as_ref().map(|target| target.id),
        // PostgreSQL keeps no NUL in text, and what somebody sends must not keep others' rows from being written.
        reason: event.reason.map(|reason| reason.replace('\0', "\u{fffd}")),
        details: serde_json::Value::Object(event.details).to_string(),
        before: event.before.map(|state| state.to_string()),
        after: event.after.map(|state| state.to_string()),
        changes,
        previous_hash: Vec::new(),
        hash: Vec::new(),
    })
}

fn chain(mut row: entry::Model, previous: &[u8]) -> Result<entry::Model> {
    row.previous_hash = previous.to_vec();
    row.hash = hash(&row)?;
    Ok(row)
}

/// SHA-256 over the JSON of all fields but the hash itself. The order of the fields is part of the form: never change
/// it, only append.
pub(super) fn hash(row: &entry::Model) -> Result<Vec<u8>> {
    let happened = (row.stream, row.revision, row.id, row.at, &row.event, &row.outcome);
    let by = (row.actor_id, &row.act, row.credential_id, row.session_id, &row.address, &row.request_id);
    let about = (&row.permission, &row.target_kind, row.target_id, &row.reason, &row.details);
    let states = (&row.before, &row.after, &row.changes, &row.previous_hash);
    let bytes = serde_json::to_vec(&(happened, by, about, states)).map_err(Common::bug)?;
    Ok(digest::digest(&digest::SHA256, &bytes).as_ref().to_vec())
}
