//! Backups, while Atoll runs, from either engine into either.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::server::{Engine, Ran, Setup, TestServer, engines};

const MAKE: &str = "mutation($name: String!) { createTenant(input: { name: $name }) { id } }";

async fn names(server: &TestServer, token: &str) -> Vec<String> {
    let listed = server.data(token, "{ tenants(limit: 100) { items { name } } }", json!({})).await;
    let items = listed["tenants"]["items"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> =
        items.iter().filter_map(|item| item["name"].as_str()).map(str::to_owned).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_of_a_running_server_restores_into_either_engine() {
    for from in engines() {
        let server = TestServer::start(from.clone()).await;
        let token = server.admin().await;
        for name in ["acme", "globex"] {
            server.data(&token, MAKE, json!({ "name": name })).await;
        }
        server.atoll(&["backup", "atoll.backup"]).ended_with(0);
        let file = server.folder().join("atoll.backup");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        // What happens after the backup is not in it.
        server.data(&token, MAKE, json!({ "name": "late" })).await;

        for to in engines() {
            let mut other = Setup::new(to).prepare().await;
            let ran = other.atoll(&["restore", file.to_str().unwrap()]).ended_with(0);
            for expected in ["tenants", "read back", "holds together", "Deployment key: missing"] {
                assert!(ran.out.contains(expected), "{expected} is missing: {}", ran.out);
            }
            other.atoll(&["ledger", "verify"]).ended_with(0);
            let key = |server: &TestServer| server.data_dir().join("deployment.key");
            std::fs::create_dir_all(other.data_dir()).unwrap();
            std::fs::copy(key(&server), key(&other)).unwrap();
            other.restart().await;
            let token = other.admin().await;
            assert_eq!(names(&other, &token).await, ["acme", "globex"]);
            other.data(&token, MAKE, json!({ "name": "after" })).await;
            other.atoll(&["ledger", "verify"]).ended_with(0);
            let again = other.atoll(&["backup", "second.backup"]).ended_with(0);
            assert!(again.err.contains("rows of"), "{}", again.err);
            other.end().await;
        }
        server.end().await;
    }
}

#[tokio::test]
async fn a_backup_replaces_nothing_unless_asked() {
    let server = TestServer::start(Engine::Sqlite).await;
    let file = server.folder().join("atoll.backup");
    std::fs::write(&file, "precious").unwrap();
    let ran = server.atoll(&["backup", "atoll.backup"]).ended_with(1);
    assert!(ran.err.contains("is there already") && ran.err.contains("--force"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
    server.atoll(&["backup", "atoll.backup", "--force"]).ended_with(0);
    assert_ne!(std::fs::read(&file).unwrap(), b"precious");
    let ran = server.atoll(&["backup", "no/such/folder"]).ended_with(1);
    assert!(ran.err.contains("cannot write"), "{}", ran.err);
    let drafts = std::fs::read_dir(server.folder()).unwrap().flatten();
    let drafts: Vec<_> =
        drafts.filter(|file| file.file_name().to_string_lossy().starts_with(".atoll")).collect();
    assert!(drafts.is_empty(), "{drafts:?}");
    server.end().await;
}

#[tokio::test]
async fn a_backup_can_go_through_a_pipe() {
    let server = TestServer::start(Engine::Sqlite).await;
    let backup = server.command().args(["backup", "-"]).output().unwrap();
    assert!(backup.status.success());
    let file = server.folder().join("piped");
    std::fs::write(&file, backup.stdout).unwrap();
    let mut restore = server.command();
    restore.args([
        "restore",
        "-",
        "--into",
        "elsewhere",
        "--set",
        "key_encryption_key_file=data/deployment.key",
    ]);
    restore.stdin(std::fs::File::open(&file).unwrap());
    let ran = Ran::of(&mut restore).ended_with(0);
    assert!(ran.out.contains("read back") && ran.out.contains("Deployment key: ok"), "{}", ran.out);
    server.end().await;
}

#[tokio::test]
async fn a_broken_backup_changes_nothing() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.atoll(&["backup", "whole"]).ended_with(0);
    let whole = std::fs::read(server.folder().join("whole")).unwrap();
    std::fs::write(server.folder().join("cut"), &whole[..whole.len() / 2]).unwrap();
    server.atoll(&["--data", "one", "restore", "cut", "--into", "another"]).ended_with(2);
    let ran = server.atoll(&["restore", "cut", "--into", "new"]).ended_with(1);
    assert!(ran.err.contains("not a whole Atoll backup"), "{}", ran.err);
    let wrong = "key_encryption_key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    let ran = server.atoll(&["restore", "whole", "--into", "new", "--set", wrong]).ended_with(0);
    assert!(ran.out.contains("read back") && ran.out.contains("Deployment key: wrong"), "{}", ran.out);
    let ran = server.atoll(&["restore", "whole", "--into", "new"]).ended_with(1);
    assert!(ran.err.contains("not empty"), "{}", ran.err);
    server.end().await;
}

#[tokio::test]
async fn the_ledger_tells_when_somebody_edited_the_past() {
    use sea_orm_migration::sea_orm::ConnectionTrait;
    let mut server = TestServer::start(Engine::Sqlite).await;
    let token = server.admin().await;
    server.data(&token, MAKE, json!({ "name": "acme" })).await;
    assert!(server.stop().await.success());
    server.atoll(&["ledger", "verify"]).ended_with(0);
    let db = atoll_base::db::Db::open(&server.location(), &Default::default()).await.unwrap();
    db.writer()
        .execute_unprepared("UPDATE ledger SET reason = 'nothing to see' WHERE revision = 2")
        .await
        .unwrap();
    db.close().await.unwrap();
    let ran = server.atoll(&["ledger", "verify"]).ended_with(1);
    assert!(ran.out.contains("revision 2: its content was changed"), "{}", ran.out);
    server.end().await;
}

#[tokio::test]
async fn the_newest_rows_can_be_read() {
    let server = TestServer::start(Engine::Sqlite).await;
    let token = server.admin().await;
    let made = server.data(&token, MAKE, json!({ "name": "acme" })).await;
    let Value::String(tenant) = &made["createTenant"]["id"] else { panic!("{made}") };
    let all = server.atoll(&["ledger", "tail", "-n", "100"]).ended_with(0);
    assert!(all.out.contains("tenant.create"), "{}", all.out);
    let one = server.atoll(&["ledger", "tail", "-n", "1"]).ended_with(0);
    assert!(one.out.lines().count() < all.out.lines().count());
    let nobody = server.atoll(&["ledger", "tail", "--tenant", "00000000-0000-0000-0000-0000000000ff"]);
    assert_eq!(nobody.code, 1, "{}", nobody.out);
    let ran = server.atoll(&["ledger", "tail", "--tenant", tenant]);
    assert!(ran.code == 0 || ran.err.contains("nothing happened"), "{}", ran.err);
    server.end().await;
}
