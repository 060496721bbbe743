//! Groups as trees: each below the group that it is a part of.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::cell::{self, Cell};
use crate::Console;
use crate::api::Refusal;
use crate::frame::Frame;
use crate::names;
use crate::page;
use crate::visitor::Person;

const DOCUMENT: &str = "query($after: String, $tenantId: ID) {
  groups(limit: 100, after: $after, tenantId: $tenantId) { items { id name groupType status parentId } nextCursor } }";

/// The most groups that one page shows.
const MOST: usize = 2_000;

/// A line of the tree: how deep it lies, and what it is.
struct Line {
    depth: usize,
    href: String,
    name: String,
    kind: Cell,
    status: Option<Cell>,
    /// How many lie below it.
    below: usize,
}

#[derive(Template)]
#[template(path = "nouns/tree.html")]
struct Page<'p> {
    frame: Frame<'p>,
    tenant: String,
    tenant_name: String,
    lines: Vec<Line>,
    more: bool,
}

/// `GET /group-tree`.
pub(super) async fn page(State(console): State<Console>, person: Person) -> Response {
    let tenant = person.visitor.query("tenantId");
    let tenant = tenant.or_else(|| person.working_in().map(str::to_owned)).unwrap_or_default();
    let (groups, more) = match all(&console, &person, &tenant).await {
        Ok(found) => found,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let wanted = Some(("tenants", tenant.clone())).filter(|(_, id)| !id.is_empty());
    let names = names::of(&console, &person.visitor, wanted).await;
    let page = Page {
        frame: Frame::of(&person, &person.visitor.words.say("nav-tree")),
        tenant_name: names.get("tenants", &tenant).unwrap_or(&tenant).to_owned(),
        lines: lines(&groups).into_iter().map(|placed| line(placed, &person)).collect(),
        tenant,
        more,
    };
    page::show(&person.visitor, &page)
}

/// Every group that may be seen; whether there are more than one page shows.
async fn all(console: &Console, person: &Person, tenant: &str) -> Result<(Vec<Value>, bool), Refusal> {
    let (mut groups, mut after) = (Vec::new(), None::<String>);
    loop {
        let tenant = Some(tenant).filter(|tenant| !tenant.is_empty());
        let variables = json!({ "after": after, "tenantId": tenant });
        let found = console.api.ask(&person.visitor, DOCUMENT, variables).await?;
        groups.extend(found["groups"]["items"].as_array().into_iter().flatten().cloned());
        after = found["groups"]["nextCursor"].as_str().map(str::to_owned);
        if after.is_none() || groups.len() >= MOST {
            return Ok((groups, after.is_some()));
        }
    }
}

/// A group, how deep it lies, and how many lie below it.
type Placed<'g> = (&'g Value, usize, usize);

/// The groups in the order of a tree: each followed by those below it. One whose parent is not among them stands at the top.
fn lines(groups: &[Value]) -> Vec<Placed<'_>> {
    let id = |group: &Value| group["id"].as_str().unwrap_or_default().to_owned();
    let known: BTreeSet<String> = groups.iter().map(id).collect();
    let mut below: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for group in groups {
        let parent = group["parentId"].as_str().filter(|parent| known.contains(*parent)).unwrap_or_default();
        below.entry(parent.to_owned()).or_default().push(group);
    }
    for siblings in below.values_mut() {
        siblings.sort_by_key(|group| group["name"].as_str().unwrap_or_default().to_lowercase());
    }
    let top = below.get("").map(Vec::as_slice).unwrap_or_default();
    let mut open: Vec<(&Value, usize)> = top.iter().rev().map(|group| (*group, 0)).collect();
    let mut placed = Vec::new();
    while let Some((group, depth)) = open.pop() {
        let children = below.get(&id(group)).map(Vec::as_slice).unwrap_or_default();
        placed.push((group, depth, children.len()));
        open.extend(children.iter().rev().map(|child| (*child, depth + 1)));
    }
    placed
}

fn line((group, depth, below): Placed<'_>, person: &Person) -> Line {
    let words = person.visitor.words;
    let text = |name: &str| group[name].as_str().unwrap_or_default();
    Line {
        depth,
        href: format!("/groups/{}", text("id")),
        name: text("name").to_owned(),
        kind: cell::badge_of("group-type", text("groupType"), words),
        status: (text("status") != "active").then(|| cell::badge(text("status"), words)),
        below,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_stands_once_below_its_parent() {
        let group = |id: &str, name: &str, parent: Option<&str>| json!({ "id": id, "name": name, "parentId": parent });
        let groups = [
            group("3", "pump", Some("2")),
            group("1", "Works", None),
            group("2", "hall", Some("1")),
            group("4", "Annex", Some("1")),
            group("5", "apart", Some("not readable")),
        ];
        let placed = lines(&groups);
        let told: Vec<_> = placed
            .iter()
            .map(|(group, depth, below)| (group["name"].as_str().unwrap(), *depth, *below))
            .collect();
        let expected = [("apart", 0, 0), ("Works", 0, 2), ("Annex", 1, 0), ("hall", 1, 1), ("pump", 2, 0)];
        assert_eq!(told, expected);
    }
}
