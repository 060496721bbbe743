//! The way to a decision as a picture: who, by what, in which role, where, on what.

use std::collections::BTreeMap;

/// Columns of the picture.
pub(super) const COLUMNS: usize = 5;
const WIDTH: usize = 190;
const GAP: usize = 62;
const HEIGHT: usize = 44;
const ROW: usize = 62;
const MARGIN: usize = 8;
/// Characters that fit into a box.
const FITS: usize = 26;

/// One way: a box in each column, nothing where there is none between.
pub(super) struct Way {
    /// What stands in each column: a name, and a line below it.
    pub(super) stops: [Option<(String, String)>; COLUMNS],
    /// Whether it decided.
    pub(super) decides: bool,
}

/// Where the upper left corner of a box is.
type Corner = (usize, usize);
/// Boxes by their column and what they say.
type Places = BTreeMap<(usize, (String, String)), Corner>;

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
    let mut columns: [Vec<(&(String, String), bool)>; COLUMNS] = Default::default();
    for way in ways {
        for (column, stop) in columns.iter_mut().zip(&way.stops) {
            let Some(stop) = stop else { continue };
            match column.iter_mut().find(|(known, _)| *known == stop) {
                Some((_, decides)) => *decides |= way.decides,
                None => column.push((stop, way.decides)),
            }
        }
    }
    let rows = columns.iter().map(Vec::len).max().unwrap_or_default().max(1);
    let height = rows * ROW + 2 * MARGIN;
    let place = |column: usize, row: usize, of: usize| {
        let top = (height - of * ROW) / 2 + row * ROW + (ROW - HEIGHT) / 2;
        (MARGIN + column * (WIDTH + GAP), top)
    };
    let mut nodes = Vec::new();
    let mut places = Places::new();
    for (column, stops) in columns.iter().enumerate() {
        for (row, (stop, decides)) in stops.iter().enumerate() {
            let (x, y) = place(column, row, stops.len());
            places.insert((column, (*stop).clone()), (x, y));
            nodes.push(node(x, y, stop, *decides));
        }
    }
    let width = 2 * MARGIN + COLUMNS * WIDTH + (COLUMNS - 1) * GAP;
    Picture { width, height, nodes, edges: edges(ways, &places) }
}

fn node(x: usize, y: usize, (name, hint): &(String, String), decides: bool) -> Node {
    let class = if decides { "node is-path" } else { "node is-dim" };
    Node { x, y, name: cut(name), hint: cut(hint), whole: format!("{name} {hint}").trim().to_owned(), class }
}

fn edges(ways: &[Way], places: &Places) -> Vec<Edge> {
    let mut drawn: BTreeMap<(Corner, Corner), bool> = BTreeMap::new();
    for way in ways {
        let stops = way.stops.iter().enumerate();
        let there: Vec<_> = stops.filter_map(|(column, stop)| places.get(&(column, stop.clone()?))).collect();
        for pair in there.windows(2) {
            *drawn.entry((*pair[0], *pair[1])).or_default() |= way.decides;
        }
    }
    // Those that decide come last, so that they lie on top.
    let mut drawn: Vec<_> = drawn.into_iter().collect();
    drawn.sort_by_key(|(_, decides)| *decides);
    drawn.into_iter().map(|((from, to), decides)| edge(from, to, decides)).collect()
}

fn edge((x1, y1): Corner, (x2, y2): Corner, decides: bool) -> Edge {
    let (from, to) = ((x1 + WIDTH, y1 + HEIGHT / 2), (x2, y2 + HEIGHT / 2));
    let bend = (to.0 - from.0) / 2;
    let line = format!(
        "M{} {} C{} {} {} {} {} {}",
        from.0,
        from.1,
        from.0 + bend,
        from.1,
        to.0 - bend,
        to.1,
        to.0,
        to.1
    );
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
        assert_eq!(picture.edges.len(), 6);
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
    fn long_names_are_cut_and_told_whole() {
        let picture = lay_out(&[way([&"ü".repeat(60), "", "", "", ""], true)]);
        assert_eq!(picture.nodes[0].name.chars().count(), FITS + 1);
        assert_eq!(picture.nodes[0].whole.chars().count(), 60);
    }
}
