//! The counts in memory: in parts that are locked one by one, so that requests do not wait for each other.

use std::hash::BuildHasher;

use hashbrown::HashMap;
use parking_lot::Mutex;

use super::model::{Class, Network};
use crate::settings::RateLimit;

/// Parts of a class.
const SHARDS: usize = 16;
/// Most networks in a part.
const MOST: usize = 1024;
/// How many are looked at to find one to forget.
const LOOKED_AT: usize = 8;
/// Most requests of a window that are known to nobody but this process are this part of the limit.
const SLICES: u64 = 10;

/// What the store is told about: requests of one network in one window, in this process, since it was last told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) class: Class,
    pub(super) network: Network,
    /// End of the window, in microseconds.
    pub(super) ends_at: i64,
    /// How many.
    pub(super) count: u64,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is let through.
    Through,
    /// It is one too many.
    TooMany,
    /// The store has to be asked first.
    Ask,
}

/// How a request is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) limit: RateLimit,
    /// Now, in microseconds.
    pub(super) now: i64,
    /// Nobody else counts: what the store said once stays true.
    pub(super) alone: bool,
    /// The store may be asked, and waited for.
    pub(super) may_ask: bool,
}

impl Terms {
    /// The end of the window that `now` lies in.
    pub(super) fn ends_at(&self) -> i64 {
        let length = i64::try_from(self.limit.window.as_micros()).unwrap_or(i64::MAX).max(1);
        self.now.saturating_sub(self.now.rem_euclid(length)).saturating_add(length)
    }

    fn slice(&self) -> u64 {
        (u64::from(self.limit.requests) / SLICES).max(1)
    }

    /// From how many on the store is told: single requests are not worth a row.
    fn worth_telling(&self) -> u64 {
        (self.slice() / 2).max(2)
    }
}

#[derive(Default)]
struct Count {
    /// By everybody, as the store last said; with what it is being told now.
    known: u64,
    /// In this process, since.
    fresh: u64,
    /// The store has said something about this window.
    heard: bool,
    /// Stands in the queue of what the store is told next.
    due: bool,
}

#[derive(Default)]
struct Shard {
    ends_at: i64,
    counts: HashMap<Network, Count>,
    due: Vec<Network>,
}

impl Shard {
    /// Another window has begun: nothing counts any more.
    fn turn(&mut self, ends_at: i64) {
        if self.ends_at != ends_at {
            *self = Shard { ends_at, ..Shard::default() };
        }
    }

    /// Forgets somebody who sent little. The store still knows them if they sent more than one request.
    fn make_room(&mut self) {
        let candidates = self.counts.iter().take(LOOKED_AT);
        let least = candidates.min_by_key(|(_, count)| (count.due, count.known + count.fresh));
        if let Some(network) = least.map(|(network, _)| *network) {
            self.counts.remove(&network);
        }
    }
}

/// The counts.
pub(super) struct Counts {
    shards: Vec<Mutex<Shard>>,
    hasher: foldhash::fast::RandomState,
}

impl Default for Counts {
    fn default() -> Self {
        Counts {
            shards: (0..Class::ALL.len() * SHARDS).map(|_| Mutex::default()).collect(),
            hasher: foldhash::fast::RandomState::default(),
        }
    }
}

impl Counts {
    fn shard(&self, class: Class, network: &Network) -> &Mutex<Shard> {
        let hash = usize::try_from(self.hasher.hash_one(network) >> 32).unwrap_or_default();
        &self.shards[class.nth() * SHARDS + hash % SHARDS]
    }

    /// Counts `requests` of a network, unless they are too many or the store has to be asked first.
    pub(super) fn take(&self, class: Class, network: Network, requests: u64, terms: &Terms) -> Taken {
        let limit = u64::from(terms.limit.requests);
        let mut shard = self.shard(class, &network).lock();
        shard.turn(terms.ends_at());
        if shard.counts.len() >= MOST && !shard.counts.contains_key(&network) {
            shard.make_room();
        }
        let Shard { counts, due, .. } = &mut *shard;
        let count = counts.entry(network).or_default();
        if count.known + count.fresh + requests > limit {
            return Taken::TooMany;
        }
        let alone = terms.alone && count.heard;
        let ask = terms.may_ask && !alone && count.fresh > 0 && count.fresh + requests > terms.slice();
        if !ask {
            count.fresh += requests;
        }
        if !count.due && (ask || count.fresh >= terms.worth_telling()) {
            count.due = true;
            due.push(network);
        }
        if ask { Taken::Ask } else { Taken::Through }
    }

    /// What the store is to be told, at most `most`. Each is told once: see [`Counts::learn`] and [`Counts::take_back`].
    pub(super) fn due(&self, most: usize) -> Vec<Heard> {
        let mut told = Vec::new();
        for class in Class::ALL {
            for shard in &self.shards[class.nth() * SHARDS..][..SHARDS] {
                let mut shard = shard.lock();
                let Shard { ends_at, counts, due } = &mut *shard;
                while told.len() < most {
                    let Some(network) = due.pop() else { break };
                    let Some(count) = counts.get_mut(&network) else { continue };
                    count.due = false;
                    count.known += count.fresh;
                    told.push(Heard { class, network, ends_at: *ends_at, count: count.fresh });
                    count.fresh = 0;
                }
            }
        }
        told
    }

    /// The store was told, and says how many there are in all.
    pub(super) fn learn(&self, heard: &Heard) {
        let mut shard = self.shard(heard.class, &heard.network).lock();
        if shard.ends_at == heard.ends_at
            && let Some(count) = shard.counts.get_mut(&heard.network)
        {
            count.known = heard.count;
            count.heard = true;
        }
    }

    /// The store could not be told.
    pub(super) fn take_back(&self, told: &Heard) {
        let mut shard = self.shard(told.class, &told.network).lock();
        if shard.ends_at != told.ends_at {
            return;
        }
        let Shard { counts, due, .. } = &mut *shard;
        if let Some(count) = counts.get_mut(&told.network) {
            count.known = count.known.saturating_sub(told.count);
            count.fresh += told.count;
            if !count.due {
                count.due = true;
                due.push(told.network);
            }
        }
    }

    #[cfg(test)]
    fn held(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().counts.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const CLASS: Class = Class::AuthRoutes;
    const HERE: Network = Network::V4([203, 0, 113, 9]);

    fn terms(requests: u32, alone: bool) -> Terms {
        let limit = RateLimit { requests, window: Duration::from_secs(60) };
        Terms { limit, now: 1_000_000_000, alone, may_ask: true }
    }

    fn take(counts: &Counts, terms: &Terms) -> Taken {
        counts.take(CLASS, HERE, 1, terms)
    }

    /// A store that only this process counts in.
    fn tell(counts: &Counts, total: &mut u64) {
        for mut heard in counts.due(100) {
            *total += heard.count;
            heard.count = *total;
            counts.learn(&heard);
        }
    }

    #[test]
    fn so_many_pass_and_no_more_until_the_window_ends() {
        let (counts, mut total) = (Counts::default(), 0);
        let mut terms = terms(30, false);
        let mut passed = 0;
        for _ in 0..200 {
            match take(&counts, &terms) {
                Taken::Through => passed += 1,
                Taken::TooMany => {}
                Taken::Ask => tell(&counts, &mut total),
            }
        }
        assert_eq!(passed, 30);
        assert_eq!(take(&counts, &terms), Taken::TooMany);
        terms.now = terms.ends_at();
        assert_eq!(take(&counts, &terms), Taken::Through, "a new window");
    }

    #[test]
    fn a_slice_passes_before_the_store_is_asked() {
        let counts = Counts::default();
        let terms = terms(30, false);
        for _ in 0..3 {
            assert_eq!(take(&counts, &terms), Taken::Through);
        }
        assert_eq!(take(&counts, &terms), Taken::Ask);
        let told = counts.due(10);
        assert_eq!((told.len(), told[0].count), (1, 3));
        // Others sent all the rest meanwhile.
        counts.learn(&Heard { count: 30, ..told[0].clone() });
        assert_eq!(take(&counts, &terms), Taken::TooMany);
    }

    #[test]
    fn whoever_counts_alone_asks_once() {
        let (counts, mut total) = (Counts::default(), 0);
        let terms = terms(30, true);
        let mut asked = 0;
        for _ in 0..40 {
            if take(&counts, &terms) == Taken::Ask {
                asked += 1;
                tell(&counts, &mut total);
            }
        }
        assert_eq!(asked, 1);
        assert_eq!(take(&counts, &terms), Taken::TooMany);
    }

    #[test]
    fn what_the_store_was_not_told_is_told_again() {
        let counts = Counts::default();
        let terms = terms(30, false);
        for _ in 0..3 {
            take(&counts, &terms);
        }
        let told = counts.due(10);
        counts.take_back(&told[0]);
        assert_eq!(counts.due(10), told);
    }

    #[test]
    fn a_single_request_is_not_told() {
        let counts = Counts::default();
        take(&counts, &terms(30, false));
        assert_eq!(counts.due(10), []);
    }

    #[test]
    fn a_spray_of_addresses_is_held_within_bounds() {
        let counts = Counts::default();
        let terms = terms(30, false);
        for nth in 0..100_000_u32 {
            counts.take(CLASS, Network::V4(nth.to_be_bytes()), 1, &terms);
        }
        assert!(counts.held() <= SHARDS * MOST, "{}", counts.held());
        assert_eq!(counts.due(10), [], "and the store hears nothing of it");
    }
}
