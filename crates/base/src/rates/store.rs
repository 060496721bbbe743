//! The table where replicas bring their counts together.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use serde::{Deserialize, Serialize};

use super::counts::Heard;
use super::model::{Class, Network};
use crate::db::Db;
use crate::error::{Common, Result};
use crate::time::Moment;

/// A row of `rate_counts`: requests of one network to one class in one window.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "rate_counts")]
pub struct Model {
    /// The class.
    #[sea_orm(primary_key, auto_increment = false)]
    pub class: String,
    /// The network, as text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub network: String,
    /// End of the window.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ends_at: i64,
    /// How many, by all replicas.
    pub count: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds what one replica counted, and says how many there are now of each.
pub(super) async fn add(db: &Db, told: &[Heard]) -> Result<Vec<Heard>> {
    let mut rows: Vec<(String, &Heard)> = told.iter().map(|one| (one.network.to_string(), one)).collect();
    // Every replica touches rows in the same order, so that two never wait for each other.
    rows.sort_by(|(one, a), (other, b)| (a.class.as_str(), one).cmp(&(b.class.as_str(), other)));
    let mut insert = Query::insert();
    insert.into_table(Entity).columns([Column::Class, Column::Network, Column::EndsAt, Column::Count]);
    for (network, heard) in &rows {
        let count = i64::try_from(heard.count).unwrap_or(i64::MAX);
        let values: [Expr; 4] =
            [heard.class.as_str().into(), network.as_str().into(), heard.ends_at.into(), count.into()];
        insert.values(values).map_err(Common::bug)?;
    }
    insert.on_conflict(
        OnConflict::columns([Column::Class, Column::Network, Column::EndsAt])
            .value(Column::Count, Expr::cust("rate_counts.count + excluded.count"))
            .to_owned(),
    );
    insert.returning(Query::returning().columns([
        Column::Class,
        Column::Network,
        Column::EndsAt,
        Column::Count,
    ]));
    let answers = db.writer().query_all(&insert).await?;
    let by_key: HashMap<(&str, &str, i64), Network> = rows
        .iter()
        .map(|(network, heard)| ((heard.class.as_str(), network.as_str(), heard.ends_at), heard.network))
        .collect();
    let mut totals = Vec::with_capacity(answers.len());
    for row in answers {
        let (class, network): (String, String) = (row.try_get("", "class")?, row.try_get("", "network")?);
        let (ends_at, count): (i64, i64) = (row.try_get("", "ends_at")?, row.try_get("", "count")?);
        let class = Class::ALL.into_iter().find(|one| one.as_str() == class);
        if let Some(class) = class
            && let Some(network) = by_key.get(&(class.as_str(), network.as_str(), ends_at))
        {
            totals.push(Heard {
                class,
                network: *network,
                ends_at,
                count: u64::try_from(count).unwrap_or(0),
            });
        }
    }
    Ok(totals)
}

/// Removes what was counted in windows that are over; how many rows.
pub(crate) async fn prune(db: &Db, now: Moment) -> Result<u64> {
    let done = Entity::delete_many().filter(Column::EndsAt.lte(now.0)).exec(db.writer()).await?;
    Ok(done.rows_affected)
}
