//! Limits at the doors of the real server: requests per network, passwords being checked at once.

use std::time::{Duration, Instant};

use atoll_server::grpc::atom;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Engine, NOBODY, Setup, TestServer, engines};

/// A server with limits that are small enough to be reached; one at a time, for the window is of the real clock.
fn limited(engine: Engine) -> Setup {
    // Windows of a day begin at midnight, so that none ends within the test.
    Setup::new(engine)
        .set("rate_limit_enabled", true)
        .set("http_rate_limit_auth_window_secs", 86_400)
        .set("http_rate_limit_admin_window_secs", 86_400)
        .set("http_rate_limit_graphql_window_secs", 86_400)
        .set("service_rate_limit_window_secs", 86_400)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_many_is_told_when_to_come_again() {
    for engine in engines() {
        let mut server = limited(engine).set("http_rate_limit_auth_routes", 5).start().await;
        for nth in 0..5 {
            // A header that anybody can send does not make somebody else of them.
            let request = server.request(Method::GET, NOBODY, "/auth/public-config");
            let answer = request.header("x-forwarded-for", format!("203.0.113.{nth}")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
        }
        let refused = server.get(NOBODY, "/auth/public-config").await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        let after: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=86_400).contains(&after));
        assert_eq!(refused.json::<Value>().await.unwrap()["error"], "rate limit exceeded");
        for path in ["/health", "/health/live", "/health/ready"] {
            for _ in 0..10 {
                assert_eq!(server.get(NOBODY, path).await.status(), StatusCode::OK, "{path}");
            }
        }
        // Signing in through another door is signing in.
        let login = "mutation { login(input: { identifier: \"x\", secret: \"y\" }) { token } }";
        let refused = server.post(NOBODY, "/graphql", json!({ "query": login })).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        let query = server.post(NOBODY, "/graphql", json!({ "query": "{ health }" })).await;
        assert_eq!(query.status(), StatusCode::OK, "other queries have their own limit");
        // It is known after a restart.
        server.stop().await;
        server.restart().await;
        let mut refused = 0;
        for _ in 0..3 {
            let status = server.get(NOBODY, "/auth/public-config").await.status();
            refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(refused >= 2, "{refused}");
        server.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_in_one_request_are_many() {
    let server = limited(Engine::Sqlite).set("http_rate_limit_auth_routes", 10).start().await;
    let guess =
        |nth: usize| format!("g{nth}: login(input: {{ identifier: \"x{nth}\", secret: \"y\" }}) {{ token }}");
    let guesses =
        |many: usize| format!("mutation {{ {} }}", (0..many).map(guess).collect::<Vec<_>>().join(" "));
    let send = async |many| server.post(NOBODY, "/graphql", json!({ "query": guesses(many) })).await.status();
    assert_eq!(send(11).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(send(8).await, StatusCode::OK);
    assert_eq!(send(8).await, StatusCode::TOO_MANY_REQUESTS);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_limit_together() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let here = limited(engine).set("http_rate_limit_auth_routes", 30).start().await;
        let there = here.replica().await;
        let mut passed = 0;
        for nth in 0..80 {
            let server: &TestServer = if nth % 2 == 0 { &here } else { &there };
            passed += usize::from(server.get(NOBODY, "/auth/public-config").await.status() == StatusCode::OK);
        }
        assert!((30..=33).contains(&passed), "{passed}");
        drop(there);
        here.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grpc_has_a_limit_too() {
    let server = limited(Engine::Sqlite).set("service_rate_limit", 20).start().await;
    let to = format!("http://{}", server.grpc());
    let channel = tonic::transport::Channel::from_shared(to).unwrap().connect().await.unwrap();
    let mut auth = atom::auth_service_client::AuthServiceClient::new(channel.clone());
    let mut refused = None;
    for nth in 0..25 {
        let answer =
            auth.authenticate(atom::AuthenticateRequest { token: "atom_x".into() }).await.unwrap_err();
        if answer.code() == tonic::Code::ResourceExhausted {
            refused = Some((nth, answer));
            break;
        }
    }
    let (nth, refused) = refused.expect("a limit");
    assert_eq!((nth, refused.message()), (20, "rate limit exceeded"));
    assert!(refused.metadata().contains_key("retry-after"));
    let mut health = tonic_health::pb::health_client::HealthClient::new(channel);
    let request = tonic_health::pb::HealthCheckRequest { service: String::new() };
    assert!(health.check(request).await.is_ok());
    server.end().await;
}

/// A server that takes its time with a password, and lets few wait.
fn slow(engine: Engine) -> Setup {
    Setup::new(engine)
        .set("password_hash_memory_kib", 16 * 1024)
        .set("password_hash_iterations", 4)
        .set("password_hash_concurrency", 1)
        .set("login_failure_limit_per_address", 10_000)
        .set("password_hash_queue", 3)
}

#[tokio::test(flavor = "multi_thread")]
async fn when_too_many_passwords_wait_the_rest_is_told_to_come_again() {
    let server = slow(Engine::Sqlite).start().await;
    let logins = join_all((0..30).map(|nth| {
        let server = &server;
        async move { server.try_login(&format!("x{nth}"), "wrong").await }
    }))
    .await;
    let busy: Vec<_> = logins.iter().filter(|one| one.status() == StatusCode::SERVICE_UNAVAILABLE).collect();
    assert!(!busy.is_empty(), "nobody was told to come again");
    assert!(busy.iter().all(|one| one.headers()["retry-after"] == "1"));
    let login = |nth: usize| {
        let text =
            format!("mutation {{ login(input: {{ identifier: \"y{nth}\", secret: \"y\" }}) {{ token }} }}");
        let server = &server;
        async move { server.graphql(NOBODY, &text, json!({})).await }
    };
    let answers = join_all((0..30).map(login)).await;
    let busy = answers.iter().find(|one| one["errors"][0]["extensions"]["code"] == "password.hashing_busy");
    let busy = busy.expect("through GraphQL, too");
    assert_eq!(busy["errors"][0]["extensions"]["kind"], "unavailable");
    assert_eq!(busy["errors"][0]["extensions"]["retryAfterSecs"], 1);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_are_answered_while_two_hundred_sign_ins_queue() {
    let server = slow(Engine::Sqlite).set("password_hash_queue", 200).start().await;
    let token = server.admin().await;
    let flood = async {
        let logins = (0..200).map(|nth| {
            let server = &server;
            async move { server.try_login(&format!("x{nth}"), "wrong").await.status() }
        });
        join_all(logins).await
    };
    let checks = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut slowest = Duration::ZERO;
        for _ in 0..100 {
            let begun = Instant::now();
            assert!(server.get(&token, "/auth/introspect").await.status().is_success());
            slowest = slowest.max(begun.elapsed());
        }
        (slowest, Instant::now())
    };
    let begun = Instant::now();
    let ((statuses, flooded), (slowest, checked)) =
        tokio::join!(async { (flood.await, Instant::now()) }, checks);
    assert!(statuses.iter().all(|status| *status == StatusCode::UNAUTHORIZED), "{statuses:?}");
    assert!(checked < flooded, "the checks did not wait for {:?} of sign-ins", flooded - begun);
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    server.end().await;
}
