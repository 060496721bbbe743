//! Limits per network: across processes, after a restart, and without a store.

use std::net::IpAddr;
use std::time::Duration;

use atoll_base::db::Engine;
use atoll_base::keeper;
use atoll_base::rates::{Class, Limited};
use atoll_base::settings::Settings;

use crate::harness::{Plant, on_both_with};

fn limited() -> Settings {
    Settings { rate_limit_enabled: true, ..Settings::for_tests() }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

const HERE: &str = "203.0.113.9";

async fn ask(plant: &Plant, from: &str) -> Result<(), Limited> {
    plant.app.rates.admit(Class::AuthRoutes, address(from), 1).await
}

/// How many of so many requests are let through.
async fn passed(plant: &Plant, from: &str, requests: usize) -> usize {
    let mut passed = 0;
    for _ in 0..requests {
        passed += usize::from(ask(plant, from).await.is_ok());
    }
    passed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_may_send_so_many_and_is_told_when_it_may_again() {
    on_both_with(limited(), async |plant| {
        assert_eq!(passed(&plant, HERE, 60).await, 30);
        let refused = ask(&plant, HERE).await.unwrap_err();
        let window = Duration::from_secs(60);
        assert!(
            refused.retry_after >= Duration::from_secs(1) && refused.retry_after <= window,
            "{refused:?}"
        );
        assert_eq!(refused.to_string(), "rate limit exceeded");
        let page = plant.ground().metrics().encode();
        assert!(page.contains("atom_rate_limit_rejections_total{category=\"auth_routes\"} 31"), "{page}");
        assert_eq!(passed(&plant, "198.51.100.7", 1).await, 1, "others are not limited");
        plant.app.rates.admit(Class::Graphql, address(HERE), 1).await.unwrap();
        plant.clock.advance(refused.retry_after);
        assert!(ask(&plant, HERE).await.is_ok(), "the window is over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_of_ipv6_counts_as_one() {
    on_both_with(limited(), async |plant| {
        let mut passed = 0;
        for nth in 0..60 {
            let from = format!("2001:db8:7:8::{nth:x}");
            passed += usize::from(ask(&plant, &from).await.is_ok());
        }
        assert_eq!(passed, 30);
        assert!(ask(&plant, "2001:db8:7:9::1").await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_counted_one_by_one() {
    on_both_with(limited(), async |plant| {
        let all = (0..100).map(|_| ask(&plant, HERE));
        let passed = futures::future::join_all(all).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(passed, 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_together_let_through_the_limit_and_at_most_a_slice() {
    on_both_with(limited(), async |plant| {
        if plant.ground().db().engine() != Engine::Postgres {
            return;
        }
        let other = plant.another_with(limited()).await;
        let mut let_through = 0;
        for _ in 0..60 {
            let (here, there) = tokio::join!(ask(&plant, HERE), ask(&other, HERE));
            let_through += usize::from(here.is_ok()) + usize::from(there.is_ok());
        }
        assert!((30..=33).contains(&let_through), "{let_through}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_does_not_begin_anew() {
    on_both_with(limited(), async |plant| {
        assert_eq!(passed(&plant, HERE, 20).await, 20);
        plant.app.rates.tell().await;
        let again = plant.another_with(limited()).await;
        let more = passed(&again, HERE, 60).await;
        assert!((9..=11).contains(&more), "{more}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_store_this_process_limits_what_it_sees() {
    on_both_with(limited(), async |plant| {
        plant.ground().db().clone().close().await.unwrap();
        assert_eq!(passed(&plant, HERE, 60).await, 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_of_windows_that_are_over_are_forgotten() {
    on_both_with(limited(), async |plant| {
        passed(&plant, HERE, 10).await;
        plant.app.rates.tell().await;
        let over = atoll_server::house::over();
        let names: Vec<&str> = over.iter().map(keeper::Over::what).collect();
        for what in [
            "request counts",
            "sessions",
            "attempts to sign in",
            "mails that were given up",
            "webhook deliveries",
        ] {
            assert!(names.contains(&what), "{what} grow and are not pruned: {names:?}");
        }
        assert_eq!(keeper::forget(plant.ground(), &over).await, 0);
        plant.pass(Duration::from_secs(60)).await;
        assert_eq!(keeper::forget(plant.ground(), &over).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_off_limits_nothing() {
    let plant = Plant::with(Settings::for_tests()).await;
    assert_eq!(passed(&plant, HERE, 500).await, 500);
}
