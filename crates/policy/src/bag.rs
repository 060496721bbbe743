//! Sets and multi-maps that are mostly tiny and sometimes huge, cheap to clone and to change in both cases.

use std::hash::Hash;

use smallvec::SmallVec;

use crate::sharded::{Sharded, hash_of};

/// Up to this many elements lie in one sorted list.
const FEW: usize = 32;

/// A set.
#[derive(Debug, Clone)]
pub(crate) enum Bag<T> {
    Few(SmallVec<[T; 1]>),
    Many(Sharded<T, ()>),
}

impl<T> Default for Bag<T> {
    fn default() -> Self {
        Self::Few(SmallVec::new())
    }
}

impl<T: Hash + Ord + Copy> Bag<T> {
    /// The set of these elements, made in one go.
    pub(crate) fn of_all(mut elements: Vec<T>) -> Self {
        elements.sort_unstable();
        elements.dedup();
        if elements.len() <= FEW {
            return Self::Few(SmallVec::from_slice(&elements));
        }
        elements.sort_by_cached_key(hash_of);
        Self::Many(Sharded::of_sorted(elements.into_iter().map(|element| (element, ())).collect()))
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(many) => many.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn contains(&self, element: &T) -> bool {
        match self {
            Self::Few(few) => few.binary_search(element).is_ok(),
            Self::Many(many) => many.contains(element),
        }
    }

    pub(crate) fn insert(&mut self, element: T) {
        match self {
            Self::Few(few) => {
                if let Err(at) = few.binary_search(&element) {
                    few.insert(at, element);
                }
                if few.len() > FEW {
                    let mut many = Sharded::default();
                    for element in few.iter() {
                        many.insert(*element, ());
                    }
                    *self = Self::Many(many);
                }
            }
            Self::Many(many) => {
                many.insert(element, ());
            }
        }
    }

    pub(crate) fn remove(&mut self, element: &T) {
        match self {
            Self::Few(few) => {
                if let Ok(at) = few.binary_search(element) {
                    few.remove(at);
                }
            }
            Self::Many(many) => {
                many.remove(element);
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let (few, many) = match self {
            Self::Few(few) => (Some(few.iter()), None),
            Self::Many(many) => (None, Some(many.iter())),
        };
        few.into_iter().flatten().copied().chain(many.into_iter().flatten().map(|(element, ())| *element))
    }
}

/// A map from keys to sets of values.
#[derive(Debug, Clone)]
pub(crate) enum Multi<K, V> {
    Few(SmallVec<[(K, V); 1]>),
    Many { by_key: Sharded<K, SmallVec<[V; 1]>>, pairs: usize },
}

impl<K, V> Default for Multi<K, V> {
    fn default() -> Self {
        Self::Few(SmallVec::new())
    }
}

impl<K: Hash + Ord + Copy, V: Ord + Copy> Multi<K, V> {
    /// The map of these pairs, made in one go.
    pub(crate) fn of_pairs(mut pairs: Vec<(K, V)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        if pairs.len() <= FEW {
            return Self::Few(SmallVec::from_slice(&pairs));
        }
        let mut keys: Vec<(K, SmallVec<[V; 1]>)> = Vec::new();
        for same in pairs.chunk_by(|(one, _), (other, _)| one == other) {
            keys.push((same[0].0, same.iter().map(|(_, value)| *value).collect()));
        }
        keys.sort_by_cached_key(|(key, _)| hash_of(key));
        Self::Many { by_key: Sharded::of_sorted(keys), pairs: pairs.len() }
    }

    /// How many pairs there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many { pairs, .. } => *pairs,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self {
            Self::Few(few) => {
                if let Err(at) = few.binary_search(&(key, value)) {
                    few.insert(at, (key, value));
                }
                if few.len() > FEW {
                    let mut by_key: Sharded<K, SmallVec<[V; 1]>> = Sharded::default();
                    for (key, value) in few.iter() {
                        by_key.get_or_insert_with(*key, SmallVec::new).push(*value);
                    }
                    *self = Self::Many { by_key, pairs: few.len() };
                }
            }
            Self::Many { by_key, pairs } => {
                let values = by_key.get_or_insert_with(key, SmallVec::new);
                if let Err(at) = values.binary_search(&value) {
                    values.insert(at, value);
                    *pairs += 1;
                }
            }
        }
    }

    pub(crate) fn remove(&mut self, key: K, value: V) {
        match self {
            Self::Few(few) => {
                if let Ok(at) = few.binary_search(&(key, value)) {
                    few.remove(at);
                }
            }
            Self::Many { by_key, pairs } => {
                let Some(values) = by_key.get_mut(&key) else { return };
                if let Ok(at) = values.binary_search(&value) {
                    values.remove(at);
                    *pairs -= 1;
                }
                if values.is_empty() {
                    by_key.remove(&key);
                }
            }
        }
    }

    /// The values of one key.
    pub(crate) fn of(&self, key: K) -> impl Iterator<Item = V> + '_ {
        let (few, many) = match self {
            Self::Few(few) => {
                let start = few.partition_point(|(known, _)| *known < key);
                let values = few[start..].iter().take_while(move |(known, _)| *known == key);
                (Some(values.map(|(_, value)| *value)), None)
            }
            Self::Many { by_key, .. } => (None, by_key.get(&key).map(|values| values.iter().copied())),
        };
        few.into_iter().flatten().chain(many.into_iter().flatten())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, V)> + '_ {
        let (few, many) = match self {
            Self::Few(few) => (Some(few.iter().copied()), None),
            Self::Many { by_key, .. } => (None, Some(by_key.iter())),
        };
        let many = many.into_iter().flatten();
        let many = many.flat_map(|(key, values)| values.iter().map(move |value| (*key, *value)));
        few.into_iter().flatten().chain(many)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn agree_with_a_sorted_set(steps in prop::collection::vec((0u8..20, 0u8..10, any::<bool>()), 0..300)) {
            let mut multi: Multi<u8, u8> = Multi::default();
            let mut bag: Bag<(u8, u8)> = Bag::default();
            let mut set = BTreeSet::new();
            for (key, value, insert) in steps {
                if insert {
                    multi.insert(key, value);
                    bag.insert((key, value));
                    set.insert((key, value));
                } else {
                    multi.remove(key, value);
                    bag.remove(&(key, value));
                    set.remove(&(key, value));
                }
                prop_assert_eq!(multi.len(), set.len());
                prop_assert_eq!(bag.is_empty(), set.is_empty());
                prop_assert_eq!(bag.contains(&(key, value)), set.contains(&(key, value)));
            }
            let twice: Vec<(u8, u8)> = set.iter().rev().chain(&set).copied().collect();
            let (whole_bag, whole_multi) = (Bag::of_all(twice.clone()), Multi::of_pairs(twice));
            prop_assert_eq!((whole_bag.len(), whole_multi.len()), (set.len(), set.len()));
            prop_assert_eq!(whole_bag.iter().collect::<BTreeSet<_>>(), set.clone());
            prop_assert_eq!(whole_multi.iter().collect::<BTreeSet<_>>(), set.clone());
            prop_assert_eq!(bag.iter().collect::<BTreeSet<_>>(), set.clone());
            prop_assert_eq!(multi.iter().collect::<BTreeSet<_>>(), set.clone());
            for key in 0..20 {
                let expected: BTreeSet<u8> = set.iter().filter(|(k, _)| *k == key).map(|(_, v)| *v).collect();
                prop_assert_eq!(whole_multi.of(key).collect::<BTreeSet<_>>(), expected.clone());
                prop_assert_eq!(multi.of(key).collect::<BTreeSet<_>>(), expected);
            }
        }
    }
}
