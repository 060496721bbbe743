//! The operation of an endpoint: read once, known before anything of it is carried out.

use std::collections::BTreeSet;
use std::convert::Infallible;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Value};
use atoll_base::door::cost;

use super::fault::EndpointFault;
use super::redact::is_sensitive;

/// Operations of another product, which some mistake for ours.
const FOREIGN: [&str; 3] = ["createDomain", "createClient", "createChannel"];
/// What introspection is written with.
const INTROSPECTION: [&str; 3] = ["__schema", "__type", "introspectionquery"];

/// What stands before the name of a variable where its place in an argument is looked at.
const VARIABLE: &str = "\0variable ";

/// One operation with its fragments.
#[derive(Clone, Debug)]
pub struct Document {
    parsed: ExecutableDocument,
    kind: &'static str,
    /// Whether it is about shared keys, of which a field is just called `key`.
    shared_keys: bool,
}

/// What of a call must not be kept, by what the operation does with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sensitive {
    /// Variables that become a password, a token or the like.
    pub variables: BTreeSet<String>,
    /// Names under which the data holds one.
    pub keys: BTreeSet<String>,
}

impl Document {
    /// Reads an operation. `limits` are the most levels and fields.
    pub fn read(text: &str, (depth, fields): (usize, usize)) -> Result<Document, EndpointFault> {
        let lower = text.to_lowercase();
        if INTROSPECTION.iter().any(|word| lower.contains(word)) {
            return Err(EndpointFault::Introspection);
        }
        let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        if let Some(word) = words.find_map(|word| FOREIGN.into_iter().find(|foreign| word == *foreign)) {
            return Err(EndpointFault::Word(word));
        }
        let invalid = |why: String| EndpointFault::Document(why);
        cost::brackets(text).map_err(|why| invalid(why.to_string()))?;
        let parsed = parse_query(text).map_err(|why| invalid(why.to_string()))?;
        cost::check(&parsed, depth, fields).map_err(|why| invalid(why.to_string()))?;
        let mut operations = parsed.operations.iter();
        let (Some((_, operation)), None) = (operations.next(), operations.next()) else {
            return Err(invalid("it must hold exactly one operation".into()));
        };
        let kind = match operation.node.ty {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => return Err(invalid("subscriptions are not supported".into())),
        };
        let document = Document { parsed, kind, shared_keys: lower.contains("sharedkey") };
        if document.sets().any(looks_inside) {
            return Err(EndpointFault::Introspection);
        }
        Ok(document)
    }

    /// `query` or `mutation`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The document for carrying it out.
    pub fn into_parsed(self) -> ExecutableDocument {
        self.parsed
    }

    /// The selections of the operation and of every fragment.
    fn sets(&self) -> impl Iterator<Item = &SelectionSet> {
        let operations = self.parsed.operations.iter().map(|(_, one)| &one.node.selection_set.node);
        operations.chain(self.parsed.fragments.values().map(|one| &one.node.selection_set.node))
    }

    /// What of a call must not be kept.
    pub fn sensitive(&self) -> Sensitive {
        let mut sensitive = Sensitive::default();
        for set in self.sets() {
            sensitive.add(set, self.shared_keys);
        }
        sensitive
    }
}

/// Whether a field of introspection is selected, by whatever name it is shown and however deep.
fn looks_inside(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => {
            field.node.name.node.starts_with("__") || looks_inside(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => looks_inside(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}

/// Operations of which nothing is kept, whatever its parts are called.
const ABOUT_SECRETS: [&str; 12] = [
    "changePassword",
    "completeLogin",
    "confirmTotp",
    "createPassword",
    "createSharedKey",
    "enrolTotp",
    "passkeyLogin",
    "regenerateRecoveryCodes",
    "registerPasskey",
    "revealSharedKey",
    "stepUp",
    "authenticateCredential",
];

impl Sensitive {
    fn add(&mut self, set: &SelectionSet, of_key: bool) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let whole = ABOUT_SECRETS.contains(&name);
                    if whole || is_sensitive(name) || (of_key && name == "key") {
                        self.keys.insert(field.node.response_key().node.to_string());
                    }
                    for (argument, value) in &field.node.arguments {
                        let named =
                            |name: Name| Ok::<_, Infallible>(Value::String(format!("{VARIABLE}{name}")));
                        let Ok(value) = value.node.clone().into_const_with(named);
                        let named_only = argument.node.ends_with("Id");
                        self.argument(&value, (whole && !named_only) || is_sensitive(&argument.node));
                    }
                    self.add(&field.node.selection_set.node, of_key);
                }
                Selection::InlineFragment(fragment) => self.add(&fragment.node.selection_set.node, of_key),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn argument(&mut self, value: &Value, sensitive: bool) {
        match value {
            Value::String(text) if sensitive => {
                self.variables.extend(text.strip_prefix(VARIABLE).map(str::to_owned));
            }
            Value::List(items) => items.iter().for_each(|item| self.argument(item, sensitive)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.argument(value, sensitive || is_sensitive(name));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document, EndpointFault> {
        Document::read(text, (20, 1000))
    }

    #[test]
    fn introspection_is_found_wherever_it_hides() {
        for text in [
            "{ __schema { types { name } } }",
            "{ x: __type(name: \"Entity\") { name } }",
            "{ health ...f } fragment f on QueryRoot { __schema { types { name } } }",
            "{ ... on QueryRoot { a: __schema { types { name } } } }",
            "query IntrospectionQuery { health }",
            "{ __TYPE }",
            "{ health __typename }",
        ] {
            assert_eq!(read(text).unwrap_err(), EndpointFault::Introspection, "{text}");
        }
    }

    #[test]
    fn it_is_one_operation_of_ours() {
        assert_eq!(read("{ health }").unwrap().kind(), "query");
        assert_eq!(read("mutation M { logout }").unwrap().kind(), "mutation");
        assert_eq!(
            read("mutation { createChannel(name: 1) { id } }").unwrap_err().to_string(),
            "api endpoints must use generic Atom GraphQL operations; found createChannel"
        );
        assert!(read("{ createChannels }").is_ok());
        for text in [
            "",
            "{",
            "query A { health } query B { health }",
            "subscription { x }",
            "fragment f on Q { health }",
            &"{a".repeat(100),
            &format!("{{ {} }}", "health ".repeat(1001)),
        ] {
            assert!(matches!(read(text), Err(EndpointFault::Document(_))), "{text}");
        }
    }

    #[test]
    fn what_becomes_a_secret_or_is_one_is_known() {
        let text = "mutation($p: String!, $i: LoginInput!, $id: ID!, $s: String) {
            createPassword(entityId: $id, password: $p)
            login(input: { identifier: \"x\", secret: $s }) { t: token }
            createSharedKey(entityId: $id, input: {}) { ...k } revealSharedKey(entityId: $id, credentialId: $id) { v: key }
        } fragment k on SharedKeyResponse { key }";
        let sensitive = read(text).unwrap().sensitive();
        assert_eq!(sensitive.variables, ["p", "s"].map(String::from).into());
        assert_eq!(
            sensitive.keys,
            ["t", "v", "key", "createPassword", "createSharedKey", "revealSharedKey"]
                .map(String::from)
                .into()
        );
    }

    #[test]
    fn of_operations_about_secrets_only_ids_are_kept() {
        let schema = include_str!("../../../../schema.graphql");
        for name in ABOUT_SECRETS {
            let there = [format!("\t{name}("), format!("\t{name}:")];
            assert!(there.iter().any(|field| schema.contains(field)), "{name} is no operation");
            let text = format!(
                "mutation($a: A, $id: ID!) {{ shown: {name}(given: {{ any: [$a] }}, entityId: $id) }}"
            );
            let kept = read(&text).unwrap().sensitive();
            let (variables, keys) = (["a".to_owned()].into(), ["shown".to_owned()].into());
            assert_eq!(kept, Sensitive { variables, keys }, "{name}");
        }
    }
}
