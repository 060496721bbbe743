//! A hash map made of shared shards: cloning it is free, changing a clone copies only the shards touched.

use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, LazyLock};

use foldhash::quality::RandomState;
use hashbrown::{Equivalent, HashTable};

/// Children of a branch.
const FAN: usize = 64;
const FAN_BITS: u32 = FAN.trailing_zeros();
/// A leaf with more entries than this becomes a branch: small enough to copy in microseconds, large enough that a
/// million entries are two branches deep.
const LEAF_MAX: usize = 512;
/// A leaf with no more entries than this is searched from end to end.
const SCAN_MAX: usize = 8;
/// Below this depth the hash has no more bits to tell entries apart.
const DEPTH_MAX: u32 = 9;

/// Seeded once a process, so that nobody can prepare ids which collide.
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::default);

fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u64 {
    HASHER.hash_one(key)
}

/// Which child of a branch at `depth` holds the hash. Takes bits from the top, below the seven that `HashTable`
/// keeps as a tag, and leaves it the low ones.
fn child_of(hash: u64, depth: u32) -> usize {
    (hash >> (57 - FAN_BITS * (depth + 1))) as usize % FAN
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

/// Entries lie densely; `slots` finds their positions once there are too many to scan.
#[derive(Debug)]
struct Leaf<K, V> {
    slots: HashTable<u16>,
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
        Self { slots: self.slots.clone(), entries }
    }
}

impl<K: Hash + Eq, V> Leaf<K, V> {
    fn new() -> Self {
        Self { slots: HashTable::new(), entries: Vec::new() }
    }

    fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Option<usize> {
        if self.entries.len() <= SCAN_MAX {
            return self.entries.iter().position(|(known, _)| key.equivalent(known));
        }
        self.slots
            .find(hash, |&at| key.equivalent(&self.entries[usize::from(at)].0))
            .map(|&at| usize::from(at))
    }

    fn push(&mut self, hash: u64, key: K, value: V) {
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(1 + self.entries.len() / 8);
        }
        let at = self.entries.len();
        self.entries.push((key, value));
        if at == SCAN_MAX {
            for at in 0..=at {
                self.index(hash_of(&self.entries[at].0), at);
            }
        } else if at > SCAN_MAX {
            self.index(hash, at);
        }
    }

    fn index(&mut self, hash: u64, at: usize) {
        let at =
            u16::try_from(at).expect("a leaf outgrows 65,536 entries only when as many hashes are equal");
        let entries = &self.entries;
        self.slots.insert_unique(hash, at, |&at| hash_of(&entries[usize::from(at)].0));
    }

    fn unindex(&mut self, hash: u64, at: usize) {
        if let Ok(slot) = self.slots.find_entry(hash, |&slot| usize::from(slot) == at) {
            slot.remove();
        }
    }

    fn swap_remove(&mut self, hash: u64, at: usize) -> V {
        let last = self.entries.len() - 1;
        if last == SCAN_MAX {
            self.slots.clear();
        } else if last > SCAN_MAX {
            self.unindex(hash, at);
            if at != last {
                let moved = hash_of(&self.entries[last].0);
                self.unindex(moved, last);
                let entries = &self.entries;
                let slot = u16::try_from(at).expect("positions were indexed before");
                self.slots.insert_unique(moved, slot, |&at| hash_of(&entries[usize::from(at)].0));
            }
        }
        self.entries.swap_remove(at).1
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Sharded<K, V> {
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
        if !self.contains(key) {
            return None;
        }
        let hash = hash_of(key);
        let leaf = self.root.leaf_mut(hash).0;
        let at = leaf.find(hash, key)?;
        Some(&mut leaf.entries[at].1)
    }

    /// The value of the key, to be changed; `fresh` if there was none.
    pub(crate) fn get_or_insert_with(&mut self, key: K, fresh: impl FnOnce() -> V) -> &mut V {
        let hash = hash_of(&key);
        let (leaf, _) = self.root.leaf_mut(hash);
        if leaf.find(hash, &key).is_none() {
            self.insert(key.clone(), fresh());
        }
        let (leaf, _) = self.root.leaf_mut(hash);
        let at = leaf.find(hash, &key).expect("the key was found or inserted just above");
        &mut leaf.entries[at].1
    }

    /// Sets the value of the key and returns the one before.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let hash = hash_of(&key);
        let (leaf, depth) = self.root.leaf_mut(hash);
        if let Some(at) = leaf.find(hash, &key) {
            return Some(std::mem::replace(&mut leaf.entries[at].1, value));
        }
        let split = leaf.entries.len() >= LEAF_MAX && depth < DEPTH_MAX;
        leaf.push(hash, key, value);
        self.len += 1;
        if split {
            self.root.split(hash);
        }
        None
    }

    /// Forgets the key and returns its value.
    pub(crate) fn remove<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        if !self.contains(key) {
            return None;
        }
        let hash = hash_of(key);
        let leaf = self.root.leaf_mut(hash).0;
        let at = leaf.find(hash, key)?;
        self.len -= 1;
        let value = leaf.swap_remove(hash, at);
        if self.len == 0 {
            self.root = Node::Empty;
        }
        Some(value)
    }

    pub(crate) fn iter(&self) -> Iter<'_, K, V> {
        Iter { nodes: vec![&self.root], entries: [].iter() }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Node<K, V> {
    /// The leaf for the hash and its depth, unshared together with the branches above it.
    fn leaf_mut(&mut self, hash: u64) -> (&mut Leaf<K, V>, u32) {
        let mut node = self;
        let mut depth = 0;
        while let Self::Branch(_) = node {
            let Self::Branch(children) = node else { unreachable!("the loop goes on for branches only") };
            node = &mut Arc::make_mut(children)[child_of(hash, depth)];
            depth += 1;
        }
        if let Self::Empty = node {
            *node = Self::Leaf(Arc::new(Leaf::new()));
        }
        let Self::Leaf(leaf) = node else { unreachable!("branches were passed and empty nodes filled") };
        (Arc::make_mut(leaf), depth)
    }

    /// Makes a branch of the leaf for the hash.
    fn split(&mut self, hash: u64) {
        let mut node = self;
        let mut depth = 0;
        while let Self::Branch(_) = node {
            let Self::Branch(children) = node else { unreachable!("the loop goes on for branches only") };
            node = &mut Arc::make_mut(children)[child_of(hash, depth)];
            depth += 1;
        }
        let Self::Leaf(leaf) = std::mem::replace(node, Self::Empty) else { return };
        let mut leaves: [Leaf<K, V>; FAN] = std::array::from_fn(|_| Leaf::new());
        for (key, value) in Arc::unwrap_or_clone(leaf).entries {
            let hash = hash_of(&key);
            leaves[child_of(hash, depth)].push(hash, key, value);
        }
        let children =
            leaves.map(|leaf| if leaf.entries.is_empty() { Self::Empty } else { Self::Leaf(Arc::new(leaf)) });
        *node = Self::Branch(Arc::new(children));
    }
}

/// Every entry of a [`Sharded`] map.
pub(crate) struct Iter<'a, K, V> {
    nodes: Vec<&'a Node<K, V>>,
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
