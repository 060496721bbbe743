//! The ledger as the audit log reads it. Its rows are the ground's to write.

use atoll_base::db::{Engine, contains_text, in_ids, one_of, unindexed};
use atoll_base::ledger::PLATFORM_STREAM;
use atoll_base::page::{Key, Order, Sort as _, count, show_cursor};
use atoll_base::{Common, ListRequest, Listed, Moment, Outcome, Result, TimeSort};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{Condition, QueryOrder, QuerySelect};
use serde_json::Value;

use super::list::AuditFilter;
use super::model::{Record, Streams};

/// What is read of a row of `ledger`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger")]
pub struct Model {
    /// Tenant, or nil.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream: Uuid,
    /// Place in the stream.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    /// Id of the event.
    pub id: Uuid,
    /// Microseconds since 1970.
    pub at: i64,
    /// `noun.verb`.
    pub event: String,
    /// allow, deny, error.
    pub outcome: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// Who acted for them; JSON.
    pub act: Option<String>,
    /// With which credential.
    pub credential_id: Option<Uuid>,
    /// From which network address.
    pub address: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// The action that permitted it.
    pub permission: Option<String>,
    /// What it is about.
    pub target_kind: Option<String>,
    /// Id of that.
    pub target_id: Option<Uuid>,
    /// Why it ended so.
    pub reason: Option<String>,
    /// JSON object.
    pub details: String,
    /// JSON.
    pub before: Option<String>,
    /// JSON.
    pub after: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Record {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Record> {
        let json = |text: String| serde_json::from_str::<Value>(&text).map_err(Common::bug);
        let outcome = Outcome::named(&row.outcome);
        Ok(Record {
            id: row.id,
            tenant: (row.stream != PLATFORM_STREAM).then_some(row.stream),
            revision: row.revision,
            at: Moment(row.at),
            event: row.event,
            outcome: outcome.ok_or_else(|| Common::bug(format!("the outcome {}", row.outcome)))?,
            reason: row.reason,
            actor: row.actor_id,
            act: row.act.map(json).transpose()?,
            credential: row.credential_id,
            address: row.address,
            request: row.request_id,
            permission: row.permission,
            target: (row.target_kind, row.target_id),
            details: json(row.details)?,
            before: row.before.map(json).transpose()?,
            after: row.after.map(json).transpose()?,
        })
    }
}

/// What cursors of this list say.
const LIST: &str = "auditLogs";

/// The most streams that are read one by one.
const MOST_STREAMS: usize = 40;

/// A page of the rows of these streams that pass the filter.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    streams: &Streams,
    filter: &AuditFilter,
    request: &ListRequest<TimeSort>,
) -> Result<Listed<Record>> {
    let (ways, mut wanted) = (ways(conn, streams), matches(filter));
    if filter.text.is_some()
        && let Some(at) = searched_from(conn, streams, filter).await?
    {
        wanted = wanted.add(Column::At.gt(at));
    }
    let mut found = order(request.sort)
        .page::<Entity, _>(conn, Column::Id.as_column_ref(), ways, wanted.clone(), request)
        .await?;
    if request.total {
        let plain = AuditFilter { tenant: filter.tenant, ..AuditFilter::default() };
        found.total = Some(if *filter == plain {
            length(conn, streams).await?
        } else {
            count(
                conn,
                Entity::find().filter(within(Engine::of(conn), streams, Column::Stream)).filter(wanted),
            )
            .await?
        });
    }
    found.try_map(Record::try_from)
}

/// The most records that a text is looked for in: about two seconds' worth.
const MOST_SEARCHED: u64 = 200_000;

/// The time after which a text is looked for, if there are more records than that before the end of what is asked for.
async fn searched_from(
    conn: &impl ConnectionTrait,
    streams: &Streams,
    filter: &AuditFilter,
) -> Result<Option<i64>> {
    let mut query = Entity::find().select_only().column(Column::At);
    if let Streams::Of(_) = streams {
        query = query.filter(within(Engine::of(conn), streams, Column::Stream));
    }
    if let Some(to) = filter.to {
        query = query.filter(Column::At.lt(to.0));
    }
    Ok(query.order_by_desc(Column::At).offset(MOST_SEARCHED).limit(1).into_tuple().one(conn).await?)
}

/// By time; what happened at once, by its place in the ledger.
fn order(sort: TimeSort) -> Order<Model> {
    let keys = vec![
        Key::number(Column::At.into_expr(), |row: &Model| row.at),
        Key::id(Column::Stream.into_expr(), |row: &Model| row.stream),
        Key::number(Column::Revision.into_expr(), |row: &Model| row.revision),
    ];
    Order { list: LIST, keys, descending: sort.is_descending() }
}

fn ways(conn: &impl ConnectionTrait, streams: &Streams) -> Vec<Condition> {
    match streams {
        Streams::Of(tenants) if tenants.len() <= MOST_STREAMS => {
            tenants.iter().map(|tenant| Condition::all().add(Column::Stream.eq(*tenant))).collect()
        }
        Streams::Of(tenants) => {
            let ids: Vec<Uuid> = tenants.iter().copied().collect();
            let stream = unindexed(Column::Stream.into_expr());
            vec![Condition::all().add(one_of(Engine::of(conn), stream, &ids))]
        }
        Streams::AllBut(tenants) => {
            let but = tenants.iter().map(|tenant| unindexed(Column::Stream.into_expr()).ne(*tenant));
            vec![but.fold(Condition::all(), Condition::add)]
        }
    }
}

fn within(engine: Engine, streams: &Streams, column: impl sea_orm::sea_query::IntoColumnRef) -> Condition {
    let in_them = |tenants: &std::collections::BTreeSet<Uuid>| {
        let ids: Vec<Uuid> = tenants.iter().copied().collect();
        in_ids(engine, column, &ids)
    };
    match streams {
        Streams::Of(tenants) => Condition::all().add(in_them(tenants)),
        Streams::AllBut(tenants) if tenants.is_empty() => Condition::all(),
        Streams::AllBut(tenants) => Condition::all().add(in_them(tenants).not()),
    }
}

/// How many rows these streams have: in a stream revisions have no gaps, so that its ends tell.
async fn length(conn: &impl ConnectionTrait, streams: &Streams) -> Result<u64> {
    const ROWS: &str = "CAST(SUM(ledger_heads.revision + 1 - (SELECT MIN(ledger.revision) FROM ledger \
                        WHERE ledger.stream = ledger_heads.stream)) AS BIGINT)";
    let query = Query::select()
        .expr_as(Expr::cust(ROWS), "rows")
        .from("ledger_heads")
        .cond_where(within(Engine::of(conn), streams, "stream"))
        .to_owned();
    let row = conn.query_one(&query).await?.ok_or_else(|| Common::bug("a sum without a row"))?;
    let rows: Option<i64> = row.try_get("", "rows")?;
    Ok(u64::try_from(rows.unwrap_or_default()).unwrap_or_default())
}

/// At most `limit` rows of a stream after a revision, in order.
pub(crate) async fn rows_after(
    conn: &impl ConnectionTrait,
    stream: Uuid,
    revision: i64,
    limit: u64,
) -> Result<Vec<Record>> {
    let rows = Entity::find()
        .filter(Column::Stream.eq(stream))
        .filter(Column::Revision.gt(revision))
        .order_by_asc(Column::Revision)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(Record::try_from).collect()
}

/// The newest row of this event in a stream.
pub(crate) async fn newest(conn: &impl ConnectionTrait, stream: Uuid, event: &str) -> Result<Option<Record>> {
    // Along the index of events: of these there are few.
    let row = Entity::find()
        .filter(unindexed(Column::Stream.into_expr()).eq(stream))
        .filter(Column::Event.eq(event))
        .order_by_desc(Column::At)
        .one(conn)
        .await?;
    row.map(Record::try_from).transpose()
}

/// The row at a place.
pub(crate) async fn find(conn: &impl ConnectionTrait, stream: Uuid, revision: i64) -> Result<Option<Record>> {
    Entity::find_by_id((stream, revision)).one(conn).await?.map(Record::try_from).transpose()
}

/// A cursor after a record in the order of time, the same that a page ends with.
pub(crate) fn cursor(record: &Record) -> String {
    let place = (record.at.0, record.tenant.unwrap_or(PLATFORM_STREAM).to_string(), record.revision);
    show_cursor(LIST, &(TimeSort::CreatedAsc.name(), place))
}

/// The row has this text in it, or is about or by what has this id.
fn holds(text: &str) -> Condition {
    let columns = [
        Column::Event.into_expr(),
        Column::TargetKind.into_expr(),
        Column::Reason.into_expr(),
        Column::Details.into_expr(),
        Column::Before.into_expr(),
        Column::After.into_expr(),
        Column::Address.into_expr(),
        Column::RequestId.into_expr(),
    ];
    let found = Condition::any().add(contains_text(columns, text));
    match text.trim().parse::<Uuid>() {
        Ok(id) => {
            found.add(Column::TargetId.eq(id)).add(Column::ActorId.eq(id)).add(Column::CredentialId.eq(id))
        }
        Err(_) => found,
    }
}

fn matches(filter: &AuditFilter) -> Condition {
    Condition::all()
        .add_option(filter.text.as_deref().map(holds))
        .add_option(filter.actor.map(|actor| Column::ActorId.eq(actor)))
        .add_option(filter.target_kind.as_ref().map(|kind| Column::TargetKind.eq(kind)))
        .add_option(filter.target.map(|target| Column::TargetId.eq(target)))
        .add_option(filter.event.as_ref().map(|event| Column::Event.eq(event)))
        .add_option(filter.outcome.map(|outcome| Column::Outcome.eq(outcome.as_str())))
        .add_option(filter.from.map(|from| Column::At.gte(from.0)))
        .add_option(filter.to.map(|to| Column::At.lt(to.0)))
}
