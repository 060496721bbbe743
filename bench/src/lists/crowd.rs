//! Many entities in ten tenants, and those who may see some of them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Result;
use crate::graph::{Graph, text};
use crate::plant::policy;

const TENANTS: u64 = 10;
/// How many single objects some callers see.
const OBJECTS: [u64; 3] = [1, 10, 1000];

/// A store to fill.
pub(super) struct Store {
    /// Its engine.
    pub(super) name: &'static str,
    /// The data folder of the Atoll on it.
    pub(super) data: PathBuf,
    /// The address, on a database server.
    pub(super) address: Option<String>,
    server: Option<String>,
}

impl Store {
    pub(super) fn sqlite(folder: &Path) -> Store {
        Store { name: "SQLite", data: folder.join("sqlite"), address: None, server: None }
    }

    /// A new database on the server for tests, where there is one.
    pub(super) async fn postgres(folder: &Path) -> Result<Option<Store>> {
        let Ok(server) = std::env::var("ATOLL_TEST_POSTGRES") else { return Ok(None) };
        run_on(&server, "DROP DATABASE IF EXISTS atoll_bench_lists").await?;
        run_on(&server, "CREATE DATABASE atoll_bench_lists").await?;
        let (address, query) =
            server.split_once('?').map_or((&*server, ""), |(address, query)| (address, query));
        let (host, _) = address.rsplit_once('/').ok_or("ATOLL_TEST_POSTGRES names no database")?;
        let mark = if query.is_empty() { "" } else { "?" };
        let address = Some(format!("{host}/atoll_bench_lists{mark}{query}"));
        Ok(Some(Store { name: "PostgreSQL", data: folder.join("postgres"), address, server: Some(server) }))
    }

    pub(super) async fn remove(self) -> Result<()> {
        match self.server {
            Some(server) => run_on(&server, "DROP DATABASE atoll_bench_lists").await,
            None => Ok(()),
        }
    }
}

async fn run_on(address: &str, statement: &str) -> Result<()> {
    let mut connection = PgConnection::connect(address).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The entities and their tenants.
pub(super) struct Crowd {
    entities: u64,
    read: String,
    tenants: Vec<String>,
}

impl Crowd {
    /// Makes the tenants.
    pub(super) async fn prepare(admin: &mut Graph, entities: u64) -> Result<Crowd> {
        let input = |at| json!({ "id": tenant(at), "name": format!("tenant {at}") });
        let inputs: Vec<Value> = (0..TENANTS).map(input).collect();
        let tenants = admin.make_all("createTenant", "CreateTenantInput", &inputs).await?;
        let actions = admin.ask("{ actions { items { id name } } }", json!({})).await?;
        let all = actions["actions"]["items"].as_array().cloned().unwrap_or_default();
        let read = all.iter().find(|action| action["name"] == "read").ok_or("there is no action read")?;
        Ok(Crowd { entities, read: text(&read["id"])?, tenants })
    }

    /// The tenant that pages of one tenant are about.
    pub(super) fn tenant(&self) -> &str {
        &self.tenants[0]
    }

    /// Puts the entities into the store, which no Atoll is using. No ledger row tells of them, so this is for measuring only.
    pub(super) async fn fill(&self, store: &Store) -> Result<()> {
        let columns = "entities (id, kind, name, tenant_id, status, attributes, created_at)";
        let rest = "'device', 'device ' || i";
        match &store.address {
            Some(address) => {
                let id = "('01980000-0001-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid";
                let tenant = "('01980000-0000-7000-8000-' || lpad(to_hex(i % 10), 12, '0'))::uuid";
                let rows =
                    format!("SELECT {id}, {rest}, {tenant}, 'active', '{{}}'::jsonb, 1750000000000000 + i");
                let last = self.entities - 1;
                run_on(
                    address,
                    &format!("INSERT INTO {columns} {rows} FROM generate_series(0::bigint, {last}) AS i"),
                )
                .await?;
                run_on(address, "ANALYZE").await
            }
            None => {
                let files = std::fs::read_dir(&store.data)?.collect::<std::io::Result<Vec<_>>>()?;
                let file = files.into_iter().map(|file| file.path());
                let file = file
                    .into_iter()
                    .find(|path| path.extension().is_some_and(|kind| kind == "db" || kind == "sqlite"));
                let id = "unhex(printf('01980000000170008000%012x', i))";
                let tenant = "unhex(printf('01980000000070008000%012x', i % 10))";
                let rows =
                    format!("SELECT {id}, {rest}, {tenant}, 'active', '{{}}', 1750000000000000 + i FROM n");
                let numbers = format!(
                    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {})",
                    self.entities
                );
                let mut connection = SqliteConnectOptions::new()
                    .filename(file.ok_or("there is no store in this folder")?)
                    .pragma("cache_size", "-262144")
                    .connect()
                    .await?;
                let statement = format!("INSERT INTO {columns} {numbers} {rows}");
                sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
                sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
                Ok(connection.close().await?)
            }
        }
    }

    /// Makes those who see a part, and gives it to them: what each is called here, a token, and how much there is to see.
    pub(super) async fn give(&self, admin: &mut Graph) -> Result<Vec<(String, String, u64)>> {
        let mut callers = Vec::new();
        let own = self.tenant().to_owned();
        let reader = json!({ "kind": "service", "name": "reader of a tenant", "tenantId": own });
        let reader = admin.make("createEntity", "CreateEntityInput", reader).await?;
        let block = json!({ "tenantId": own, "scopeMode": "tenant", "actionIds": [self.read] });
        let block = admin.make("createPermissionBlock", "CreatePermissionBlockInput", block).await?;
        admin.make("createDirectPolicy", "CreateDirectPolicyInput", policy(&own, &reader, &block)).await?;
        callers.push(("a tenant of ten".to_owned(), token(admin, &reader).await?, self.entities / TENANTS));
        for objects in OBJECTS {
            let name = format!("reader of {objects}");
            let reader = admin
                .make("createEntity", "CreateEntityInput", json!({ "kind": "service", "name": name }))
                .await?;
            let spread = self.entities / objects;
            let block = |at: u64| json!({ "scopeMode": "object", "objectKind": "entity", "objectId": entity(at * spread), "actionIds": [self.read] });
            let blocks: Vec<Value> = (0..objects).map(block).collect();
            let blocks =
                admin.make_all("createPermissionBlock", "CreatePermissionBlockInput", &blocks).await?;
            let give = |block: &String| json!({ "subjectKind": "entity", "subjectId": reader, "permissionBlockId": block });
            let policies: Vec<Value> = blocks.iter().map(give).collect();
            admin.make_all("createDirectPolicy", "CreateDirectPolicyInput", &policies).await?;
            let name = if objects == 1 { "1 entity".to_owned() } else { format!("{objects} entities") };
            callers.push((name, token(admin, &reader).await?, objects));
        }
        Ok(callers)
    }
}

async fn token(admin: &mut Graph, subject: &str) -> Result<String> {
    let make = "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token } }";
    let input = json!({ "name": "lists", "subjectId": subject, "scoped": false, "permissions": [] });
    let answer = admin.ask(make, json!({ "input": input })).await?;
    text(&answer["createAccessToken"]["token"])
}

fn tenant(at: u64) -> String {
    format!("01980000-0000-7000-8000-{at:012x}")
}

fn entity(at: u64) -> String {
    format!("01980000-0001-7000-8000-{at:012x}")
}
