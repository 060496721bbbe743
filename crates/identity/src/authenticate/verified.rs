//! Tokens verified lately: a bounded memory that forgets whatever ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use atoll_base::Moment;
use atoll_base::ctx::SignedIn;
use atoll_base::decisions::Reaction;
use atoll_base::ledger::Row;
use atoll_policy::{Change, Fact, FactKey, TenantStatus};
use hashbrown::{HashMap, HashSet};
use parking_lot::RwLock;
use uuid::Uuid;

use crate::sessions::RAISED;

/// SHA-256 of a token.
pub(super) type Key = [u8; 32];

/// Parts that are locked separately.
const SHARDS: usize = 16;
/// Most tokens in one part.
const MOST: usize = 8192;
/// Counts of forgotten proofs.
const ROUNDS: usize = 64;

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
}

/// How often proofs of entities were forgotten; entities share counts by their ids.
pub(super) struct Rounds([u64; ROUNDS]);

/// The memory.
pub(crate) struct Verified {
    shards: Vec<RwLock<Shard>>,
    rounds: Vec<AtomicU64>,
}

impl Default for Verified {
    fn default() -> Self {
        Verified {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            rounds: (0..ROUNDS).map(|_| AtomicU64::default()).collect(),
        }
    }
}

impl Verified {
    fn shard(&self, key: &Key) -> &RwLock<Shard> {
        &self.shards[usize::from(key[0]) % SHARDS]
    }

    /// What was found out about a token, if it is still good.
    pub(super) fn find(&self, key: &Key, now: Moment) -> Option<Arc<Proof>> {
        self.shard(key).read().proofs.get(key).filter(|proof| proof.good_at(now)).cloned()
    }

    /// To be taken before the store is asked about a token, and given to [`Verified::remember`].
    pub(super) fn rounds(&self) -> Rounds {
        Rounds(std::array::from_fn(|nth| self.rounds[nth].load(Ordering::Acquire)))
    }

    /// Remembers a proof; not if something of its entity was forgotten since `rounds` was taken, for that may have been
    /// about this token.
    pub(super) fn remember(&self, key: Key, proof: &Arc<Proof>, rounds: &Rounds, now: Moment) {
        let nth = round_of(proof.who.entity);
        let mut shard = self.shard(&key).write();
        if self.rounds[nth].load(Ordering::Acquire) != rounds.0[nth] {
            return;
        }
        if shard.proofs.len() >= MOST {
            shard.make_room(now);
        }
        shard.of_entity.entry(proof.who.entity).or_default().insert(key);
        shard.proofs.insert(key, proof.clone());
    }

    /// First the rounds, then the proofs: whoever remembers meanwhile either sees the new round or is forgotten too.
    fn forget(&self, ended: &Ended) {
        let rounds = match ended {
            Ended::OfEntity(entity) => std::slice::from_ref(&self.rounds[round_of(*entity)]),
            Ended::OfTenant(_) | Ended::Scoped => &self.rounds[..],
        };
        for round in rounds {
            round.fetch_add(1, Ordering::AcqRel);
        }
        for shard in &self.shards {
            shard.write().forget(ended);
        }
    }
}

fn round_of(entity: Uuid) -> usize {
    usize::from(entity.as_bytes()[15]) % ROUNDS
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
        match ended {
            Ended::OfEntity(entity) => {
                for key in self.of_entity.remove(entity).unwrap_or_default() {
                    self.proofs.remove(&key);
                }
            }
            Ended::OfTenant(tenant) => self.keep(|proof| proof.who.tenant != Some(*tenant)),
            Ended::Scoped => self.keep(|proof| proof.who.ceiling.is_none()),
        }
    }

    fn keep(&mut self, stays: impl Fn(&Proof) -> bool) {
        let Shard { proofs, of_entity } = self;
        proofs.retain(|key, proof| {
            let stays = stays(proof);
            if !stays && let Some(keys) = of_entity.get_mut(&proof.who.entity) {
                keys.remove(key);
            }
            stays
        });
        of_entity.retain(|_, keys| !keys.is_empty());
    }
}

/// Whose proofs are no longer good, or have to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Ended {
    OfEntity(Uuid),
    OfTenant(Uuid),
    /// Those of scoped tokens: the name of an action, as their permissions say it, changed.
    Scoped,
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
    if matches!(
        row.event.as_str(),
        "auth.logout" | "session.revoke" | "credential.revoke" | "credential.update" | RAISED
    ) {
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
        Change::Put(Fact::Entity { id, .. }) | Change::Drop(FactKey::Entity { id }) => {
            Some(Ended::OfEntity(*id))
        }
        Change::Put(Fact::Tenant { status: TenantStatus::Active, .. }) => None,
        Change::Put(Fact::Tenant { id, .. }) | Change::Drop(FactKey::Tenant { id }) => {
            Some(Ended::OfTenant(*id))
        }
        Change::Put(Fact::Action { .. }) | Change::Drop(FactKey::Action { .. }) => Some(Ended::Scoped),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use atoll_base::ctx::{CredentialKind, Methods};
    use atoll_policy::{EntityKind, Status};
    use serde_json::json;

    use super::*;

    const NOW: Moment = Moment(1_000_000);
    const TENANT: Uuid = Uuid::from_u128(7);

    fn proof(entity: u128, until: Option<Moment>) -> Arc<Proof> {
        let who = SignedIn {
            entity: Uuid::from_u128(entity),
            tenant: Some(TENANT),
            session: None,
            credential: None,
            kind: CredentialKind::Password,
            expires_at: until,
            since: None,
            methods: Methods::NONE,
            ceiling: None,
            actors: Vec::new(),
        };
        Arc::new(Proof::new(who, until, Moment(0)))
    }

    fn key(nth: u64) -> Key {
        let mut key = Key::default();
        key[..8].copy_from_slice(&nth.to_le_bytes());
        key
    }

    fn row(event: &str, target: Option<(&str, u128)>, changes: Vec<Change>) -> Row {
        Row {
            stream: TENANT,
            revision: 1,
            id: Uuid::nil(),
            at: NOW,
            event: event.to_owned(),
            outcome: "allow".to_owned(),
            actor: None,
            target: target.map(|(kind, id)| (kind.to_owned(), Uuid::from_u128(id))),
            reason: None,
            details: json!({}),
            changes,
        }
    }

    fn remembering(entity: u128) -> Verified {
        let verified = Verified::default();
        verified.remember(key(1), &proof(entity, None), &verified.rounds(), NOW);
        assert!(verified.find(&key(1), NOW).is_some());
        verified
    }

    #[test]
    fn a_proof_is_good_until_it_ends() {
        let verified = Verified::default();
        verified.remember(key(1), &proof(1, Some(Moment(5))), &verified.rounds(), Moment(1));
        assert!(verified.find(&key(1), Moment(4)).is_some());
        assert!(verified.find(&key(1), Moment(5)).is_none());
        assert!(verified.find(&key(2), Moment(4)).is_none());
    }

    #[test]
    fn whatever_ends_proofs_makes_them_forgotten() {
        let entity = Fact::Entity {
            id: Uuid::from_u128(1),
            tenant: Some(TENANT),
            kind: EntityKind::Device,
            name: "meter".into(),
            status: Status::Inactive,
            deleted: false,
            attributes: json!({}),
        };
        let frozen = Fact::Tenant { id: TENANT, status: TenantStatus::Frozen, attributes: json!({}) };
        let ending = [
            row("auth.logout", Some(("entity", 1)), vec![]),
            row("session.revoke", Some(("entity", 1)), vec![]),
            row("session.revoke", Some(("tenant", 7)), vec![]),
            row("credential.revoke", Some(("entity", 1)), vec![]),
            Row {
                details: json!({ "entity_id": Uuid::from_u128(1) }),
                ..row("credential.revoke", Some(("credential", 9)), vec![])
            },
            Row {
                details: json!({ "entity_id": Uuid::from_u128(1) }),
                ..row("credential.update", Some(("credential", 9)), vec![])
            },
            row("entity.disable", Some(("entity", 1)), vec![Change::Put(entity)]),
            row("tenant.freeze", Some(("tenant", 7)), vec![Change::Put(frozen)]),
            row("entity.purge", None, vec![Change::Drop(FactKey::Entity { id: Uuid::from_u128(1) })]),
            row("tenant.purge", None, vec![Change::Drop(FactKey::Tenant { id: TENANT })]),
        ];
        for row in ending {
            let verified = remembering(1);
            verified.on(std::slice::from_ref(&row));
            assert!(verified.find(&key(1), NOW).is_none(), "{}", row.event);
        }
        let verified = remembering(1);
        verified.on(&[row("auth.logout", Some(("entity", 2)), vec![])]);
        assert!(verified.find(&key(1), NOW).is_some(), "others stay");
    }

    #[test]
    fn what_ends_while_it_is_verified_is_not_remembered() {
        for target in [("entity", 1), ("tenant", 7)] {
            let verified = Verified::default();
            let rounds = verified.rounds();
            verified.on(&[row("session.revoke", Some(target), vec![])]);
            verified.remember(key(1), &proof(1, None), &rounds, NOW);
            assert!(verified.find(&key(1), NOW).is_none());
        }
    }

    #[test]
    fn the_memory_is_bounded() {
        let verified = Verified::default();
        let rounds = verified.rounds();
        for nth in 0..(MOST * 2) as u64 {
            // The first byte chooses the part: all of them go to one.
            verified.remember(key(nth << 8), &proof(nth.into(), None), &rounds, NOW);
        }
        for shard in &verified.shards {
            let shard = shard.read();
            assert!(shard.proofs.len() <= MOST);
            let indexed: usize = shard.of_entity.values().map(HashSet::len).sum();
            assert_eq!(indexed, shard.proofs.len());
        }
    }

    #[test]
    fn a_use_is_noted_once_in_a_while() {
        let every = Duration::from_secs(300);
        let proof = Proof::new((*proof(1, None).who).clone(), None, NOW);
        assert!(!proof.due_to_note(NOW.plus(Duration::from_secs(299)), every));
        assert!(proof.due_to_note(NOW.plus(every), every));
        assert!(!proof.due_to_note(NOW.plus(every), every));
    }
}
