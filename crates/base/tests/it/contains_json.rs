//! Containment of JSON means the same on both engines.

use atoll_base::db::contains_json;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, Func, Query, SimpleExpr};
use serde_json::{Value, json};

use crate::plant::on_both;

#[tokio::test]
async fn both_engines_agree_on_what_contains_what() {
    let cases = [
        (json!({ "site": "a", "floor": 2 }), json!({ "site": "a" }), true),
        (json!({ "site": "a" }), json!({ "site": "b" }), false),
        (json!({ "site": "a" }), json!({}), true),
        (json!({ "n": 1 }), json!({ "n": "1" }), false),
        (json!({ "n": 1 }), json!({ "n": 1.0 }), true),
        (json!({ "n": 1.5 }), json!({ "n": 1.5 }), true),
        (json!({ "on": true }), json!({ "on": true }), true),
        (json!({ "on": 1 }), json!({ "on": true }), false),
        (json!({ "x": null }), json!({ "x": null }), true),
        (json!({}), json!({ "x": null }), false),
        (json!({ "a": { "b": { "c": 1 }, "d": 2 } }), json!({ "a": { "b": { "c": 1 } } }), true),
        (json!({ "a": { "b": 1 } }), json!({ "a": { "c": 1 } }), false),
        (json!({ "tags": ["x", "y", 3] }), json!({ "tags": [3, "x"] }), true),
        (json!({ "tags": ["x"] }), json!({ "tags": ["x", "y"] }), false),
        (json!({ "tags": [1] }), json!({ "tags": [true] }), false),
        (json!({ "tags": "x" }), json!({ "tags": ["x"] }), false),
        (json!({ "a.b": 1 }), json!({ "a.b": 1 }), true),
    ];
    on_both(async |ground, _| {
        for (column, wanted, expected) in &cases {
            let Value::Object(fields) = wanted else { unreachable!("cases are objects") };
            let column_expr = match ground.db().engine() {
                atoll_base::db::Engine::Postgres => SimpleExpr::from(Expr::value(column.clone())),
                atoll_base::db::Engine::Sqlite => Func::cust("json").arg(column.to_string()).into(),
            };
            let condition = contains_json(ground.db().engine(), column_expr, fields).unwrap();
            let select = Query::select().expr_as(Expr::value(1), "hit").cond_where(condition).to_owned();
            let hit = ground.db().reader().query_one(&select).await.unwrap().is_some();
            assert_eq!(hit, *expected, "{column} contains {wanted}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_one_engine_cannot_do_both_refuse() {
    on_both(async |ground, _| {
        for wanted in [json!({ "a": [[1]] }), json!({ "a\"b": 1 })] {
            let Value::Object(fields) = &wanted else { unreachable!("cases are objects") };
            assert!(contains_json(ground.db().engine(), Expr::col("attributes"), fields).is_err());
        }
    })
    .await;
}
