//! Finding the entity that somebody at a terminal means.
//!
//! The rooms' own lists answer to callers who are signed in; here nobody is. Rows are read as a backup reads them.

use atoll_base::Result;
use atoll_base::db::Db;
use atoll_server::house::tables;
use serde_json::Value;
use uuid::Uuid;

use crate::failure::Failure;
use crate::subject::Subject;

/// What a row of entities or tenants says about names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Named {
    id: Uuid,
    name: String,
    alias: Option<String>,
    tenant: Option<Uuid>,
}

/// The id of the entity; an error that says what to write instead when there is none, or more than one.
pub(crate) async fn find(db: &Db, subject: &Subject) -> Result<Uuid, Failure> {
    if let Subject::Id(id) = subject {
        return Ok(*id);
    }
    let tenants = live_rows(db, "tenants").await?;
    let entities = live_rows(db, "entities").await?;
    choose(&tenants, &entities, subject)
}

/// The id of the tenant with this id, name or alias.
pub(crate) async fn tenant(db: &Db, text: &str) -> Result<Uuid, Failure> {
    match called(&live_rows(db, "tenants").await?, text).as_slice() {
        [one] => Ok(one.id),
        [] => Err(Failure::new(format!("there is no tenant called {text}"))
            .advice("Write its id, its name or its alias; make it first if it is not there yet.")),
        _ => Err(Failure::new(format!("several tenants are called {text}"))
            .advice("Write the alias or the id of the one you mean.")),
    }
}

/// The id of the tenant with this alias, else of the one with this name, if there is one.
pub(crate) async fn tenant_if_there(db: &Db, alias: Option<&str>, name: &str) -> Result<Option<Uuid>> {
    let all = live_rows(db, "tenants").await?;
    let alias = alias.map(str::to_lowercase);
    let by_alias = all.iter().find(|one| alias.is_some() && one.alias == alias);
    Ok(by_alias.or_else(|| all.iter().find(|one| one.name == name)).map(|one| one.id))
}

fn choose(tenants: &[Named], entities: &[Named], subject: &Subject) -> Result<Uuid, Failure> {
    let tenant = match subject {
        Subject::InTenant { tenant, .. } => called(tenants, tenant),
        Subject::Id(_) | Subject::Named(_) => Vec::new(),
    };
    let found = match (subject, tenant.as_slice()) {
        (Subject::InTenant { name, .. }, [tenant]) => {
            let inside: Vec<Named> =
                entities.iter().filter(|one| one.tenant == Some(tenant.id)).cloned().collect();
            called(&inside, name)
        }
        (Subject::InTenant { tenant, .. }, [_, _, ..]) => {
            return Err(Failure::new(format!("several tenants are called {tenant}"))
                .advice("Write the tenant's alias or id in front of the slash."));
        }
        // Names may hold slashes.
        _ => called(entities, &subject.to_string()),
    };
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => Err(Failure::new(format!("there is no entity called {subject}"))
            .advice("Write its id, its name, or tenant/name; names are case-sensitive.")),
        several => {
            let ids: Vec<String> = several.iter().map(|one| place(tenants, one)).collect();
            Err(Failure::new(format!("several entities are called {subject}"))
                .advice(format!("Write the id of the one you mean:\n  {}", ids.join("\n  "))))
        }
    }
}

/// Those with this id; else with this name; else with this alias, in any case.
fn called(all: &[Named], text: &str) -> Vec<Named> {
    let id = Uuid::parse_str(text).ok();
    let alias = text.to_lowercase();
    let ways: [&dyn Fn(&Named) -> bool; 3] = [&|one| Some(one.id) == id, &|one| one.name == text, &|one| {
        one.alias.as_deref() == Some(alias.as_str())
    }];
    let found = ways.iter().map(|way| all.iter().filter(|one| way(one)).cloned().collect::<Vec<_>>());
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn place(tenants: &[Named], one: &Named) -> String {
    let tenant = tenants.iter().find(|tenant| Some(tenant.id) == one.tenant);
    let home = tenant.map_or("the platform", |tenant| tenant.name.as_str());
    format!("{} ({home})", one.id)
}

async fn live_rows(db: &Db, name: &str) -> Result<Vec<Named>> {
    let tx = db.frozen().await?;
    let mut rows = Vec::new();
    for table in tables().iter().filter(|table| table.name() == name) {
        let mut keep = |row: Value| {
            if row["deleted_at"].is_null() {
                rows.push(named(&row));
            }
            Ok(())
        };
        table.read(&tx, &mut keep).await?;
    }
    Ok(rows)
}

fn named(row: &Value) -> Named {
    let id = |column: &str| row[column].as_str().and_then(|text| Uuid::parse_str(text).ok());
    Named {
        id: id("id").unwrap_or_default(),
        name: row["name"].as_str().unwrap_or_default().to_owned(),
        alias: row["alias"].as_str().map(str::to_owned),
        tenant: id("tenant_id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u128, name: &str, alias: Option<&str>, tenant: Option<u128>) -> Named {
        Named {
            id: Uuid::from_u128(id),
            name: name.into(),
            alias: alias.map(str::to_owned),
            tenant: tenant.map(Uuid::from_u128),
        }
    }

    fn look(text: &str) -> Result<u128, String> {
        let tenants = [row(1, "Acme", Some("acme"), None), row(2, "Globex", Some("globex"), None)];
        let entities = [
            row(10, "alice", None, Some(1)),
            row(11, "alice", None, Some(2)),
            row(12, "bob", Some("builder"), Some(1)),
            row(13, "a/b", None, None),
        ];
        let Ok(subject) = text.parse();
        choose(&tenants, &entities, &subject).map(|id| id.as_u128()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn names_and_aliases_with_and_without_a_tenant_are_found() {
        assert_eq!(look("bob"), Ok(12));
        assert_eq!(look("Builder"), Ok(12));
        assert_eq!(look("acme/alice"), Ok(10));
        assert_eq!(look("Globex/alice"), Ok(11));
        assert_eq!(look(&format!("{}/alice", Uuid::from_u128(2))), Ok(11));
        assert_eq!(look("a/b"), Ok(13));
    }

    #[test]
    fn what_is_not_clear_is_asked_back() {
        let both = look("alice").unwrap_err();
        assert!(both.contains("several") && both.contains("(Acme)") && both.contains("(Globex)"), "{both}");
        assert!(look("carol").unwrap_err().contains("no entity called carol"));
        assert!(look("globex/bob").unwrap_err().contains("no entity called globex/bob"));
    }

    #[test]
    fn a_row_is_read_as_a_backup_holds_it() {
        let id = Uuid::from_u128(7);
        let read = named(
            &serde_json::json!({"id": id, "name": "n", "alias": null, "tenant_id": id, "kind": "human"}),
        );
        assert_eq!(read, row(7, "n", None, Some(7)));
    }
}
