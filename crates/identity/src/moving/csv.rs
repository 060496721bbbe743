//! Reading people from a table.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atoll_base::fields;
use atoll_policy::EntityKind;
use serde_json::{Map, Value, json};

use super::model::{BadImport, GroupWish, IMPORTED, Import, RoleWish, SubjectWish};
use crate::passwords::Hash;
use crate::scim::attributes_of_user;

/// The columns that are known; the first must be there.
pub const COLUMNS: [&str; 10] = [
    "name",
    "email",
    "given_name",
    "family_name",
    "display_name",
    "external_id",
    "active",
    "password_hash",
    "groups",
    "roles",
];

/// Reads a table with headings. Groups and roles are names with `;` between them.
pub fn read(text: &str) -> Result<Import, BadImport> {
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let bad = |why: csv::Error| BadImport(format!("the table cannot be read: {why}"));
    let headings: Vec<String> = table.headers().map_err(bad)?.iter().map(str::to_ascii_lowercase).collect();
    if let Some(unknown) = headings.iter().find(|heading| !COLUMNS.contains(&heading.as_str())) {
        return Err(BadImport(format!("there is no column `{unknown}`; there are: {}", COLUMNS.join(", "))));
    }
    if !headings.iter().any(|heading| heading == "name") {
        return Err(BadImport("the table has no column `name`".into()));
    }
    let mut reading = Reading { import: Import { source: "csv", ..Import::default() }, ..Reading::default() };
    for row in table.records() {
        let row = row.map_err(bad)?;
        let cells: BTreeMap<&str, &str> = headings
            .iter()
            .map(String::as_str)
            .zip(row.iter())
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        reading.add(&cells, row.position().map_or(0, csv::Position::line))?;
    }
    Ok(reading.import)
}

#[derive(Default)]
struct Reading {
    import: Import,
    groups: HashMap<String, usize>,
    roles: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Reading {
    fn add(&mut self, cells: &BTreeMap<&str, &str>, line: u64) -> Result<(), BadImport> {
        let wrong = |why: &dyn std::fmt::Display| BadImport(format!("line {line}: {why}"));
        let text = |name: &str| cells.get(name).copied();
        let name = fields::name("name", text("name").unwrap_or_default()).map_err(|why| wrong(&why))?;
        if !self.names.insert(name.to_lowercase()) {
            return Err(wrong(&format!("{name} is there twice")));
        }
        let active = match text("active").map(str::to_ascii_lowercase).as_deref() {
            None | Some("true" | "yes" | "1") => true,
            Some("false" | "no" | "0") => false,
            Some(_) => return Err(wrong(&"active must be true or false")),
        };
        let password = match text("password_hash") {
            None => None,
            Some(hash) => match Hash::parse(hash) {
                Ok(hash) => Some(hash),
                Err(why) => {
                    self.import.leave(format!("password hash ({why})"));
                    None
                }
            },
        };
        let id = text("external_id").unwrap_or(&name).to_owned();
        let mut attributes = attributes_of_user(person(cells));
        attributes.insert(IMPORTED.into(), Import::origin("csv", &id));
        let groups =
            listed(cells, "groups").map_err(|why| wrong(&why))?.into_iter().map(|name| self.group(name));
        let groups = groups.collect();
        let roles = listed(cells, "roles").map_err(|why| wrong(&why))?;
        for role in &roles {
            if self.roles.insert(role.clone()) {
                self.import.roles.push(RoleWish { name: role.clone(), description: None });
            }
        }
        let kind = EntityKind::Human;
        self.import.subjects.push(SubjectWish {
            id,
            kind,
            name,
            active,
            attributes,
            password,
            groups,
            roles,
        });
        Ok(())
    }

    fn group(&mut self, name: String) -> usize {
        let groups = &mut self.import.groups;
        *self.groups.entry(name.clone()).or_insert_with(|| {
            groups.push(GroupWish { id: name.clone(), name, ..GroupWish::default() });
            groups.len() - 1
        })
    }
}

fn listed(cells: &BTreeMap<&str, &str>, column: &str) -> Result<Vec<String>, fields::BadField> {
    let names = cells.get(column).copied().unwrap_or_default().split(';').map(str::trim);
    names.filter(|name| !name.is_empty()).map(|name| fields::name("name", name)).collect()
}

fn person(cells: &BTreeMap<&str, &str>) -> Map<String, Value> {
    let mut person = Map::new();
    let text = |name: &str| cells.get(name).map(|text| Value::from(*text));
    let name: Map<String, Value> = [("givenName", "given_name"), ("familyName", "family_name")]
        .into_iter()
        .filter_map(|(key, column)| Some((key.to_owned(), text(column)?)))
        .collect();
    if !name.is_empty() {
        person.insert("name".into(), Value::Object(name));
    }
    person.extend(text("display_name").map(|text| ("displayName".to_owned(), text)));
    person.extend(text("external_id").map(|text| ("externalId".to_owned(), text)));
    if let Some(email) = text("email") {
        person.insert("emails".into(), json!([{ "value": email, "primary": true }]));
    }
    person
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read() {
        let read = read("Name,email,groups,active\nann,a@x,Staff;Night,\nbob,,Staff,no\n").unwrap();
        assert_eq!(
            read.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
            ["Staff", "Night"]
        );
        assert_eq!((read.subjects[0].groups.clone(), read.subjects[1].active), (vec![0, 1], false));
        assert_eq!(read.subjects[0].attributes["email"], "a@x");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, why) in [
            ("name,shoe\nann,42\n", "there is no column `shoe`"),
            ("email\na@x\n", "the table has no column `name`"),
            ("name\nann\nAnn\n", "line 3: Ann is there twice"),
            ("name,active\nann,maybe\n", "line 2: active must be true or false"),
            ("name,email\n,x\n", "line 2: name is required"),
            ("name,email\nann\n", "the table cannot be read"),
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.starts_with(why), "{refused}");
        }
    }
}
