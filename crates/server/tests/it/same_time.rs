//! Nobody learns from how long an answer takes who exists.

use std::time::{Duration, Instant};

use atoll_base::settings::Settings;
use atoll_identity::mail_requests::{Wanted, ask};
use serde_json::json;

use crate::harness::{Plant, on_both_with};
use crate::mailbox::with_mail;

/// Samples of each sort.
const SAMPLES: usize = 60;

/// Whether two sorts of answers take the same time, as far as anybody can tell: their medians lie within what a busy
/// machine does by itself, or a sample of one is about as often the slower as the faster (Mann-Whitney).
fn alike(known: &mut [Duration], unknown: &mut [Duration]) -> Result<(), String> {
    let mut wins = 0.0;
    for one in known.iter() {
        for other in unknown.iter() {
            wins += if one > other {
                1.0
            } else if one == other {
                0.5
            } else {
                0.0
            };
        }
    }
    let share = wins / (known.len() * unknown.len()) as f64;
    known.sort_unstable();
    unknown.sort_unstable();
    let (one, other) = (known[known.len() / 2], unknown[unknown.len() / 2]);
    let bound = Duration::from_millis(2) + one.max(other) / 5;
    if one.abs_diff(other) <= bound || (0.3..=0.7).contains(&share) {
        return Ok(());
    }
    Err(format!("known {one:?}, unknown {other:?}, share {share:.2}"))
}

async fn compare(what: &str, known: impl AsyncFn(usize), unknown: impl AsyncFn(usize)) {
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    for nth in 0..SAMPLES {
        let begun = Instant::now();
        known(nth).await;
        of_known.push(begun.elapsed());
        let begun = Instant::now();
        unknown(nth).await;
        of_unknown.push(begun.elapsed());
    }
    if let Err(why) = alike(&mut of_known, &mut of_unknown) {
        panic!("{what}: {why}");
    }
}

async fn wish(plant: &Plant, wanted: Wanted, address: &str) {
    ask(&plant.nobody(), wanted, address).await.expect("taken down");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_exists_is_not_told_by_the_clock() {
    let settings = Settings { login_failure_limit: 1_000_000, password_hash_memory_kib: 4096, ..with_mail() };
    on_both_with(settings, async |plant| {
        for nth in 0..3 {
            plant.proven(&format!("person-{nth}"), &format!("person-{nth}@example.com")).await;
        }
        let known = |nth: usize| format!("person-{}@example.com", nth % 3);
        let unknown = |nth: usize| format!("nobody-{}@example.com", nth % 3);
        compare(
            "sign in",
            async |nth| drop(plant.no_login(&known(nth), "wrong", json!({})).await),
            async |nth| drop(plant.no_login(&unknown(nth), "wrong", json!({})).await),
        )
        .await;
        for wanted in [Wanted::PasswordReset, Wanted::Verification] {
            compare(
                "a wish for a mail",
                async |nth| wish(&plant, wanted, &known(nth)).await,
                async |nth| wish(&plant, wanted, &unknown(nth)).await,
            )
            .await;
            plant.mails().await;
        }
        compare(
            "sign up",
            async |nth| drop(plant.sign_up("x", &known(nth)).await),
            async |nth| drop(plant.sign_up("x", &format!("new-{nth}@example.com")).await),
        )
        .await;
    })
    .await;
}

#[test]
fn the_comparison_sees_a_difference() {
    let millis = |from: u64| (0..60).map(|nth| Duration::from_micros(from + nth * 10)).collect::<Vec<_>>();
    assert!(alike(&mut millis(10_000), &mut millis(10_100)).is_ok());
    assert!(alike(&mut millis(20_000), &mut millis(10_000)).is_err());
}
