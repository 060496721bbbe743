//! What things are called that a page knows by their ids.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::Console;
use crate::visitor::Visitor;

/// The most that one request asks for.
const MOST: usize = 40;

/// Names by noun and id, as far as the visitor may read them.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<(&'static str, String), String>);

impl Names {
    /// What it is called.
    pub(crate) fn get(&self, noun: &str, id: &str) -> Option<&str> {
        let known = self.0.iter().find(|((one, known), _)| *one == noun && known == id);
        known.map(|(_, name)| name.as_str())
    }
}

/// How GraphQL calls one thing of a noun, by which argument it is chosen, and where its name is.
fn field(noun: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let (field, name) = match noun {
        "tenants" => ("tenant", "name"),
        "entities" => ("entity", "name"),
        "groups" => ("group", "name"),
        "roles" => ("role", "name"),
        "resources" => ("resource", "name"),
        "profiles" => ("profile", "displayName"),
        "webhooks" => ("webhook", "name"),
        "actions" => ("action", "name"),
        "certificates" => return Some(("certificate", "credentialId", "serialNumber")),
        _ => return None,
    };
    Some((field, "id", name))
}

/// Asks for the names of these.
pub(crate) async fn of(
    console: &Console,
    who: &Visitor,
    wanted: impl IntoIterator<Item = (&'static str, String)>,
) -> Names {
    let wanted: BTreeSet<(&'static str, String)> = wanted.into_iter().collect();
    let wanted: Vec<_> = wanted.into_iter().filter(|(noun, _)| field(noun).is_some()).collect();
    let mut names = Names::default();
    for some in wanted.chunks(MOST) {
        let (document, variables) = question(some);
        let answer = console.api.ask_all(who, &document, variables).await;
        if answer.data.is_null() && some.len() > 1 {
            // One that may not be read takes the others with it: each is asked for by itself.
            for key in some {
                let (document, variables) = question(std::slice::from_ref(key));
                let answer = console.api.ask_all(who, &document, variables).await;
                if let Some(name) = answer.data["n0"]["name"].as_str() {
                    names.0.insert(key.clone(), name.to_owned());
                }
            }
            continue;
        }
        for (nth, key) in some.iter().enumerate() {
            if let Some(name) = answer.data[format!("n{nth}")]["name"].as_str() {
                names.0.insert(key.clone(), name.to_owned());
            }
        }
    }
    names
}

/// One request for all of these, each under a name of its own.
fn question(some: &[(&'static str, String)]) -> (String, Value) {
    let (mut head, mut body, mut variables) = (String::new(), String::new(), Map::new());
    for (nth, (noun, id)) in some.iter().enumerate() {
        let Some((field, by, name)) = field(noun) else { continue };
        let _ = write!(head, "$i{nth}: ID! ");
        let _ = write!(body, "n{nth}: {field}({by}: $i{nth}) {{ name: {name} }} ");
        variables.insert(format!("i{nth}"), Value::String(id.clone()));
    }
    (format!("query({head}) {{ {body} }}"), Value::Object(variables))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_into_variables_and_never_into_the_document() {
        let (document, variables) = question(&[("tenants", "\") { evil }".into()), ("roles", "r".into())]);
        let whole = "query($i0: ID! $i1: ID! ) { n0: tenant(id: $i0) { name: name } n1: role(id: $i1) { name: name }  }";
        assert_eq!(document, whole);
        assert_eq!(variables["i0"], "\") { evil }");
    }
}
