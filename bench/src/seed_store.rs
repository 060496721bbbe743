//! Puts many grants into a store, without going through the doors: a million would take hours there.
//!
//! Rows are made by SQLite itself, in one transaction. No ledger row tells of them, so this is for measuring only.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::Result;

/// Direct policies of each device.
const PER_DEVICE: u64 = 10;
/// Devices of each channel.
const PER_CHANNEL: u64 = 10;

/// The tenant; `%` in the other ids stands for the number of the row. All have the form of time-ordered UUIDs.
const TENANT: &str = "01980000000070008000000000000000";
const DEVICE: &str = "0198000000017000800%";
const CHANNEL: &str = "0198000000027000800%";
const BLOCK: &str = "0198000000037000800%";
const POLICY: &str = "0198000000047000800%";

/// What was put in.
pub(crate) struct Filled {
    /// Direct policies.
    pub(crate) grants: u64,
    /// Devices that hold them.
    pub(crate) devices: u64,
    /// Channels they are about, each with a block.
    pub(crate) channels: u64,
    /// How long it took.
    pub(crate) took: Duration,
    /// Size of the store afterwards.
    pub(crate) bytes: u64,
}

impl Filled {
    /// A device of the tenant and a channel it may publish to.
    pub(crate) fn sample(&self) -> (String, String) {
        let last = self.devices - 1;
        (hyphened(&numbered(DEVICE, last)), hyphened(&numbered(CHANNEL, last % self.channels)))
    }
}

/// Fills the store of a data folder that Atoll has used once and is not using now.
pub(crate) async fn fill(data: &Path, grants: u64) -> Result<Filled> {
    let file = store(data)?;
    let devices = grants.div_ceil(PER_DEVICE).max(1);
    let channels = devices.div_ceil(PER_CHANNEL).max(PER_DEVICE);
    let begun = Instant::now();
    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .foreign_keys(false)
        .pragma("cache_size", "-262144")
        .connect()
        .await?;
    let mut tx = connection.begin().await?;
    for statement in statements(devices, channels, grants) {
        run(&mut tx, statement).await?;
    }
    tx.commit().await?;
    let broken: Vec<sqlx::sqlite::SqliteRow> =
        sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await?;
    if !broken.is_empty() {
        return Err("the tables have changed: rows refer to nothing".into());
    }
    run(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)".to_owned()).await?;
    connection.close().await?;
    let bytes = std::fs::metadata(&file)?.len();
    Ok(Filled { grants, devices, channels, took: begun.elapsed(), bytes })
}

async fn run(connection: &mut SqliteConnection, statement: String) -> Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}

/// The only SQLite file of the folder.
fn store(data: &Path) -> Result<std::path::PathBuf> {
    let files = std::fs::read_dir(data)?.collect::<std::io::Result<Vec<_>>>()?;
    let is_store =
        |path: &std::path::PathBuf| path.extension().is_some_and(|kind| kind == "db" || kind == "sqlite");
    let found = files.into_iter().map(|file| file.path()).find(is_store);
    Ok(found.ok_or("there is no store in this folder; start atoll on it once")?)
}

fn statements(devices: u64, channels: u64, grants: u64) -> Vec<String> {
    // Any time does, as long as it is one.
    const AT: &str = "1750000000000000";
    let tenant = format!("unhex('{TENANT}')");
    let many = |count: u64, rest: String| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) {rest}"
        )
    };
    let (device, channel, block, policy) =
        (id(DEVICE, "i"), id(CHANNEL, "i"), id(BLOCK, "i"), id(POLICY, "i"));
    let holder = id(DEVICE, &format!("i / {PER_DEVICE}"));
    let held = id(BLOCK, &format!("(i / {PER_DEVICE} + i % {PER_DEVICE}) % {channels}"));
    vec![
        format!(
            "INSERT INTO tenants (id, name, status, tags, attributes, created_at) \
             VALUES ({tenant}, 'many grants', 'active', '[]', '{{}}', {AT})"
        ),
        many(
            devices,
            format!(
                "INSERT INTO entities (id, kind, name, tenant_id, status, attributes, created_at) \
                 SELECT {device}, 'device', 'device ' || i, {tenant}, 'active', '{{}}', {AT} FROM n"
            ),
        ),
        many(
            channels,
            format!(
                "INSERT INTO resources (id, kind, name, tenant_id, attributes, created_at) \
                 SELECT {channel}, 'channel', 'channel ' || i, {tenant}, '{{}}', {AT} FROM n"
            ),
        ),
        many(
            channels,
            format!(
                "INSERT INTO permission_blocks (id, tenant_id, scope_mode, object_kind, object_id, effect, conditions, \
                 created_at, updated_at) \
                 SELECT {block}, {tenant}, 'object', 'resource', {channel}, 'allow', '{{}}', {AT}, {AT} FROM n"
            ),
        ),
        many(
            channels,
            format!(
                "INSERT INTO permission_block_actions (block_id, action_id) \
                 SELECT {block}, actions.id FROM n, actions WHERE actions.name IN ('publish', 'subscribe')"
            ),
        ),
        many(
            grants,
            format!(
                "INSERT INTO direct_policies (id, tenant_id, subject_kind, subject_id, block_id, created_at) \
                 SELECT {policy}, {tenant}, 'entity', {holder}, {held}, {AT} FROM n"
            ),
        ),
    ]
}

/// An id in SQL, with the value of an expression as its number.
fn id(form: &str, number: &str) -> String {
    let form = form.replace('%', "%013x");
    format!("unhex(printf('{form}', {number}))")
}

fn numbered(form: &str, number: u64) -> String {
    form.replace('%', &format!("{number:013x}"))
}

fn hyphened(id: &str) -> String {
    [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_time_ordered_uuids() {
        let id = hyphened(&numbered(DEVICE, 255));
        assert_eq!(id, "01980000-0001-7000-8000-0000000000ff");
        assert_eq!(TENANT.len(), numbered(POLICY, 0).len());
    }
}
