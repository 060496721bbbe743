//! The same facts told in another way: in any order, more than once, taken back and told again, and between others
//! that are taken back in the end.

use atoll_policy::{Change, Fact, FactKey};

use crate::digits::Digits;

/// Numbers that go on and on from one.
struct Dice(u128);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x2d99_787f_3f40_57c1_9a3b).wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 61;
        Digits(self.0).below(count)
    }
}

/// A way to a world that holds just these facts; of two with the same key, the later.
pub(crate) fn to(facts: &[Fact], others: &[Fact], order: u128) -> Vec<Change> {
    let mut dice = Dice(order);
    let keys: Vec<FactKey> = facts.iter().map(Fact::key).collect();
    let last = (0..facts.len()).filter(|at| !keys[at + 1..].contains(&keys[*at]));
    let mut ways: Vec<Vec<Change>> = last.map(|at| way_to(&facts[at], others, &mut dice)).collect();
    let foreign = others.iter().filter(|fact| !keys.contains(&fact.key()));
    ways.extend(foreign.map(|fact| match dice.below(4) {
        0 => vec![Change::Drop(fact.key())],
        1 => vec![put(fact), put(fact), Change::Drop(fact.key()), Change::Drop(fact.key())],
        _ => vec![put(fact), Change::Drop(fact.key())],
    }));
    woven(ways, &mut dice)
}

fn put(fact: &Fact) -> Change {
    Change::Put(fact.clone())
}

/// What happens to one key; it ends with the fact.
fn way_to(fact: &Fact, others: &[Fact], dice: &mut Dice) -> Vec<Change> {
    let gone = || Change::Drop(fact.key());
    let namesake = others.iter().find(|other| other.key() == fact.key());
    match (dice.below(8), namesake) {
        (0, _) => vec![put(fact), put(fact)],
        (1, _) => vec![put(fact), gone(), put(fact)],
        (2, Some(other)) => vec![put(fact), put(other), put(fact)],
        (3, Some(other)) => vec![put(other), gone(), gone(), put(fact)],
        (_, Some(other)) => vec![put(other), put(fact)],
        (2, None) => vec![gone(), put(fact)],
        _ => vec![put(fact)],
    }
}

/// All of it in some order, what happens to one key in its own.
fn woven(mut ways: Vec<Vec<Change>>, dice: &mut Dice) -> Vec<Change> {
    let mut all = Vec::new();
    for way in &mut ways {
        way.reverse();
    }
    ways.retain(|way| !way.is_empty());
    while !ways.is_empty() {
        let at = dice.below(ways.len());
        all.extend(ways[at].pop());
        if ways[at].is_empty() {
            ways.swap_remove(at);
        }
    }
    all
}
