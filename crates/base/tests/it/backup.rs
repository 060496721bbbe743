//! Backups: from either engine into either engine, whole or not at all.

use atoll_base::backup::{self, Header};
use atoll_base::ctx::Ctx;
use atoll_base::jobs::{self, Job};
use atoll_base::ledger;
use serde_json::json;
use uuid::Uuid;

use crate::plant::{allowed, another, on_both, tenant_event};

fn header(engine: &str) -> Header {
    Header {
        atoll_backup: 1,
        version: "test".into(),
        made_at: "now".into(),
        engine: engine.into(),
        migrations: 1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_writing_restores_into_every_engine() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        for number in 0..50 {
            let mut tx = ctx.begin().await.unwrap();
            tx.record(&allowed(&ctx), tenant_event(Uuid::from_u128(number % 3), number as u64));
            jobs::enqueue(&tx, Job::new("x", json!({ "n": number.to_string() }), ctx.now())).await.unwrap();
            tx.commit().await.unwrap();
        }
        let writer = tokio::spawn({
            let ground = ground.clone();
            async move {
                let ctx = Ctx::platform(ground, "test");
                for number in 0..50 {
                    let mut tx = ctx.begin().await.unwrap();
                    tx.record(&allowed(&ctx), tenant_event(Uuid::from_u128(9), number));
                    tx.commit().await.unwrap();
                }
            }
        });
        let mut file = Vec::new();
        let head = header(ground.db().engine().name());
        let written =
            backup::dump(ground.db(), &atoll_base::tables(), &head, &mut file, |_| {}).await.unwrap();
        writer.await.unwrap();
        assert!(written.tables["ledger"].rows >= 50);
        for target in atoll_base::testing::stores().await.unwrap() {
            let empty = target.open().await.unwrap();
            atoll_base::db::migrate::<crate::plant::GroundOnly>(&empty).await.unwrap();
            let restored =
                backup::restore(&empty, &atoll_base::tables(), 1, file.as_slice(), |_| {}).await.unwrap();
            assert_eq!(restored.tables, written.tables);
            let again = backup::restore(&empty, &atoll_base::tables(), 1, file.as_slice(), |_| {}).await;
            assert!(again.unwrap_err().to_string().contains("not empty"));
            empty.close().await.unwrap();
            let restored = another(&target).await;
            assert_eq!(ledger::verify(restored.db().reader(), |_| {}).await.unwrap().breaks, []);
            let ctx = Ctx::platform(restored.clone(), "test");
            let mut tx = ctx.begin().await.unwrap();
            tx.record(&allowed(&ctx), tenant_event(Uuid::from_u128(0), 100));
            tx.commit().await.unwrap();
            assert_eq!(ledger::verify(restored.db().reader(), |_| {}).await.unwrap().breaks, []);
            restored.db().clone().close().await.unwrap();
            target.remove().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_changes_nothing() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        let mut tx = ctx.begin().await.unwrap();
        tx.record(&allowed(&ctx), tenant_event(Uuid::from_u128(1), 1));
        tx.commit().await.unwrap();
        let mut file = Vec::new();
        backup::dump(ground.db(), &atoll_base::tables(), &header("x"), &mut file, |_| {}).await.unwrap();
        for length in [0, 10, file.len() / 2, file.len() - 9] {
            let target = atoll_base::testing::sqlite().unwrap();
            let empty = target.open().await.unwrap();
            atoll_base::db::migrate::<crate::plant::GroundOnly>(&empty).await.unwrap();
            let cut = backup::restore(&empty, &atoll_base::tables(), 1, &file[..length], |_| {}).await;
            assert_eq!(cut.unwrap_err().code(), "backup.bad", "cut at {length}");
            assert_eq!(ledger::heads(empty.reader()).await.unwrap(), []);
        }
    })
    .await;
}
