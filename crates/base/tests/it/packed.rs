//! Long tables are read on both engines as they were written.

use atoll_base::db::{Packed, each_packed};
use sea_orm::sea_query::{Order, Query};
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use uuid::Uuid;

use crate::plant::on_both;

const COLUMNS: [Packed; 7] = [
    Packed::Id("id"),
    Packed::MaybeId("other"),
    Packed::Text("text"),
    Packed::MaybeText("maybe"),
    Packed::Json("json"),
    Packed::MaybeNumber("number"),
    Packed::Id("last"),
];

type Row = (Uuid, Option<Uuid>, String, Option<String>, String, Option<i64>, Uuid);

#[tokio::test(flavor = "multi_thread")]
async fn packed_rows_are_read_as_they_were_written() {
    on_both(async |ground, _store| {
        let conn = ground.db().writer();
        conn.execute_unprepared(match atoll_base::db::Engine::of(conn) {
            atoll_base::db::Engine::Sqlite => {
                "CREATE TABLE packed (nth integer, id uuid_text, other uuid_text, text varchar, maybe varchar, json jsonb_text, number integer, last uuid_text)"
            }
            atoll_base::db::Engine::Postgres => {
                "CREATE TABLE packed (nth bigint, id uuid, other uuid, text varchar, maybe varchar, json jsonb, number bigint, last uuid)"
            }
        })
        .await
        .unwrap();
        let id = Uuid::from_u128;
        let zeroes = id(0x0100_0000_0001_7000_8000_0000_0000_0000);
        let mut written: Vec<Row> = vec![
            (zeroes, None, "entity".into(), None, "{}".into(), None, Uuid::max()),
            (Uuid::nil(), Some(Uuid::nil()), String::new(), Some(String::new()), "{\"a\": \"ü\\u0001\"}".into(), Some(0), zeroes),
            (id(1), Some(id(0x0001 << 64)), "gr\u{1}uppe ü".into(), Some("x'00'".into()), "[]".into(), Some(i64::MIN), id(2)),
            (Uuid::max(), Some(Uuid::max()), "'||'".into(), Some("1".into()), "null".into(), Some(i64::MAX), id(3)),
        ];
        // PostgreSQL takes no text with a zero in it.
        if atoll_base::db::Engine::of(conn) == atoll_base::db::Engine::Sqlite {
            written.push((zeroes, None, "a\0b:3:".into(), Some("\0".into()), "{}".into(), Some(-1), id(4)));
        }
        for (nth, (id, other, text, maybe, json, number, last)) in written.iter().enumerate() {
            let json: serde_json::Value = serde_json::from_str(json).unwrap();
            let insert = Query::insert()
                .into_table("packed")
                .columns(["nth", "id", "other", "text", "maybe", "json", "number", "last"])
                .values_panic([
                    (nth as i64).into(),
                    (*id).into(),
                    (*other).into(),
                    text.clone().into(),
                    maybe.clone().into(),
                    json.into(),
                    (*number).into(),
                    (*last).into(),
                ])
                .to_owned();
            conn.execute(&insert).await.unwrap();
        }
        let tx = conn.begin().await.unwrap();
        let mut read: Vec<Row> = Vec::new();
        let query = Query::select().from("packed").order_by("nth", Order::Asc).to_owned();
        each_packed(&tx, query, &COLUMNS, |row| {
            read.push((
                row.id()?,
                row.maybe_id()?,
                row.text()?,
                row.maybe_text()?,
                row.text()?,
                row.maybe_number()?,
                row.id()?,
            ));
            Ok(())
        })
        .await
        .unwrap();
        tx.rollback().await.unwrap();
        let json = |rows: &mut Vec<Row>| {
            for row in rows {
                row.4 = serde_json::from_str::<serde_json::Value>(&row.4).unwrap().to_string();
            }
        };
        json(&mut written);
        json(&mut read);
        assert_eq!(read, written);
    })
    .await;
}
