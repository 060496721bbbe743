//! The live world: a change is seen by the next question here, and soon by the other replica.

use std::time::{Duration, Instant};

use atoll_base::ctx::Ctx;
use atoll_base::decisions::Reaction;
use atoll_base::ledger::Row;
use parking_lot::Mutex;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

use crate::plant::{allowed, another, on_both, tenant_event};

#[derive(Default)]
struct Heard(Mutex<Vec<i64>>);

impl Reaction for Heard {
    fn on(&self, rows: &[Row]) {
        self.0.lock().extend(rows.iter().map(|row| row.revision));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_is_seen_here_at_once_and_there_after_catching_up() {
    on_both(async |here, store| {
        let there = another(&store).await;
        let heard = Arc::new(Heard::default());
        there.decisions().react(heard.clone());
        let tenant = Uuid::from_u128(5);
        for number in 1..=3_u64 {
            let ground = if number == 2 { &there } else { &here };
            let ctx = Ctx::platform(ground.clone(), "test");
            let mut tx = ctx.begin().await.unwrap();
            tx.record(&allowed(&ctx), tenant_event(tenant, number));
            tx.commit().await.unwrap();
            let world = ground.decisions().world().unwrap();
            assert_eq!(world.tenant(tenant).unwrap().attributes, &json!({ "number": number }));
        }
        there.decisions().catch_up().await.unwrap();
        let world = there.decisions().world().unwrap();
        assert_eq!(world.tenant(tenant).unwrap().attributes, &json!({ "number": 3 }));
        assert_eq!(*heard.0.lock(), [1, 2, 3], "each change is heard once and in order");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_hear_of_everything_while_others_write() {
    on_both(async |here, store| {
        let there = another(&store).await;
        let heard = Arc::new(Heard::default());
        there.decisions().react(heard.clone());
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let follower = tokio::spawn(there.decisions().clone().follow(Duration::from_millis(5), stopped));
        let tenant = Uuid::from_u128(5);
        let mut writers = Vec::new();
        for _ in 0..4 {
            let here = here.clone();
            writers.push(tokio::spawn(async move {
                for number in 0..20 {
                    let ctx = Ctx::platform(here.clone(), "test");
                    let mut tx = ctx.begin().await.unwrap();
                    tx.record(&allowed(&ctx), tenant_event(tenant, number));
                    tx.commit().await.unwrap();
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let began = Instant::now();
        while heard.0.lock().len() < 80 && began.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(*heard.0.lock(), (1..=80).collect::<Vec<i64>>());
        stop.send(true).unwrap();
        follower.await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_world_stops_answering() {
    use atoll_base::Moment;
    use atoll_base::time::ManualClock;
    let store = atoll_base::testing::sqlite().unwrap();
    let clock = Arc::new(ManualClock::at(Moment(1_000_000_000)));
    let (ground, _inbox) = store
        .ground::<crate::plant::GroundOnly>(atoll_base::decisions::Sources::default(), clock.clone())
        .await
        .unwrap();
    assert!(ground.decisions().world().is_ok());
    clock.advance(Duration::from_secs(6));
    let refusal = ground.decisions().world().map(|_| ()).unwrap_err();
    assert_eq!(refusal.code(), "decisions.stale");
    ground.decisions().catch_up().await.unwrap();
    assert!(ground.decisions().world().is_ok());
}
