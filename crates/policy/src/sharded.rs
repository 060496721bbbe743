//! A hash map made of shared shards: cloning it is free, changing a clone copies only the shards touched.

use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, LazyLock};

use foldhash::quality::RandomState;
use hashbrown::Equivalent;
use smallvec::SmallVec;

/// Children of a branch.
const FAN: usize = 16;
const FAN_BITS: u32 = FAN.trailing_zeros();
/// A leaf with more entries than this becomes a branch: few enough to copy in a microsecond, enough to waste little.
const LEAF_MAX: usize = 64;
/// Below this depth the hash has no more bits to tell entries apart; the lowest byte is the tag.
const DEPTH_MAX: u32 = (u64::BITS - u8::BITS) / FAN_BITS;

/// Seeded once a process, so that nobody can prepare ids which collide.
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::default);

/// The hash that decides where a key lies: keys in the order of their hashes lie side by side.
pub(crate) fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u64 {
    HASHER.hash_one(key)
}

/// Which child of a branch at `depth` holds the hash: bits from the top.
const fn child_of(hash: u64, depth: u32) -> usize {
    (hash >> (u64::BITS - FAN_BITS * (depth + 1))) as usize % FAN
}

/// The part of a hash that is kept beside an entry.
const fn tag_of(hash: u64) -> u8 {
    hash.to_le_bytes()[0]
}

/// The map. Iteration order is not defined.
#[derive(Debug, Clone)]
pub(crate) struct Sharded<K, V> {
    root: Node<K, V>,
    len: usize,
}

#[derive(Debug, Clone)]
enum Node<K, V> {
    Empty,
    Leaf(Arc<Leaf<K, V>>),
    Branch(Arc<[Self; FAN]>),
}

/// Entries lie densely; their tags, eight at a time, tell which of them to look at.
#[derive(Debug)]
struct Leaf<K, V> {
    tags: SmallVec<[u8; LEAF_MAX]>,
    entries: Vec<(K, V)>,
}

impl<K, V> Default for Sharded<K, V> {
    fn default() -> Self {
        Self { root: Node::Empty, len: 0 }
    }
}

impl<K: Clone, V: Clone> Clone for Leaf<K, V> {
    fn clone(&self) -> Self {
        // A leaf is cloned in order to change it, so there is room for one more.
        let mut entries = Vec::with_capacity(self.entries.len() + 1);
        entries.extend_from_slice(&self.entries);
        Self { tags: self.tags.clone(), entries }
    }
}

impl<K, V> Leaf<K, V> {
    fn new() -> Self {
        Self { tags: SmallVec::new(), entries: Vec::new() }
    }

    fn find<Q: Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Option<usize> {
        const ONES: u64 = u64::MAX / 0xff;
        let tag = tag_of(hash);
        let (eights, rest) = self.tags.as_chunks::<8>();
        for (nth, eight) in eights.iter().enumerate() {
            // A byte that is zero after this has the tag; a few others may look like it.
            let differences = u64::from_le_bytes(*eight) ^ (ONES * u64::from(tag));
            let mut hits = differences.wrapping_sub(ONES) & !differences & (ONES << 7);
            while hits != 0 {
                let at = 8 * nth + hits.trailing_zeros() as usize / 8;
                if key.equivalent(&self.entries[at].0) {
                    return Some(at);
                }
                hits &= hits - 1;
            }
        }
        let start = self.tags.len() - rest.len();
        (start..self.tags.len()).find(|&at| self.tags[at] == tag && key.equivalent(&self.entries[at].0))
    }

    /// Adds an entry and returns where it is.
    fn push(&mut self, hash: u64, key: K, value: V) -> usize {
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact((self.entries.len() / 2).clamp(1, 16));
        }
        self.tags.push(tag_of(hash));
        self.entries.push((key, value));
        self.entries.len() - 1
    }

    fn swap_remove(&mut self, at: usize) -> V {
        self.tags.swap_remove(at);
        self.entries.swap_remove(at).1
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Sharded<K, V> {
    /// A map of these entries, no two of them with the same key, in the order of the hashes of their keys. It is made
    /// in one go and wastes no memory.
    pub(crate) fn of_sorted(entries: Vec<(K, V)>) -> Self {
        let hashes: Vec<u64> = entries.iter().map(|(key, _)| hash_of(key)).collect();
        debug_assert!(hashes.is_sorted(), "entries lie in the order of their hashes");
        let len = entries.len();
        Self { root: Node::of_sorted(&hashes, &mut entries.into_iter(), 0), len }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        if self.len == 0 {
            return None;
        }
        let hash = hash_of(key);
        let mut node = &self.root;
        let mut depth = 0;
        loop {
            match node {
                Node::Empty => return None,
                Node::Leaf(leaf) => return leaf.find(hash, key).map(|at| &leaf.entries[at].1),
                Node::Branch(children) => node = &children[child_of(hash, depth)],
            }
            depth += 1;
        }
    }

    pub(crate) fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.get(key).is_some()
    }

    /// The value of the key, to be changed; copies what is shared on the way to it.
    pub(crate) fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        if self.len == 0 {
            return None;
        }
        let hash = hash_of(key);
        let leaf = self.root.leaf_mut(hash, 0)?;
        let at = leaf.find(hash, key)?;
        Some(&mut leaf.entries[at].1)
    }

    /// The value of the key, to be changed; `fresh` if there was none.
    pub(crate) fn get_or_insert_with(&mut self, key: K, fresh: impl FnOnce() -> V) -> &mut V {
        let hash = hash_of(&key);
        let leaf = self.root.leaf_for_insert(hash);
        let at = leaf.find(hash, &key).unwrap_or_else(|| {
            self.len += 1;
            leaf.push(hash, key, fresh())
        });
        &mut leaf.entries[at].1
    }

    /// Sets the value of the key and returns the one before.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let hash = hash_of(&key);
        let leaf = self.root.leaf_for_insert(hash);
        match leaf.find(hash, &key) {
            Some(at) => Some(std::mem::replace(&mut leaf.entries[at].1, value)),
            None => {
                self.len += 1;
                leaf.push(hash, key, value);
                None
            }
        }
    }

    /// Forgets the key and returns its value.
    pub(crate) fn remove<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        if !self.contains(key) {
            return None;
        }
        let hash = hash_of(key);
        let leaf = self.root.leaf_mut(hash, 0)?;
        let at = leaf.find(hash, key)?;
        let value = leaf.swap_remove(at);
        self.len -= 1;
        if self.len == 0 {
            self.root = Node::Empty;
        }
        Some(value)
    }

    pub(crate) fn iter(&self) -> Iter<'_, K, V> {
        Iter { nodes: SmallVec::from_slice(&[&self.root]), entries: [].iter() }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Node<K, V> {
    /// The leaf for the hash, unshared together with the branches above it.
    fn leaf_mut(&mut self, hash: u64, depth: u32) -> Option<&mut Leaf<K, V>> {
        match self {
            Self::Empty => None,
            Self::Leaf(leaf) => Some(Arc::make_mut(leaf)),
            Self::Branch(children) => {
                Arc::make_mut(children)[child_of(hash, depth)].leaf_mut(hash, depth + 1)
            }
        }
    }

    /// The leaf for the hash with room for one more, unshared together with the branches above it.
    fn leaf_for_insert(&mut self, hash: u64) -> &mut Leaf<K, V> {
        let mut node = self;
        let mut depth = 0;
        loop {
            match node {
                Self::Empty => *node = Self::Leaf(Arc::new(Leaf::new())),
                Self::Leaf(leaf) if leaf.entries.len() >= LEAF_MAX && depth < DEPTH_MAX => {
                    *node = Self::split(std::mem::replace(Arc::make_mut(leaf), Leaf::new()), depth);
                }
                Self::Leaf(_) => break,
                Self::Branch(_) => {}
            }
            if let Self::Branch(children) = node {
                node = &mut Arc::make_mut(children)[child_of(hash, depth)];
                depth += 1;
            }
        }
        let Self::Leaf(leaf) = node else { unreachable!("the loop ends at a leaf") };
        Arc::make_mut(leaf)
    }

    /// The node of as many of the entries as there are hashes.
    fn of_sorted(hashes: &[u64], entries: &mut impl Iterator<Item = (K, V)>, depth: u32) -> Self {
        if hashes.is_empty() {
            return Self::Empty;
        }
        if hashes.len() <= LEAF_MAX || depth >= DEPTH_MAX {
            let mut dense = Vec::with_capacity(hashes.len());
            dense.extend(entries.take(hashes.len()));
            let tags = hashes.iter().map(|hash| tag_of(*hash)).collect();
            return Self::Leaf(Arc::new(Leaf { tags, entries: dense }));
        }
        let mut rest = hashes;
        Self::Branch(Arc::new(std::array::from_fn(|child| {
            let (here, after) = rest.split_at(rest.partition_point(|hash| child_of(*hash, depth) <= child));
            rest = after;
            Self::of_sorted(here, entries, depth + 1)
        })))
    }

    /// A branch with the entries of the leaf.
    fn split(leaf: Leaf<K, V>, depth: u32) -> Self {
        let mut leaves: [Leaf<K, V>; FAN] = std::array::from_fn(|_| Leaf::new());
        for (key, value) in leaf.entries {
            let hash = hash_of(&key);
            leaves[child_of(hash, depth)].push(hash, key, value);
        }
        let children =
            leaves.map(|leaf| if leaf.entries.is_empty() { Self::Empty } else { Self::Leaf(Arc::new(leaf)) });
        Self::Branch(Arc::new(children))
    }
}

/// Every entry of a [`Sharded`] map.
pub(crate) struct Iter<'a, K, V> {
    nodes: SmallVec<[&'a Node<K, V>; 1]>,
    entries: std::slice::Iter<'a, (K, V)>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.entries.next() {
                return Some((key, value));
            }
            match self.nodes.pop()? {
                Node::Empty => {}
                Node::Leaf(leaf) => self.entries = leaf.entries.iter(),
                Node::Branch(children) => self.nodes.extend(children.iter()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clones_share_until_they_change() {
        let mut first: Sharded<u32, u32> = Sharded::default();
        for i in 0..20_000 {
            first.insert(i, i);
        }
        let mut second = first.clone();
        second.insert(7, 70);
        second.remove(&8);
        *second.get_mut(&9).unwrap() = 90;
        assert_eq!((first.get(&7), first.get(&8), first.get(&9)), (Some(&7), Some(&8), Some(&9)));
        assert_eq!((second.get(&7), second.get(&8), second.get(&9)), (Some(&70), None, Some(&90)));
        assert_eq!((first.len(), second.len()), (20_000, 19_999));
        assert_eq!(second.iter().count(), 19_999);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn made_in_one_go_it_holds_the_same(
            keys in prop::collection::btree_set(any::<u32>(), 0..3000),
            removed in any::<prop::sample::Index>(),
        ) {
            let mut entries: Vec<(u32, u64)> = keys.iter().map(|key| (*key, u64::from(*key) * 2)).collect();
            entries.sort_by_key(|(key, _)| hash_of(key));
            let mut map = Sharded::of_sorted(entries);
            prop_assert_eq!(map.len(), keys.len());
            prop_assert_eq!(map.iter().count(), keys.len());
            for key in &keys {
                prop_assert_eq!(map.get(key), Some(&(u64::from(*key) * 2)));
            }
            map.insert(7, 1);
            prop_assert_eq!(map.get(&7), Some(&1));
            if let Some(key) = keys.iter().nth(removed.index(keys.len().max(1))).filter(|key| **key != 7) {
                prop_assert!(map.remove(key).is_some() && map.get(key).is_none());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn agrees_with_the_standard_map(
            steps in prop::collection::vec((0u16..1500, prop::option::weighted(0.6, any::<u8>())), 0..3000),
        ) {
            let mut ours: Sharded<u16, u8> = Sharded::default();
            let mut theirs: HashMap<u16, u8> = HashMap::new();
            let mut kept = Vec::new();
            for (at, (key, value)) in steps.into_iter().enumerate() {
                match value {
                    Some(value) => prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    None => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                }
                prop_assert_eq!(ours.len(), theirs.len());
                if at % 700 == 0 {
                    kept.push((ours.clone(), theirs.clone()));
                }
            }
            kept.push((ours, theirs));
            for (ours, theirs) in kept {
                let all: HashMap<u16, u8> = ours.iter().map(|(k, v)| (*k, *v)).collect();
                prop_assert_eq!(&all, &theirs);
                for key in 0..1500 {
                    prop_assert_eq!(ours.get(&key), theirs.get(&key));
                }
            }
        }
    }
}
