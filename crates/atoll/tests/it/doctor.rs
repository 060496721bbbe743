//! What the doctor finds.

use crate::server::{Engine, Setup, TestServer, on_both};

#[tokio::test]
async fn before_the_first_start_nothing_is_broken_and_nothing_is_made() {
    let server = Setup::new(Engine::Sqlite).prepare().await;
    let ran = server.atoll(&["doctor"]).ended_with(0);
    for expected in ["not there yet", "data folder", "deployment key", "HTTP port"] {
        assert!(ran.out.contains(expected), "{expected} is missing: {}", ran.out);
    }
    let left: Vec<_> = std::fs::read_dir(server.folder()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn while_it_runs_everything_is_found_and_secrets_are_not_shown() {
    on_both(async |server| {
        server.admin().await;
        let set = format!("listen_addr={}", server.http());
        let ran = server.atoll(&["doctor", "--set", &set]);
        for expected in ["reachable", "migrations are applied", "opens what is sealed", "signs", "rows: "] {
            assert!(ran.out.contains(expected), "{expected} is missing: {}", ran.out);
        }
        if matches!(server.engine(), Engine::Sqlite) {
            assert!(ran.out.contains("is served by this Atoll"), "{}", ran.out);
            assert_eq!(ran.code, 0, "{}", ran.out);
        }
        assert!(ran.out.contains("admin_secret"), "{}", ran.out);
        assert!(!ran.out.contains(crate::server::ADMIN_SECRET));
        assert!(!ran.out.contains("graphql_max_depth"), "a setting at its default is shown");
        let all = server.atoll(&["doctor", "--all"]);
        assert!(all.out.contains("graphql_max_depth"));
    })
    .await;
}

#[tokio::test]
async fn a_port_of_somebody_else_is_broken() {
    let server = Setup::new(Engine::Sqlite).prepare().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let set = format!("grpc_addr={}", taken.local_addr().unwrap());
    let ran = server.atoll(&["doctor", "--set", &set]).ended_with(1);
    assert!(ran.out.contains("is taken by") && ran.out.contains("grpc_addr"), "{}", ran.out);
}

#[tokio::test]
async fn a_lost_or_wrong_deployment_key_is_broken() {
    let mut server = TestServer::start(Engine::Sqlite).await;
    assert!(server.stop().await.success());
    let key = server.data_dir().join("deployment.key");
    let kept = server.folder().join("kept.key");
    std::fs::rename(&key, &kept).unwrap();
    let ran = server.atoll(&["doctor"]).ended_with(1);
    assert!(ran.out.contains("put it back from your copy"), "{}", ran.out);
    assert!(!key.exists(), "the doctor made a key");
    let ran = server.atoll(&["serve"]).ended_with(1);
    assert!(ran.err.contains("deployment.key is missing"), "{}", ran.err);
    assert!(!key.exists(), "starting made a key that opens nothing");

    let wrong = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    let ran = server.atoll(&["doctor", "--set", &format!("key_encryption_key={wrong}")]).ended_with(1);
    assert!(ran.out.contains("does not open"), "{}", ran.out);
    assert!(!ran.out.contains(wrong));

    std::fs::rename(&kept, &key).unwrap();
    server.atoll(&["doctor"]).ended_with(0);
    server.end().await;
}

#[tokio::test]
async fn dangerous_settings_are_named() {
    let server = Setup::new(Engine::Sqlite).prepare().await;
    let ran = server.atoll(&["doctor", "--set", "allow_unverified_email_login=true"]).ended_with(0);
    assert!(ran.out.contains("allow_unverified_email_login is on"), "{}", ran.out);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_broken() {
    let server = Setup::new(Engine::Sqlite).prepare().await;
    let nowhere = "database_url=postgres://atoll:hidden-word@127.0.0.1:1/atoll";
    let ran = server.atoll(&["doctor", "--set", nowhere, "--set", "db_connect_timeout_secs=1"]).ended_with(1);
    assert!(ran.out.contains("cannot open PostgreSQL 127.0.0.1:1/atoll"), "{}", ran.out);
    assert!(!ran.out.contains("hidden-word"), "{}", ran.out);
}
