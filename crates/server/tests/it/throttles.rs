//! Guessing at accounts: by account, address and network, on every replica, without locking their owners out.

use std::time::Duration;

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_base::db::Engine;
use atoll_base::settings::Settings;
use serde_json::{Value, json};

use crate::harness::{Plant, on_both, on_both_with};
use crate::sessions::SECRET;

const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) { entityId } }";
const INVALID: &str = "invalid credentials";
const THROTTLED: &str = "too many failed login attempts";
const HOME: &str = "203.0.113.9";
const ELSEWHERE: &str = "198.51.100.7";

/// Tries to sign in from an address; the refusal, if it is one.
async fn try_from(plant: &Plant, from: &str, identifier: &str, secret: &str) -> Option<String> {
    let origin = Origin { address: Some(from.parse().unwrap()), request_id: None, user_agent: None };
    let ctx = Ctx::new(plant.ground().clone(), Caller::Nobody, origin);
    let input = json!({ "input": { "identifier": identifier, "secret": secret } });
    let answer: Value = plant.answer(&ctx, LOGIN, input).await;
    answer["errors"][0]["message"].as_str().map(str::to_owned)
}

async fn guess(plant: &Plant, from: &str, identifier: &str) -> String {
    try_from(plant, from, identifier, "wrong").await.expect("a wrong password")
}

fn throttled(plant: &Plant, by: &str) -> bool {
    let figures = plant.ground().metrics().encode();
    let figure = format!("sign_ins_throttled_total{{category=\"{by}\"}} ");
    let (_, count) = figures.split_once(&figure).expect("a figure from the start");
    !count.starts_with('0')
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_lock_an_owner_out_where_they_signed_in_before() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        assert_eq!(try_from(&plant, HOME, "anna", SECRET).await, None);
        for _ in 0..5 {
            assert_eq!(guess(&plant, ELSEWHERE, "anna").await, INVALID);
        }
        for name in ["anna", " anna ", &anna.to_string()] {
            assert_eq!(guess(&plant, ELSEWHERE, name).await, THROTTLED, "{name}");
        }
        assert_eq!(try_from(&plant, ELSEWHERE, "anna", SECRET).await.as_deref(), Some(THROTTLED));
        assert!(throttled(&plant, "account"));
        assert_eq!(try_from(&plant, HOME, "anna", SECRET).await, None, "at home the owner gets in");
        // Guesses from there are counted, too.
        for _ in 0..5 {
            assert_eq!(guess(&plant, HOME, "anna").await, INVALID);
        }
        assert_eq!(try_from(&plant, HOME, "anna", SECRET).await.as_deref(), Some(THROTTLED));
        // Attempts meanwhile did not make it last longer.
        plant.pass(Duration::from_secs(901)).await;
        assert_eq!(try_from(&plant, ELSEWHERE, "anna", SECRET).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn success_makes_up_for_failures_at_the_account() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        for _ in 0..3 {
            for _ in 0..4 {
                assert_eq!(guess(&plant, ELSEWHERE, "anna").await, INVALID);
            }
            assert_eq!(try_from(&plant, ELSEWHERE, "anna", SECRET).await, None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_try_one_password_at_every_account() {
    let settings = Settings { login_failure_limit_per_address: 8, ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        plant.person("anna", None).await;
        assert_eq!(try_from(&plant, HOME, "anna", SECRET).await, None);
        for nth in 0..8 {
            assert_eq!(guess(&plant, HOME, &format!("somebody-{nth}")).await, INVALID);
        }
        assert_eq!(guess(&plant, HOME, "somebody-else").await, THROTTLED);
        assert!(throttled(&plant, "address"));
        assert_eq!(guess(&plant, ELSEWHERE, "somebody-else").await, INVALID, "other addresses go on");
        assert_eq!(try_from(&plant, HOME, "anna", SECRET).await, None, "and so does who is known there");
        plant.pass(Duration::from_secs(901)).await;
        assert_eq!(guess(&plant, HOME, "somebody-else").await, INVALID);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_of_addresses_is_counted_as_one() {
    let settings = Settings { login_failure_limit_per_network: 6, ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        for (v4, v6) in [("203.0.113", "2001:db8:1"), ("192.0.2", "2001:db8:2")] {
            for nth in 0..6 {
                assert_eq!(guess(&plant, &format!("{v4}.{nth}"), &format!("a{nth}")).await, INVALID);
                assert_eq!(guess(&plant, &format!("{v6}:{nth}::1"), &format!("b{nth}")).await, INVALID);
            }
            assert_eq!(guess(&plant, &format!("{v4}.99"), "c").await, THROTTLED);
            assert_eq!(guess(&plant, &format!("{v6}:99::1"), "c").await, THROTTLED);
        }
        assert!(throttled(&plant, "network"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_counts_what_this_one_saw() {
    on_both(async |plant| {
        if plant.ground().db().engine() != Engine::Postgres {
            return;
        }
        let other = plant.another().await;
        plant.person("anna", None).await;
        other.ground().decisions().catch_up().await.unwrap();
        for nth in 0..5 {
            let plant = if nth % 2 == 0 { &plant } else { &other };
            assert_eq!(guess(plant, ELSEWHERE, "anna").await, INVALID);
        }
        for plant in [&plant, &other] {
            assert_eq!(try_from(plant, ELSEWHERE, "anna", SECRET).await.as_deref(), Some(THROTTLED));
        }
    })
    .await;
}
