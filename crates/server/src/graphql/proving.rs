//! Fields that prove a secret, ask for such a proof or make an account: each of them counts like a request to
//! `/auth/login`, however they are asked.

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};

/// Such fields, for callers who are signed in already. Of everybody else every mutation is one.
const PROVING: [&str; 9] = [
    "login",
    "signup",
    "completeLogin",
    "passkeyLogin",
    "beginPasskeyLogin",
    "beginPasskeyStepUp",
    "stepUp",
    "confirmTotp",
    "changePassword",
];

/// How many there are in what a request asks for. The document's cost was checked before, so that fragments of fragments
/// are few.
pub(crate) fn count(document: &ExecutableDocument, operation: Option<&str>, signed_in: bool) -> u64 {
    let asked = document.operations.iter().filter(|(name, _)| match (name, operation) {
        (Some(name), Some(asked)) => name.as_str() == asked,
        _ => true,
    });
    let mutations = asked.filter(|(_, operation)| operation.node.ty == OperationType::Mutation);
    mutations.map(|(_, operation)| fields(document, &operation.node.selection_set.node, signed_in)).sum()
}

fn fields(document: &ExecutableDocument, set: &SelectionSet, signed_in: bool) -> u64 {
    let of = |selection: &Selection| match selection {
        Selection::Field(field) => u64::from(!signed_in || PROVING.contains(&field.node.name.node.as_str())),
        Selection::InlineFragment(fragment) => fields(document, &fragment.node.selection_set.node, signed_in),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment.map_or(0, |one| fields(document, &one.node.selection_set.node, signed_in))
        }
    };
    set.items.iter().map(|selection| of(&selection.node)).sum()
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn of(query: &str, operation: Option<&str>, signed_in: bool) -> u64 {
        count(&parse_query(query).unwrap(), operation, signed_in)
    }

    #[test]
    fn every_such_field_is_in_the_schema() {
        let schema = crate::graphql::sdl();
        for name in PROVING {
            assert!(
                schema.contains(&format!("\t{name}(")) || schema.contains(&format!("\t{name}:")),
                "{name}"
            );
        }
    }

    #[test]
    fn every_guess_counts_under_whatever_name() {
        assert_eq!(of("mutation { login(input: {}) { token } }", None, false), 1);
        let many = "mutation { a: login(input: {}) { token } ...b } fragment b on M { b: login(input: {}) { token } ... { c: login { token } } }";
        assert_eq!(of(many, None, true), 3, "also with a token");
        assert_eq!(of("mutation { deleteTenant(id: 1) }", None, true), 0);
        assert_eq!(of("mutation { deleteTenant(id: 1) }", None, false), 1);
        assert_eq!(of("{ login }", None, false), 0, "a query");
        let two = "mutation a { login { token } } mutation b { logout }";
        assert_eq!(of(two, Some("b"), true), 0);
        assert_eq!(of(two, Some("a"), true), 1);
    }
}
