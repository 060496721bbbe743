//! Everything that is sealed is found when the deployment key changes.

use atoll_base::vault;
use atoll_server::house::sealed;

use crate::harness::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn every_sealed_column_is_known_to_the_change_of_keys() {
    on_both(async |plant| {
        let db = plant.ground().db();
        let known: Vec<(String, String)> = sealed()
            .iter()
            .map(|column| column.name())
            .map(|(table, column)| (table.to_owned(), column.to_owned()))
            .collect();
        let there = vault::columns_named_sealed(db.reader()).await.unwrap();
        assert!(there.len() >= 2, "{there:?}");
        for column in &there {
            assert!(known.contains(column), "{column:?} is not listed in `sealed()` of its room");
        }
        let counts = vault::count(plant.ground(), &sealed()).await.unwrap();
        assert!(counts.keys().all(|(id, ..)| *id == plant.ground().vault().key_id()), "{counts:?}");
        assert_eq!(vault::rewrap(plant.ground(), &sealed(), |_| {}).await.unwrap(), 0);
    })
    .await;
}
