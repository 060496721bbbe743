//! Sorted sets of ids, from one to millions: walked from anywhere in order, cheap to clone, and a change copies little.

use std::sync::Arc;

use smallvec::SmallVec;
use uuid::Uuid;

/// Up to this many ids lie in one list.
const FEW: usize = 32;
/// A chunk with more ids than this is cut in two: about the root of the largest set there is, so that copying a chunk
/// and copying the list of chunks cost alike.
const CHUNK: usize = 1024;

/// A sorted set of ids.
#[derive(Debug, Clone)]
pub(crate) enum Ids {
    Few(SmallVec<[Uuid; 1]>),
    Many(Arc<Vec<Arc<Vec<Uuid>>>>),
}

impl Default for Ids {
    fn default() -> Self {
        Self::Few(SmallVec::new())
    }
}

impl Ids {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Few(few) => few.is_empty(),
            Self::Many(chunks) => chunks.is_empty(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(chunks) => chunks.iter().map(|chunk| chunk.len()).sum(),
        }
    }

    pub(crate) fn insert(&mut self, id: Uuid) {
        match self {
            Self::Few(few) => {
                if let Err(at) = few.binary_search(&id) {
                    few.insert(at, id);
                }
                if few.len() > FEW {
                    *self = Self::Many(Arc::new(vec![Arc::new(few.to_vec())]));
                }
            }
            Self::Many(chunks) => insert_into(chunks, id),
        }
    }

    pub(crate) fn remove(&mut self, id: Uuid) {
        match self {
            Self::Few(few) => {
                if let Ok(at) = few.binary_search(&id) {
                    few.remove(at);
                }
            }
            Self::Many(chunks) => {
                let nth = chunk_of(chunks, id);
                let Ok(at) = chunks[nth].binary_search(&id) else { return };
                let chunks = Arc::make_mut(chunks);
                Arc::make_mut(&mut chunks[nth]).remove(at);
                if chunks[nth].is_empty() {
                    chunks.remove(nth);
                }
                if chunks.is_empty() {
                    *self = Self::default();
                }
            }
        }
    }

    /// Those after `id`, or all, in order.
    pub(crate) fn after(&self, id: Option<Uuid>) -> impl Iterator<Item = Uuid> + '_ {
        let past = |ids: &[Uuid]| id.map_or(0, |id| ids.partition_point(|known| *known <= id));
        let (few, many) = match self {
            Self::Few(few) => (Some(few[past(few)..].iter()), None),
            Self::Many(chunks) => {
                let nth = id.map_or(0, |id| chunk_of(chunks, id));
                let first = chunks[nth][past(&chunks[nth])..].iter();
                (None, Some(first.chain(chunks[nth + 1..].iter().flat_map(|chunk| chunk.iter()))))
            }
        };
        few.into_iter().flatten().chain(many.into_iter().flatten()).copied()
    }
}

/// The chunk in which the id is, or would be.
fn chunk_of(chunks: &[Arc<Vec<Uuid>>], id: Uuid) -> usize {
    chunks.partition_point(|chunk| chunk[0] <= id).saturating_sub(1)
}

fn insert_into(chunks: &mut Arc<Vec<Arc<Vec<Uuid>>>>, id: Uuid) {
    let nth = chunk_of(chunks, id);
    let Err(at) = chunks[nth].binary_search(&id) else { return };
    let chunks = Arc::make_mut(chunks);
    let chunk = Arc::make_mut(&mut chunks[nth]);
    chunk.insert(at, id);
    if chunk.len() > CHUNK {
        // Ids mostly grow with time: what is full at the end stays nearly full.
        let cut = if at + 1 == chunk.len() { chunk.len() - 1 } else { chunk.len() / 2 };
        let upper = chunk.split_off(cut);
        chunks.insert(nth + 1, Arc::new(upper));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn agrees_with_a_sorted_set(
            steps in prop::collection::vec((0u16..6000, prop::bool::weighted(0.7)), 0..6000),
            froms in prop::collection::vec(0u16..6000, 10),
        ) {
            let (mut ours, mut theirs) = (Ids::default(), BTreeSet::new());
            let mut kept = Vec::new();
            for (at, (id, insert)) in steps.into_iter().enumerate() {
                let id = Uuid::from_u128(id.into());
                if insert {
                    ours.insert(id);
                    theirs.insert(id);
                } else {
                    ours.remove(id);
                    theirs.remove(&id);
                }
                if at % 1500 == 0 {
                    kept.push((ours.clone(), theirs.clone()));
                }
            }
            kept.push((ours, theirs));
            for (ours, theirs) in kept {
                prop_assert_eq!((ours.is_empty(), ours.len()), (theirs.is_empty(), theirs.len()));
                prop_assert!(ours.after(None).eq(theirs.iter().copied()));
                for from in &froms {
                    let from = Uuid::from_u128((*from).into());
                    let expected = theirs.range((std::ops::Bound::Excluded(from), std::ops::Bound::Unbounded));
                    prop_assert!(ours.after(Some(from)).eq(expected.copied()));
                }
            }
        }
    }

    #[test]
    fn ids_that_grow_fill_their_chunks() {
        let mut ids = Ids::default();
        (0..10_000).for_each(|id| ids.insert(Uuid::from_u128(id)));
        let Ids::Many(chunks) = ids else { panic!("many") };
        assert!(chunks.len() <= 10, "{}", chunks.len());
    }
}
