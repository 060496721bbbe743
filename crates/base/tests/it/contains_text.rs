//! Searching for text: wildcards mean themselves, case does not matter, long id lists are no problem.

use atoll_base::db::{contains_text, in_ids};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use uuid::Uuid;

use crate::plant::on_both;

#[tokio::test]
async fn wildcards_in_the_search_mean_themselves() {
    on_both(async |ground, _| {
        let conn = ground.db().reader();
        let cases = [
            ("Plant_A", "plant_a", true),
            ("PlantXA", "plant_a", false),
            ("100 %", "%", true),
            ("100", "%", false),
            (r"a\b", r"\", true),
            ("ab", r"\", false),
        ];
        for (text, search, expected) in cases {
            let select =
                Query::select().expr_as(contains_text([Expr::value(text)], search), "found").to_owned();
            let row = conn.query_one(&select).await.unwrap().unwrap();
            assert_eq!(row.try_get::<bool>("", "found").unwrap(), expected, "{text:?} contains {search:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_ids_are_one_parameter() {
    on_both(async |ground, _| {
        let conn = ground.db().reader();
        let wanted = Uuid::from_u128(77_777);
        let mut ids: Vec<Uuid> = (1..=100_000).map(Uuid::from_u128).collect();
        for expected in [true, false] {
            let streams = Query::select().expr_as(Expr::value(wanted), "id").to_owned();
            let select = Query::select()
                .expr_as(Expr::col("id").count(), "hits")
                .from_subquery(streams, "one")
                .and_where(in_ids(ground.db().engine(), "id", &ids))
                .to_owned();
            let row = conn.query_one(&select).await.unwrap().unwrap();
            assert_eq!(row.try_get::<i64>("", "hits").unwrap(), i64::from(expected));
            ids.retain(|id| *id != wanted);
        }
    })
    .await;
}
