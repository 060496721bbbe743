//! The way to a decision as a picture: who, by what, in which role, where, on what.

use std::collections::BTreeMap;

/// Columns of the picture.
pub(super) const COLUMNS: usize = 5;
const WIDTH: usize = 190;
const GAP: usize = 62;
const HEIGHT: usize = 44;
const ROW: usize = 62;
/// The height of a line that passes a column.
const LANE: usize = 22;
const MARGIN: usize = 8;
/// Characters that fit into a box.
const FITS: usize = 26;

/// What stands in a box: a name, and a line below it.
type Stop = (String, String);

/// One way: a box in each column, nothing where there is none between.
pub(super) struct Way {
    /// What stands in each column.
    pub(super) stops: [Option<Stop>; COLUMNS],
    /// Whether it decided.
    pub(super) decides: bool,
}

/// A place in a column: a box, or room for a line between the box before and the one after, so that it crosses no other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Slot<'w> {
    Box(&'w Stop),
    Lane(&'w Stop, &'w Stop),
}

impl Slot<'_> {
    fn height(self) -> usize {
        match self {
            Slot::Box(_) => ROW,
            Slot::Lane(..) => LANE,
        }
    }
}

impl Way {
    /// The places that it takes, from its first box to its last.
    fn slots(&self) -> impl Iterator<Item = (usize, Slot<'_>)> {
        let mut before = None;
        self.stops.iter().enumerate().filter_map(move |(column, stop)| {
            let slot = match (stop, before) {
                (Some(stop), _) => Slot::Box(stop),
                (None, Some(before)) => {
                    let after = self.stops.iter().skip(column).flatten().next()?;
                    Slot::Lane(before, after)
                }
                (None, None) => return None,
            };
            before = stop.as_ref().or(before);
            Some((column, slot))
        })
    }
}

/// The left end and the middle of a place.
type Point = (usize, usize);
/// Where each place is.
type Places<'w> = BTreeMap<(usize, Slot<'w>), Point>;

/// A box.
pub(super) struct Node {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) name: String,
    pub(super) hint: String,
    /// The whole of what it says.
    pub(super) whole: String,
    pub(super) class: &'static str,
}

/// A line between two boxes.
pub(super) struct Edge {
    pub(super) line: String,
    pub(super) class: &'static str,
}

/// All of it.
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// Lays ways out: what is the same in a column is one box, and each column is in the middle of the height.
pub(super) fn lay_out(ways: &[Way]) -> Picture {
    let mut columns: [Vec<(Slot<'_>, bool)>; COLUMNS] = Default::default();
    for way in ways {
        for (column, slot) in way.slots() {
            match columns[column].iter_mut().find(|(known, _)| *known == slot) {
                Some((_, decides)) => *decides |= way.decides,
                None => columns[column].push((slot, way.decides)),
            }
        }
    }
    let tall = |column: &Vec<(Slot<'_>, bool)>| column.iter().map(|(slot, _)| slot.height()).sum::<usize>();
    let height = columns.iter().map(tall).max().unwrap_or_default().max(ROW) + 2 * MARGIN;
    let mut nodes = Vec::new();
    let mut places = Places::new();
    for (nth, column) in columns.iter().enumerate() {
        let (x, mut top) = (MARGIN + nth * (WIDTH + GAP), (height - tall(column)) / 2);
        for (slot, decides) in column {
            let middle = top + slot.height() / 2;
            places.insert((nth, *slot), (x, middle));
            if let Slot::Box(stop) = slot {
                nodes.push(node(x, middle - HEIGHT / 2, stop, *decides));
            }
            top += slot.height();
        }
    }
    let width = 2 * MARGIN + COLUMNS * WIDTH + (COLUMNS - 1) * GAP;
    Picture { width, height, nodes, edges: edges(ways, &places) }
}

fn node(x: usize, y: usize, (name, hint): &(String, String), decides: bool) -> Node {
    let class = if decides { "node is-path" } else { "node is-dim" };
    Node { x, y, name: cut(name), hint: cut(hint), whole: format!("{name} {hint}").trim().to_owned(), class }
}

fn edges(ways: &[Way], places: &Places<'_>) -> Vec<Edge> {
    let mut drawn: BTreeMap<(Point, Point, bool), bool> = BTreeMap::new();
    for way in ways {
        let there: Vec<_> = way.slots().filter_map(|at| Some((*places.get(&at)?, at.1))).collect();
        for pair in there.windows(2) {
            let [(from, _), (to, slot)] = pair else { continue };
            *drawn.entry((*from, *to, matches!(slot, Slot::Lane(..)))).or_default() |= way.decides;
        }
    }
    // Those that decide come last, so that they lie on top.
    let mut drawn: Vec<_> = drawn.into_iter().collect();
    drawn.sort_by_key(|(_, decides)| *decides);
    drawn.into_iter().map(|((from, to, passes), decides)| edge(from, to, passes, decides)).collect()
}

/// A line to a place, and through it where that is only passed.
fn edge((x1, y1): Point, (x2, y2): Point, passes: bool, decides: bool) -> Edge {
    let start = x1 + WIDTH;
    let bend = (x2 - start) / 2;
    let mut line = format!("M{start} {y1} C{} {y1} {} {y2} {x2} {y2}", start + bend, x2 - bend);
    if passes {
        line.push_str(&format!(" H{}", x2 + WIDTH));
    }
    Edge { line, class: if decides { "edge is-path" } else { "edge is-dim" } }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(FITS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(names: [&str; COLUMNS], decides: bool) -> Way {
        let stop = |name: &str| (!name.is_empty()).then(|| (name.to_owned(), String::new()));
        Way { stops: names.map(stop), decides }
    }

    #[test]
    fn what_is_the_same_is_drawn_once_and_the_deciding_way_lies_on_top() {
        let picture = lay_out(&[
            way(["anna", "operators", "reader", "tenant", "boiler"], true),
            way(["anna", "", "guest", "tenant", "boiler"], false),
        ]);
        let names: Vec<&str> = picture.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["anna", "operators", "reader", "guest", "tenant", "boiler"]);
        // One of the lines passes the column of groups.
        assert_eq!(picture.edges.len(), 7);
        assert!(picture.edges.last().is_some_and(|edge| edge.class == "edge is-path"));
        let guest = &picture.nodes[3];
        assert_eq!(guest.class, "node is-dim");
        assert!(
            picture
                .nodes
                .iter()
                .all(|node| node.x + WIDTH <= picture.width && node.y + HEIGHT <= picture.height)
        );
    }

    #[test]
    fn a_line_that_passes_a_column_crosses_no_box_there() {
        let picture = lay_out(&[
            way(["anna", "operators", "reader", "tenant", "boiler"], true),
            way(["anna", "", "", "direct", "boiler"], false),
            way(["anna", "guests", "", "tenant", "boiler"], false),
        ]);
        let passing: Vec<&Edge> = picture.edges.iter().filter(|edge| edge.line.contains('H')).collect();
        assert_eq!(passing.len(), 3);
        for edge in passing {
            let numbers: Vec<usize> = edge
                .line
                .split(|sign: char| !sign.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let [.., left, height, _right] = numbers.as_slice() else { panic!("{}", edge.line) };
            let crossed = picture
                .nodes
                .iter()
                .find(|node| node.x == *left && (node.y..=node.y + HEIGHT).contains(height));
            assert!(crossed.is_none(), "{} crosses {}", edge.line, crossed.map_or("", |node| &node.name));
        }
    }

    #[test]
    fn long_names_are_cut_and_told_whole() {
        let picture = lay_out(&[way([&"ü".repeat(60), "", "", "", ""], true)]);
        assert_eq!(picture.nodes[0].name.chars().count(), FITS + 1);
        assert_eq!(picture.nodes[0].whole.chars().count(), 60);
    }
}
