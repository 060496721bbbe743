//! What a draft in shadow would have answered otherwise.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Moment, PageRequest, Result};
use atoll_policy::ObjectRef;
use serde_json::Value;
use uuid::Uuid;

use super::find;
use super::model::Draft;
use super::store::report as store;
use super::store::report::difference;

/// How many questions were put to a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Put to it.
    pub asked: i64,
    /// Of those, answered otherwise.
    pub differing: i64,
    /// Not put to it, because there was no room in a queue.
    pub missed: i64,
}

/// A question that a draft would answer otherwise: who, what, to which object, however it was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Who would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// What would be acted on.
    pub object: ObjectRef,
    /// The tenant of the object.
    pub tenant: Option<Uuid>,
    /// What was claimed the first time, without what looks secret.
    pub context: Value,
    /// The answer that was given; the draft's is the other one.
    pub live: bool,
    /// Why it was answered so.
    pub live_reason: String,
    /// Why the draft answers otherwise.
    pub draft_reason: String,
    /// The same in a sentence.
    pub why: String,
    /// How often.
    pub count: i64,
    /// First time.
    pub first_seen: Moment,
    /// Last time.
    pub last_seen: Moment,
}

impl Difference {
    /// The row of a draft's version.
    pub(super) fn row(self, draft: Uuid, version: i64) -> difference::Model {
        difference::Model {
            draft_id: draft,
            version,
            subject_id: self.subject,
            action: self.action,
            object_kind: self.object.kind.as_str().to_owned(),
            object_id: self.object.id,
            live: self.live,
            tenant_id: self.tenant,
            context: self.context.to_string(),
            live_reason: self.live_reason,
            draft_reason: self.draft_reason,
            why: self.why,
            count: self.count,
            first_seen: self.first_seen.0,
            last_seen: self.last_seen.0,
        }
    }
}

impl TryFrom<difference::Model> for Difference {
    type Error = atoll_base::Error;

    fn try_from(row: difference::Model) -> Result<Difference> {
        Ok(Difference {
            subject: row.subject_id,
            action: row.action,
            object: ObjectRef::new(row.object_kind.parse().map_err(Common::bug)?, row.object_id),
            tenant: row.tenant_id,
            context: serde_json::from_str(&row.context).map_err(Common::bug)?,
            live: row.live,
            live_reason: row.live_reason,
            draft_reason: row.draft_reason,
            why: row.why,
            count: row.count,
            first_seen: Moment(row.first_seen),
            last_seen: Moment(row.last_seen),
        })
    }
}

/// What was reported about a draft since it went into shadow or was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The draft.
    pub draft: Draft,
    /// Since when; none if it was never in shadow.
    pub since: Option<Moment>,
    /// How many questions.
    pub counts: Counts,
    /// How many differences are kept.
    pub kept: u64,
    /// A page of them, those seen most often first.
    pub differences: Vec<Difference>,
}

/// What was reported about a draft by all replicas together.
pub async fn report(ctx: &Ctx, id: Uuid, page: PageRequest) -> Result<Report> {
    let draft = find::find(ctx, id).await?;
    let figures = store::figures(&ctx.reader(), &draft).await?;
    let (counts, since, kept) = match figures {
        Some((counts, since, kept)) => (counts, Some(since), kept),
        None => (Counts::default(), None, 0),
    };
    let differences = store::differences(&ctx.reader(), &draft, page).await?;
    Ok(Report { draft, since, counts, kept, differences })
}
