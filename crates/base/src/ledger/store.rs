//! The ledger's tables and the queries on them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, QueryOrder, QuerySelect};

use crate::db::ledger_tick;
use crate::error::{Common, Result};

/// `ledger_heads`: the newest revision of each stream.
pub(crate) mod head {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "ledger_heads")]
    pub struct Model {
        /// Tenant, or nil.
        #[sea_orm(primary_key, auto_increment = false)]
        pub stream: Uuid,
        /// The newest revision.
        pub revision: i64,
        /// Hash of the newest row.
        pub hash: Vec<u8>,
        /// When it was written, in the engine's order of transactions.
        pub tick: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ledger`: the rows. JSON columns are text, because the hash is over their exact bytes.
pub(crate) mod entry {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "ledger")]
    pub struct Model {
        /// Tenant, or nil.
        #[sea_orm(primary_key, auto_increment = false)]
        pub stream: Uuid,
        /// 1, 2, 3…
        #[sea_orm(primary_key, auto_increment = false)]
        pub revision: i64,
        /// Id of the event, unique over all streams.
        pub id: Uuid,
        /// Microseconds since 1970.
        pub at: i64,
        /// `noun.verb`.
        pub event: String,
        /// allow, deny, error.
        pub outcome: String,
        /// Who did it; none = the platform or nobody.
        pub actor_id: Option<Uuid>,
        /// On whose behalf, outermost last; JSON.
        pub act: Option<String>,
        /// With which credential.
        pub credential_id: Option<Uuid>,
        /// In which session.
        pub session_id: Option<Uuid>,
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
        /// JSON array of policy changes.
        pub changes: Option<String>,
        /// Hash of the row before.
        pub previous_hash: Vec<u8>,
        /// SHA-256 over all of the above.
        pub hash: Vec<u8>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ledger_checkpoints`: where streams begin whose first rows were removed.
pub(crate) mod checkpoint {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "ledger_checkpoints")]
    pub struct Model {
        /// Tenant, or nil.
        #[sea_orm(primary_key, auto_increment = false)]
        pub stream: Uuid,
        /// The last revision that was removed.
        pub revision: i64,
        /// Hash of that row.
        pub hash: Vec<u8>,
        /// When that row was written.
        pub at: i64,
        /// The seal of the house over all of this.
        pub seal: Vec<u8>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ledger_facts`: what the removed rows had changed for decisions, the last change of each fact.
pub(crate) mod fact {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "ledger_facts")]
    pub struct Model {
        /// The stream that the change was in.
        #[sea_orm(primary_key, auto_increment = false)]
        pub stream: Uuid,
        /// Which fact; JSON.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// When it changed.
        pub at: i64,
        /// At which revision.
        pub revision: i64,
        /// The change; JSON.
        pub change: String,
        /// Whether it took the fact away.
        pub dropped: bool,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Takes the head of a stream for the rest of the transaction: on PostgreSQL its row is locked, on SQLite the
/// transaction already is the only writer.
pub(crate) async fn take_head(tx: &impl ConnectionTrait, stream: Uuid) -> Result<head::Model> {
    let first = head::ActiveModel {
        stream: ActiveValue::Set(stream),
        revision: ActiveValue::Set(0),
        hash: ActiveValue::Set(vec![0; 32]),
        tick: ActiveValue::Set(0),
    };
    head::Entity::insert(first)
        .on_conflict(OnConflict::column(head::Column::Stream).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    let head = head::Entity::find_by_id(stream).lock_exclusive().one(tx).await?;
    Ok(head.ok_or_else(|| Common::bug("a ledger head vanished"))?)
}

/// Moves a taken head.
pub(crate) async fn move_head(tx: &impl ConnectionTrait, head: head::Model) -> Result<()> {
    let tick = ledger_tick(tx).await?;
    let moved = head::ActiveModel {
        stream: ActiveValue::Unchanged(head.stream),
        revision: ActiveValue::Set(head.revision),
        hash: ActiveValue::Set(head.hash),
        tick: ActiveValue::Set(tick),
    };
    moved.update(tx).await?;
    Ok(())
}

/// How many rows one INSERT carries: PostgreSQL allows 65,535 bound values.
const ROWS_PER_INSERT: usize = 1000;

/// Appends rows.
pub(crate) async fn insert(tx: &impl ConnectionTrait, rows: &[entry::Model]) -> Result<()> {
    use sea_orm::IntoActiveModel as _;
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let active = chunk.iter().cloned().map(|row| row.into_active_model().reset_all());
        entry::Entity::insert_many(active).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// All heads, or those written at or after `mark`.
pub(crate) async fn heads_since(conn: &impl ConnectionTrait, mark: i64) -> Result<Vec<head::Model>> {
    Ok(head::Entity::find().filter(head::Column::Tick.gte(mark)).all(conn).await?)
}

/// The head of a stream.
pub(crate) async fn head_of(conn: &impl ConnectionTrait, stream: Uuid) -> Result<Option<head::Model>> {
    Ok(head::Entity::find_by_id(stream).one(conn).await?)
}

/// Rows of a stream after a revision, in order.
pub(crate) async fn rows_after(
    conn: &impl ConnectionTrait,
    stream: Uuid,
    revision: i64,
    limit: u64,
) -> Result<Vec<entry::Model>> {
    Ok(entry::Entity::find()
        .filter(entry::Column::Stream.eq(stream))
        .filter(entry::Column::Revision.gt(revision))
        .order_by_asc(entry::Column::Revision)
        .limit(limit)
        .all(conn)
        .await?)
}

/// When a revision was written; none if the ledger does not hold it.
pub(crate) async fn time_of(conn: &impl ConnectionTrait, stream: Uuid, revision: i64) -> Result<Option<i64>> {
    let row = entry::Entity::find_by_id((stream, revision)).select_only().column(entry::Column::At);
    Ok(row.into_tuple().one(conn).await?)
}

/// Revision, time and changes of at most `limit` rows of a stream after `revision` that changed something for decisions,
/// in order.
pub(crate) async fn changes_after(
    conn: &impl ConnectionTrait,
    stream: Uuid,
    revision: i64,
    limit: u64,
) -> Result<Vec<(i64, i64, String)>> {
    let rows = entry::Entity::find()
        .select_only()
        .columns([entry::Column::Revision, entry::Column::At, entry::Column::Changes])
        .filter(entry::Column::Stream.eq(stream))
        .filter(entry::Column::Revision.gt(revision))
        .filter(entry::Column::Changes.is_not_null())
        .order_by_asc(entry::Column::Revision)
        .limit(limit);
    Ok(rows.into_tuple().all(conn).await?)
}

/// All checkpoints.
pub(crate) async fn checkpoints(conn: &impl ConnectionTrait) -> Result<Vec<checkpoint::Model>> {
    Ok(checkpoint::Entity::find().order_by_asc(checkpoint::Column::Stream).all(conn).await?)
}

/// The checkpoint of a stream.
pub(crate) async fn checkpoint_of(
    conn: &impl ConnectionTrait,
    stream: Uuid,
) -> Result<Option<checkpoint::Model>> {
    Ok(checkpoint::Entity::find_by_id(stream).one(conn).await?)
}

/// Sets the checkpoint of a stream.
pub(crate) async fn move_checkpoint(tx: &impl ConnectionTrait, row: checkpoint::Model) -> Result<()> {
    use sea_orm::IntoActiveModel as _;
    let there = OnConflict::column(checkpoint::Column::Stream)
        .update_columns([
            checkpoint::Column::Revision,
            checkpoint::Column::Hash,
            checkpoint::Column::At,
            checkpoint::Column::Seal,
        ])
        .to_owned();
    let row = row.into_active_model().reset_all();
    checkpoint::Entity::insert(row).on_conflict(there).exec_without_returning(tx).await?;
    Ok(())
}

/// The streams of the oldest rows before a time, at most `limit` of them; streams come as often as they have rows.
pub(crate) async fn streams_before(conn: &impl ConnectionTrait, at: i64, limit: u64) -> Result<Vec<Uuid>> {
    let rows = entry::Entity::find()
        .select_only()
        .column(entry::Column::Stream)
        .filter(entry::Column::At.lt(at))
        .order_by_asc(entry::Column::At)
        .limit(limit);
    Ok(rows.into_tuple().all(conn).await?)
}

/// Removes the beginning of a stream.
pub(crate) async fn remove_upto(tx: &impl ConnectionTrait, stream: Uuid, revision: i64) -> Result<()> {
    entry::Entity::delete_many()
        .filter(entry::Column::Stream.eq(stream))
        .filter(entry::Column::Revision.lte(revision))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps the last change of each fact.
pub(crate) async fn keep_facts(tx: &impl ConnectionTrait, rows: Vec<fact::Model>) -> Result<()> {
    use sea_orm::IntoActiveModel as _;
    let there = OnConflict::columns([fact::Column::Stream, fact::Column::Key])
        .update_columns([
            fact::Column::At,
            fact::Column::Revision,
            fact::Column::Change,
            fact::Column::Dropped,
        ])
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let active = chunk.iter().cloned().map(|row| row.into_active_model().reset_all());
        fact::Entity::insert_many(active).on_conflict(there.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// At most `limit` kept changes of a stream after a key, in the order of keys.
pub(crate) async fn facts_after(
    conn: &impl ConnectionTrait,
    stream: Uuid,
    key: &str,
    limit: u64,
) -> Result<Vec<fact::Model>> {
    Ok(fact::Entity::find()
        .filter(fact::Column::Stream.eq(stream))
        .filter(fact::Column::Key.gt(key))
        .order_by_asc(fact::Column::Key)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Forgets facts that a later change in another stream replaced, then those that are gone.
pub(crate) async fn tidy_facts(tx: &impl ConnectionTrait) -> Result<()> {
    for statement in [
        "DELETE FROM ledger_facts WHERE EXISTS (SELECT 1 FROM ledger_facts AS later WHERE later.key = \
         ledger_facts.key AND later.stream <> ledger_facts.stream AND later.at > ledger_facts.at)",
        "DELETE FROM ledger_facts WHERE dropped",
    ] {
        tx.execute_unprepared(statement).await?;
    }
    Ok(())
}
