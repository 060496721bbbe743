//! Jobs: claimed once, done at least once, tried again, given up, brought back.

use std::collections::HashSet;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::jobs::{self, Job, JobState, Rounds};
use atoll_base::{Ground, PageRequest};
use serde_json::json;

use crate::plant::on_both;

const LEASE: Duration = Duration::from_secs(60);

async fn put(ctx: &Ctx, jobs: impl IntoIterator<Item = Job>) {
    let tx = ctx.begin().await.unwrap();
    for job in jobs {
        jobs::enqueue(&tx, job).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_never_share_a_job() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        put(&ctx, (0..40).map(|number| Job::new("count", json!({ "number": number }), ctx.now()))).await;
        let mut workers = Vec::new();
        for _ in 0..4 {
            let ground = ground.clone();
            workers.push(tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = jobs::claim(&ground, &["count"], LEASE, 3).await.unwrap();
                    if claimed.is_empty() {
                        return mine;
                    }
                    for job in claimed {
                        assert!(jobs::complete(&ground, &job).await.unwrap());
                        mine.push(job.id);
                    }
                }
            }));
        }
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        assert_eq!(all.len(), 40);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_worker_died_is_done_by_another_and_the_dead_one_cannot_finish_it() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        put(&ctx, [Job::new("x", json!({}), ctx.now())]).await;
        let first = jobs::claim(&ground, &["x"], Duration::ZERO, 1).await.unwrap().remove(0);
        tokio::time::sleep(Duration::from_millis(5)).await;
        let second = jobs::claim(&ground, &["x"], LEASE, 1).await.unwrap().remove(0);
        assert_eq!((first.id, second.attempt), (second.id, 2));
        assert!(!jobs::complete(&ground, &first).await.unwrap(), "its lease is gone");
        assert!(!jobs::fail(&ground, &first, "late").await.unwrap());
        assert!(jobs::complete(&ground, &second).await.unwrap());
    })
    .await;
}

/// What was given up.
async fn dead(ground: &Ground) -> Vec<jobs::Seen> {
    let page = PageRequest { limit: 10, offset: 0 };
    jobs::list(ground.db().reader(), Some(JobState::Dead), None, page).await.unwrap().items
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_failing_becomes_a_dead_letter_and_can_be_brought_back() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        put(&ctx, [Job { max_attempts: 1, ..Job::new("x", json!({ "to": "a" }), ctx.now()) }]).await;
        let job = jobs::claim(&ground, &["x"], LEASE, 1).await.unwrap().remove(0);
        jobs::fail(&ground, &job, "refused").await.unwrap();
        assert!(jobs::claim(&ground, &["x"], LEASE, 1).await.unwrap().is_empty());
        let dead = dead(&ground).await;
        assert_eq!((dead.len(), dead[0].last_error.as_deref()), (1, Some("refused")));
        let allowed = ctx.require(&Rule::any(&[]), &Within::<Job>::platform()).unwrap();
        let mut tx = ctx.begin().await.unwrap();
        jobs::redrive(&mut tx, &allowed, job.id).await.unwrap();
        tx.commit().await.unwrap();
        let again = jobs::claim(&ground, &["x"], LEASE, 1).await.unwrap().remove(0);
        assert_eq!((again.id, again.attempt, again.payload), (job.id, 1, json!({ "to": "a" })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_dead_letters_of_a_kind_are_discarded_and_nothing_else() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        let once = |kind| Job { max_attempts: 1, ..Job::new(kind, json!({}), ctx.now()) };
        put(&ctx, [once("x"), once("y")]).await;
        for job in jobs::claim(&ground, &["x", "y"], LEASE, 2).await.unwrap() {
            jobs::fail(&ground, &job, "refused").await.unwrap();
        }
        put(&ctx, [once("x")]).await;
        let ended = dead(&ground).await[0].ended_at.unwrap();
        assert_eq!(jobs::discard_dead(&ground, "x", ended.minus(LEASE)).await.unwrap(), 0, "not yet");
        assert_eq!(jobs::discard_dead(&ground, "x", ended.plus(LEASE)).await.unwrap(), 1);
        let left = dead(&ground).await;
        assert_eq!((left.len(), left[0].kind.as_str()), (1, "y"));
        assert_eq!(jobs::claim(&ground, &["x"], LEASE, 2).await.unwrap().len(), 1, "what waits stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_pauses_and_a_key_admits_one_job() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        let keyed = || Job { dedupe_key: Some("mail:1".into()), ..Job::new("x", json!({}), ctx.now()) };
        put(&ctx, [keyed(), keyed()]).await;
        let claimed = jobs::claim(&ground, &["x"], LEASE, 10).await.unwrap();
        assert_eq!(claimed.len(), 1);
        jobs::fail(&ground, &claimed[0], "not now").await.unwrap();
        assert!(jobs::claim(&ground, &["x"], LEASE, 10).await.unwrap().is_empty(), "it pauses first");
        let tx = ctx.begin().await.unwrap();
        assert!(jobs::enqueue(&tx, keyed()).await.unwrap().is_none(), "one is still waiting");
        drop(tx);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_lasts_is_left_off_when_the_house_stops_and_waits_to_be_begun_anew() {
    const SLOW: Rounds = Rounds::new(
        "slow",
        |_| true,
        |_| Duration::from_secs(3600),
        |_| Box::pin(async { std::future::pending().await }),
    )
    .lasting(Duration::from_secs(3600));
    on_both(async |ground, _| {
        let state = async || {
            let page = PageRequest { limit: 10, offset: 0 };
            let all = jobs::list(ground.db().reader(), None, Some("slow"), page).await.unwrap();
            all.items.iter().map(|job| (job.state, job.attempts)).collect::<Vec<_>>()
        };
        let (stopping, stopped) = tokio::sync::watch::channel(false);
        let running = tokio::spawn(SLOW.run(ground.clone(), stopped));
        while !state().await.contains(&(JobState::Leased, 1)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stopping.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(30), running).await.expect("it stops").unwrap();
        assert!(state().await.contains(&(JobState::Waiting, 1)), "{:?}", state().await);
    })
    .await;
}
