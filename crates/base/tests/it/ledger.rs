//! The ledger: gap-free, chained, all or nothing.

use atoll_base::ctx::Ctx;
use atoll_base::ledger::{self, Break, PLATFORM_STREAM};
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::plant::{allowed, another, on_both, tenant_event};

#[tokio::test(flavor = "multi_thread")]
async fn revisions_have_no_gaps_under_concurrent_writers_of_two_processes() {
    on_both(async |ground, store| {
        let other = another(&store).await;
        let tenants = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let mut writers = Vec::new();
        for writer in 0..8_u64 {
            let ground = if writer % 2 == 0 { ground.clone() } else { other.clone() };
            writers.push(tokio::spawn(async move {
                for round in 0..10_u64 {
                    let ctx = Ctx::platform(ground.clone(), "test");
                    let mut tx = ctx.begin().await.unwrap();
                    // Both streams in changing order: writers must not wait for each other in a circle.
                    let (first, second) = if (writer + round) % 2 == 0 {
                        (tenants[0], tenants[1])
                    } else {
                        (tenants[1], tenants[0])
                    };
                    tx.record(&allowed(&ctx), tenant_event(first, round));
                    tx.record(&allowed(&ctx), tenant_event(second, round));
                    tx.commit().await.unwrap();
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        for tenant in tenants {
            let rows = ledger::rows(ground.db().reader(), tenant, 0, 1000).await.unwrap();
            let revisions: Vec<i64> = rows.iter().map(|row| row.revision).collect();
            assert_eq!(revisions, (1..=80).collect::<Vec<i64>>());
        }
        let found = ledger::verify(ground.db().reader(), |_| {}).await.unwrap();
        assert_eq!((found.streams, found.rows, found.breaks), (2, 160, vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_leaves_nothing() {
    on_both(async |ground, _| {
        let ctx = Ctx::platform(ground.clone(), "test");
        let mut tx = ctx.begin().await.unwrap();
        tx.record(&allowed(&ctx), tenant_event(Uuid::from_u128(1), 1));
        drop(tx);
        assert_eq!(ledger::heads(ground.db().reader()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_edit_of_the_past_is_found_and_named() {
    let edits = [
        ("UPDATE ledger SET details = '{\"number\":9}' WHERE revision = 3", 3, "its content was changed"),
        ("UPDATE ledger SET actor_id = NULL, reason = 'x' WHERE revision = 2", 2, "its content was changed"),
        ("DELETE FROM ledger WHERE revision = 4", 4, "a row is missing"),
        ("DELETE FROM ledger WHERE revision = 5", 5, "rows at the end are missing"),
        (
            "UPDATE ledger SET previous_hash = hash WHERE revision = 4",
            4,
            "it does not follow the row before it",
        ),
        ("UPDATE ledger_heads SET revision = 4", 5, "there are rows past the head"),
    ];
    for (edit, revision, why) in edits {
        on_both(async |ground, _| {
            let ctx = Ctx::platform(ground.clone(), "test");
            for number in 0..5 {
                let mut tx = ctx.begin().await.unwrap();
                tx.record(&allowed(&ctx), tenant_event(PLATFORM_STREAM, number));
                tx.commit().await.unwrap();
            }
            let writer = ground.db().writer();
            writer.execute_raw(Statement::from_string(writer.get_database_backend(), edit)).await.unwrap();
            let found = ledger::verify(ground.db().reader(), |_| {}).await.unwrap();
            assert_eq!(found.breaks, [Break { stream: PLATFORM_STREAM, revision, why }], "{edit}");
        })
        .await;
    }
}
