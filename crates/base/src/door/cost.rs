//! What a query costs, known before anything of it is carried out.
//!
//! A query can name fragments that name fragments: thirty short lines can stand for a billion fields. So depth and number
//! of fields are computed fragment by fragment, each once, in time linear in the text.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// The deepest nesting of brackets that the parser is given.
pub const MAX_BRACKETS: usize = 64;
/// The deepest nesting of selections and fragments.
pub const MAX_RECURSION: usize = 32;

/// A query costs too much.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooCostly {
    /// Brackets in brackets in brackets.
    #[error("the query's brackets are nested more than {MAX_BRACKETS} deep")]
    Brackets,
    /// More levels than the settings allow.
    #[error("Query is nested too deep.")]
    Depth,
    /// More fields than the settings allow.
    #[error("Query is too complex.")]
    Complexity,
    /// A fragment that contains itself.
    #[error("Cannot spread fragment \"{0}\" within itself")]
    Cycle(String),
    /// Fragments in fragments in fragments.
    #[error("The recursion depth of the query cannot be greater than `{MAX_RECURSION}`")]
    Recursion,
}

/// Refuses text that would make a recursive parser recurse without bound: counts brackets outside strings and comments.
pub fn brackets(query: &str) -> Result<(), TooCostly> {
    let mut depth = 0_usize;
    let bytes = query.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => at += bytes[at..].iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count(),
            b'"' if bytes[at..].starts_with(b"\"\"") => at = block_string(bytes, at + 2),
            b'"' => at = string(bytes, at),
            _ => {}
        }
        if depth > MAX_BRACKETS {
            return Err(TooCostly::Brackets);
        }
    }
    Ok(())
}

fn string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            b'"' | b'\n' => break,
            _ => {}
        }
    }
    at
}

fn block_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        if bytes[at..].starts_with(b"\\\"\"\"") {
            at += 4;
        } else if bytes[at..].starts_with(b"\"\"\"") {
            return at + 3;
        } else {
            at += 1;
        }
    }
    at
}

#[derive(Clone, Copy, Default)]
struct Cost {
    fields: usize,
    depth: usize,
    recursion: usize,
}

/// Refuses a document with an operation that has more fields or levels than allowed, all fragments spelt out.
pub fn check(document: &ExecutableDocument, max_depth: usize, max_fields: usize) -> Result<(), TooCostly> {
    let mut walk = Walk { document, known: HashMap::new(), open: Vec::new() };
    for (_, operation) in document.operations.iter() {
        let cost = walk.set(&operation.node.selection_set.node, 0)?;
        if cost.recursion > MAX_RECURSION {
            return Err(TooCostly::Recursion);
        }
        if cost.depth > max_depth {
            return Err(TooCostly::Depth);
        }
        if cost.fields > max_fields {
            return Err(TooCostly::Complexity);
        }
    }
    Ok(())
}

struct Walk<'d> {
    document: &'d ExecutableDocument,
    known: HashMap<&'d Name, Cost>,
    open: Vec<&'d Name>,
}

impl<'d> Walk<'d> {
    fn set(&mut self, set: &'d SelectionSet, level: usize) -> Result<Cost, TooCostly> {
        if level > MAX_BRACKETS {
            return Err(TooCostly::Recursion);
        }
        let mut all = Cost::default();
        for selection in &set.items {
            let cost = match &selection.node {
                Selection::Field(field) => {
                    let inner = self.set(&field.node.selection_set.node, level + 1)?;
                    Cost {
                        fields: inner.fields.saturating_add(1),
                        depth: inner.depth.saturating_add(1),
                        recursion: inner.recursion.saturating_add(1),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let inner = self.set(&fragment.node.selection_set.node, level + 1)?;
                    Cost { recursion: inner.recursion.saturating_add(1), ..inner }
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, level)?,
            };
            all.fields = all.fields.saturating_add(cost.fields);
            all.depth = all.depth.max(cost.depth);
            all.recursion = all.recursion.max(cost.recursion);
        }
        Ok(all)
    }

    fn fragment(&mut self, name: &'d Name, level: usize) -> Result<Cost, TooCostly> {
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        if self.open.contains(&name) {
            return Err(TooCostly::Cycle(name.to_string()));
        }
        // An unknown fragment is for the validation to name.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Cost::default()) };
        self.open.push(name);
        let inner = self.set(&fragment.node.selection_set.node, level + 1)?;
        self.open.pop();
        let cost = Cost { recursion: inner.recursion.saturating_add(1), ..inner };
        self.known.insert(name, cost);
        Ok(cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn cost(query: &str) -> Result<(), TooCostly> {
        check(&parse_query(query).unwrap(), 20, 1000)
    }

    #[test]
    fn fragments_that_multiply_are_counted_without_spelling_them_out() {
        let mut query = "{ ...f0 } ".to_owned();
        for level in 0..28 {
            let next = level + 1;
            query.push_str(&format!("fragment f{level} on Q {{ ...f{next} ...f{next} }} "));
        }
        query.push_str("fragment f28 on Q { health }");
        assert_eq!(cost(&query), Err(TooCostly::Complexity));
    }

    #[test]
    fn a_fragment_within_itself_is_named() {
        assert_eq!(
            cost("{ ...a } fragment a on Q { ...b } fragment b on Q { ...a }"),
            Err(TooCostly::Cycle("a".into()))
        );
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let nested = |levels: usize| format!("{}{}", "{ a ".repeat(levels), "}".repeat(levels));
        assert_eq!(cost(&nested(20)), Ok(()));
        assert_eq!(cost(&nested(21)), Err(TooCostly::Depth));
        assert_eq!(cost(&format!("{{ {} }}", "a ".repeat(1001))), Err(TooCostly::Complexity));
        assert_eq!(cost("{ a b c }"), Ok(()));
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "[".repeat(200);
        assert_eq!(brackets(&format!("{{ a(x: \"{many}\") }}")), Ok(()));
        assert_eq!(brackets(&format!("{{ a(x: \"\"\"{many} \\\"\"\" {many}\"\"\") }}")), Ok(()));
        assert_eq!(brackets(&format!("# {many}\n{{ a }}")), Ok(()));
        assert_eq!(brackets(&format!("{{ a(x: {many}) }}")), Err(TooCostly::Brackets));
        assert_eq!(brackets(&format!("{{ a(x: \"\") b(y: {many}) }}")), Err(TooCostly::Brackets));
    }
}
