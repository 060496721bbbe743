//! Tokens verified lately: a bounded memory that forgets whatever ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use atoll_base::Moment;
use atoll_base::ctx::SignedIn;
use atoll_base::decisions::Reaction;
use atoll_base::ledger::Row;
use atoll_policy::{Change, Fact, FactKey, Status, TenantStatus};
use hashbrown::{HashMap, HashSet};
use parking_lot::RwLock;
use uuid::Uuid;

/// SHA-256 of a token.
pub(super) type Key = [u8; 32];

/// Parts that are locked separately.
const SHARDS: usize = 16;
/// Most tokens in one part.
const MOST: usize = 8192;

/// What was found out about a token.
pub(super) struct Proof {
    /// Who came with it.
    pub(super) who: Arc<SignedIn>,
    until: Option<Moment>,
    noted: AtomicI64,
}

impl Proof {
    /// A proof that is good `until`; its use was last noted at `noted`.
    pub(super) fn new(who: SignedIn, until: Option<Moment>, noted: Moment) -> Proof {
        Proof { who: Arc::new(who), until, noted: AtomicI64::new(noted.0) }
    }

    fn good_at(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Whether its use should be noted now; true once in `every`.
    pub(super) fn due_to_note(&self, now: Moment, every: Duration) -> bool {
        let noted = self.noted.load(Ordering::Relaxed);
        now.minus(every).0 >= noted
            && self.noted.compare_exchange(noted, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[derive(Default)]
struct Shard {
    proofs: HashMap<Key, Arc<Proof>>,
    of_entity: HashMap<Uuid, HashSet<Key>>,
    /// Grows with everything that is forgotten.
    round: u64,
}

/// The memory.
pub(crate) struct Verified(Vec<RwLock<Shard>>);

impl Default for Verified {
    fn default() -> Self {
        Verified((0..SHARDS).map(|_| RwLock::default()).collect())
    }
}

impl Verified {
    fn shard(&self, key: &Key) -> &RwLock<Shard> {
        &self.0[usize::from(key[0]) % SHARDS]
    }

    /// What was found out about a token, if it is still good.
    pub(super) fn find(&self, key: &Key, now: Moment) -> Option<Arc<Proof>> {
        self.shard(key).read().proofs.get(key).filter(|proof| proof.good_at(now)).cloned()
    }

    /// To be taken before the store is asked about a token, and given to [`Verified::remember`].
    pub(super) fn round(&self, key: &Key) -> u64 {
        self.shard(key).read().round
    }

    /// Remembers a proof; not if something was forgotten since `round`, for that may have been about this token.
    pub(super) fn remember(&self, key: Key, proof: &Arc<Proof>, round: u64, now: Moment) {
        let mut shard = self.shard(&key).write();
        if shard.round != round {
            return;
        }
        if shard.proofs.len() >= MOST {
            shard.make_room(now);
        }
        shard.of_entity.entry(proof.who.entity).or_default().insert(key);
        shard.proofs.insert(key, proof.clone());
    }

    fn forget(&self, ended: &Ended) {
        for shard in &self.0 {
            shard.write().forget(ended);
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.iter().map(|shard| shard.read().proofs.len()).sum()
    }
}

impl Shard {
    /// Forgets what has ended by itself; if that is not enough, half of the rest.
    fn make_room(&mut self, now: Moment) {
        self.proofs.retain(|_, proof| proof.good_at(now));
        if self.proofs.len() > MOST / 2 {
            let mut nth = 0;
            self.proofs.retain(|_, _| {
                nth += 1;
                nth % 2 == 0
            });
        }
        self.of_entity.clear();
        for (key, proof) in &self.proofs {
            self.of_entity.entry(proof.who.entity).or_default().insert(*key);
        }
    }

    fn forget(&mut self, ended: &Ended) {
        self.round += 1;
        match ended {
            Ended::OfEntity(entity) => {
                for key in self.of_entity.remove(entity).unwrap_or_default() {
                    self.proofs.remove(&key);
                }
            }
            Ended::OfTenant(tenant) => {
                let Shard { proofs, of_entity, .. } = self;
                proofs.retain(|key, proof| {
                    let stays = proof.who.tenant != Some(*tenant);
                    if !stays && let Some(keys) = of_entity.get_mut(&proof.who.entity) {
                        keys.remove(key);
                    }
                    stays
                });
                of_entity.retain(|_, keys| !keys.is_empty());
            }
        }
    }
}

/// Whose proofs are no longer good, or have to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Ended {
    OfEntity(Uuid),
    OfTenant(Uuid),
}

impl Reaction for Verified {
    fn on(&self, rows: &[Row]) {
        let ended: HashSet<Ended> = rows.iter().flat_map(ended_by).collect();
        for one in &ended {
            self.forget(one);
        }
    }
}

/// What a row of the ledger ends: whatever says that sessions or credentials ended, and whatever changes for an entity
/// or tenant so that its proofs do not count any more.
fn ended_by(row: &Row) -> Vec<Ended> {
    let mut ended: Vec<Ended> = row.changes.iter().filter_map(ended_by_change).collect();
    if matches!(row.event.as_str(), "auth.logout" | "session.revoke" | "credential.revoke") {
        let detail = row.details.get("entity_id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
        ended.extend(detail.map(Ended::OfEntity));
        match &row.target {
            Some((kind, id)) if kind == "entity" => ended.push(Ended::OfEntity(*id)),
            Some((kind, id)) if kind == "tenant" => ended.push(Ended::OfTenant(*id)),
            _ => {}
        }
    }
    ended
}

fn ended_by_change(change: &Change) -> Option<Ended> {
    match change {
        Change::Put(Fact::Entity { status: Status::Active, deleted: false, .. }) => None,
        Change::Put(Fact::Entity { id, .. }) | Change::Drop(FactKey::Entity { id }) => {
            Some(Ended::OfEntity(*id))
        }
        Change::Put(Fact::Tenant { status: TenantStatus::Active, .. }) => None,
        Change::Put(Fact::Tenant { id, .. }) | Change::Drop(FactKey::Tenant { id }) => {
            Some(Ended::OfTenant(*id))
        }
        _ => None,
    }
}
