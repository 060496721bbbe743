//! What lies above a group, worked out when the hierarchy changes so that depth costs nothing in a decision.

use std::collections::HashSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::words::GroupFlavour;
use crate::world::World;

/// What lies above one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lineage {
    /// The groups whose grants a member receives, sorted: this one and those above it, up to the first principal
    /// group that is not in use.
    pub(crate) principals: Box<[Uuid]>,
    /// This group and those above it, from the bottom up, whatever their status.
    pub(crate) chain: Box<[Uuid]>,
    /// The groups of the chain and how high they stand in it, sorted.
    pub(crate) heights: Box<[(Uuid, usize)]>,
    /// How many groups from the start of the chain are object groups in use.
    pub(crate) open: usize,
}

/// The object groups above an object, from the bottom up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chain<'a> {
    /// A group that nothing is known about, or the bottom of `known`.
    unknown: Option<Uuid>,
    known: &'a [Uuid],
    heights: &'a [(Uuid, usize)],
    /// How many groups from the bottom are object groups in use.
    pub(crate) open: usize,
}

impl<'a> Chain<'a> {
    pub(crate) fn from(world: &'a World, bottom: Option<Uuid>) -> Self {
        match bottom.map(|group| (group, world.lineages.get(&group))) {
            None => Self::default(),
            Some((group, None)) => Self { unknown: Some(group), ..Self::default() },
            Some((_, Some(lineage))) => {
                Self { unknown: None, known: &lineage.chain, heights: &lineage.heights, open: lineage.open }
            }
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Uuid> + 'a {
        self.unknown.into_iter().chain(self.known.iter().copied())
    }

    /// How high the group stands above the object, the one it lies in being 0.
    pub(crate) fn height(self, group: Uuid) -> Option<usize> {
        match self.unknown {
            Some(unknown) => (unknown == group).then_some(0),
            None => {
                let at = self.heights.binary_search_by_key(&group, |(group, _)| *group).ok()?;
                Some(self.heights[at].1)
            }
        }
    }

    pub(crate) fn first(self) -> Option<Uuid> {
        self.iter().next()
    }

    pub(crate) fn len(self) -> usize {
        self.known.len() + usize::from(self.unknown.is_some())
    }
}

impl World {
    /// Works out the lineage of these groups and of every group below them again.
    pub(crate) fn refresh_lineages(&mut self, changed: impl IntoIterator<Item = Uuid>) {
        let mut affected: HashSet<Uuid> = HashSet::new();
        let mut waiting: Vec<Uuid> = changed.into_iter().collect();
        while let Some(group) = waiting.pop() {
            if affected.insert(group) {
                waiting.extend(self.children.get(&group).into_iter().flat_map(|below| below.iter()));
            }
        }
        for group in affected {
            match self.lineage_of(group) {
                Some(lineage) => self.lineages.insert(group, Arc::new(lineage)),
                None => self.lineages.remove(&group),
            };
        }
    }

    fn lineage_of(&self, group: Uuid) -> Option<Lineage> {
        self.groups.get(&group)?;
        let (mut chain, mut seen) = (Vec::new(), HashSet::new());
        let (mut principals, mut open) = (0, 0);
        let mut next = Some(group);
        // A hierarchy that bites its tail ends where it would come by a second time.
        while let Some(at) = next.filter(|at| seen.insert(*at)) {
            let row = self.groups.get(&at);
            let serves = |flavour| row.is_some_and(|row| row.serves(flavour));
            principals += usize::from(principals == chain.len() && serves(GroupFlavour::Principal));
            open += usize::from(open == chain.len() && serves(GroupFlavour::Object));
            chain.push(at);
            next = row.and_then(|row| row.parent);
        }
        let mut principals: Box<[Uuid]> = chain[..principals].into();
        principals.sort_unstable();
        let mut heights: Box<[(Uuid, usize)]> =
            chain.iter().enumerate().map(|(height, group)| (*group, height)).collect();
        heights.sort_unstable();
        Some(Lineage { principals, chain: chain.into(), heights, open })
    }
}
