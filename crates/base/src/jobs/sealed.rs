//! Sealed values within the payloads of jobs: `sealed`, in Base64, beside the `place` it is bound to.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::store::{Column, Entity, Model};
use crate::error::{Common, Result};
use crate::vault::{SealedColumn, SealedRow};

const SEALED: &str = "sealed";
const PLACE: &str = "place";

/// What a payload holds that was sealed for this place.
pub fn sealed_payload(place: &str, sealed: &[u8], mut rest: Json) -> Json {
    if let Json::Object(fields) = &mut rest {
        fields.insert(SEALED.to_owned(), BASE64_STANDARD.encode(sealed).into());
        fields.insert(PLACE.to_owned(), place.into());
    }
    rest
}

/// The place and the sealed value of a payload that has them.
pub fn sealed_in(payload: &Json) -> Option<(String, Vec<u8>)> {
    let text = |name: &str| payload.get(name).and_then(Json::as_str);
    Some((text(PLACE)?.to_owned(), BASE64_STANDARD.decode(text(SEALED)?).ok()?))
}

/// All of them, for a change of the deployment key.
pub(crate) struct SealedPayloads;

impl SealedPayloads {
    fn row(job: &Model) -> Option<SealedRow> {
        let (place, sealed) = sealed_in(&serde_json::from_str(&job.payload).ok()?)?;
        Some(SealedRow { key: job.id.into(), place, sealed })
    }
}

fn id(key: &Value) -> Result<Uuid> {
    match key {
        Value::Uuid(Some(id)) => Ok(*id),
        _ => Err(Common::bug("a job is known by its id").into()),
    }
}

#[async_trait::async_trait]
impl SealedColumn for SealedPayloads {
    fn name(&self) -> (&'static str, &'static str) {
        ("jobs", "payload")
    }

    async fn rows(
        &self,
        tx: &DatabaseTransaction,
        after: Option<&Value>,
        most: u64,
    ) -> Result<Vec<SealedRow>> {
        let mut after = after.map(id).transpose()?;
        loop {
            let mut query = Entity::find().filter(Column::Payload.contains("\"sealed\":"));
            if let Some(after) = after {
                query = query.filter(Column::Id.gt(after));
            }
            let jobs = query.order_by_asc(Column::Id).limit(most).all(tx).await?;
            let rows: Vec<SealedRow> = jobs.iter().filter_map(Self::row).collect();
            // Something else may look like one; what comes after it counts all the same.
            match jobs.last() {
                Some(last) if rows.is_empty() => after = Some(last.id),
                _ => return Ok(rows),
            }
        }
    }

    async fn replace(&self, tx: &DatabaseTransaction, row: &SealedRow, sealed: Vec<u8>) -> Result<bool> {
        let found = Entity::find_by_id(id(&row.key)?).one(tx).await?;
        let unchanged = |job: &Model| Self::row(job).is_some_and(|now| now.sealed == row.sealed);
        let Some(job) = found.filter(unchanged) else { return Ok(false) };
        let mut payload: Json = serde_json::from_str(&job.payload).map_err(Common::bug)?;
        payload[SEALED] = json!(BASE64_STANDARD.encode(sealed));
        let done = Entity::update_many()
            .col_expr(Column::Payload, Expr::value(payload.to_string()))
            .filter(Column::Id.eq(job.id))
            .filter(Column::Payload.eq(job.payload))
            .exec(tx)
            .await?;
        Ok(done.rows_affected > 0)
    }
}
