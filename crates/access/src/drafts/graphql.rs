//! The GraphQL door of drafts.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result};
use serde_json::Value;

use super::{
    Difference, Draft, DraftChange, DraftFilter, NewDraft, Report, What, apply, create, delete, find, impact,
    list, report, set_shadow, update,
};
use crate::blocks::graphql::CreatePermissionBlockInput;
use crate::recorded::graphql::object_id;
use crate::simulate::graphql::AccessDifference;
use crate::words::SubjectKind;

/// A named set of changes of access that does not count yet.
#[derive(SimpleObject)]
#[graphql(name = "Draft")]
pub struct DraftView {
    id: ID,
    /// Null for one of the platform.
    tenant_id: Option<ID>,
    name: String,
    description: Option<String>,
    /// Counts whenever what it changes does, or it goes into shadow.
    version: i64,
    /// Whether checks are put to it too.
    shadow: bool,
    /// When it was made live.
    applied_at: Option<String>,
    /// What it changes, one by one.
    entries: Vec<Json<Value>>,
    /// The grants it adds, as `updateDraft` takes them.
    add: Vec<Json<Value>>,
    /// The grants it takes away, as `updateDraft` takes them.
    leave_out: Json<Value>,
    created_at: String,
    updated_at: String,
}

impl From<Draft> for DraftView {
    fn from(draft: Draft) -> DraftView {
        let entries = match draft.state()["entries"].take() {
            Value::Array(entries) => entries.into_iter().map(Json).collect(),
            _ => Vec::new(),
        };
        DraftView {
            id: door::show(draft.id),
            tenant_id: draft.tenant.map(door::show),
            add: draft.added().into_iter().map(Json).collect(),
            leave_out: Json(draft.left_out()),
            name: draft.name,
            description: draft.description,
            version: draft.version,
            shadow: draft.shadow,
            applied_at: draft.applied_at.map(Moment::rfc3339),
            entries,
            created_at: draft.created_at.rfc3339(),
            updated_at: draft.updated_at.rfc3339(),
        }
    }
}

/// A page of drafts.
#[derive(SimpleObject)]
pub struct DraftList {
    items: Vec<DraftView>,
    total: i64,
}

/// A question that a draft in shadow would answer otherwise.
#[derive(SimpleObject)]
pub struct DraftDifference {
    subject_id: ID,
    action: String,
    object_kind: String,
    /// Null for the platform.
    object_id: Option<ID>,
    tenant_id: Option<ID>,
    /// What was claimed the first time, without what looks secret.
    context: Json<Value>,
    /// The answer that was given.
    live: bool,
    live_reason: String,
    /// The answer of the draft.
    draft: bool,
    draft_reason: String,
    /// Why the draft answers so, in a sentence.
    why: String,
    /// How often it was asked.
    count: i64,
    first_seen: String,
    last_seen: String,
}

impl From<Difference> for DraftDifference {
    fn from(one: Difference) -> DraftDifference {
        DraftDifference {
            subject_id: door::show(one.subject),
            action: one.action,
            object_kind: one.object.kind.as_str().to_owned(),
            object_id: object_id(one.object),
            tenant_id: one.tenant.map(door::show),
            context: Json(one.context),
            live: one.live,
            live_reason: one.live_reason,
            draft: !one.live,
            draft_reason: one.draft_reason,
            why: one.why,
            count: one.count,
            first_seen: one.first_seen.rfc3339(),
            last_seen: one.last_seen.rfc3339(),
        }
    }
}

/// What a draft would have answered otherwise while it was in shadow, by all replicas together.
#[derive(SimpleObject)]
pub struct DraftReport {
    draft_id: ID,
    version: i64,
    in_shadow: bool,
    /// Since when questions are counted; null if it was never in shadow.
    since: Option<String>,
    /// Questions that were put to it.
    asked: i64,
    /// Those it would answer otherwise.
    differing: i64,
    /// Questions that could not be put to it, because too many came at once.
    missed: i64,
    /// How many differences are kept, at most 1000: each once, however often and with whatever context it was asked.
    kept: i64,
    /// A page of them, those seen most often first.
    items: Vec<DraftDifference>,
}

impl From<Report> for DraftReport {
    fn from(report: Report) -> DraftReport {
        DraftReport {
            draft_id: door::show(report.draft.id),
            version: report.draft.version,
            in_shadow: report.draft.shadow,
            since: report.since.map(Moment::rfc3339),
            asked: report.counts.asked,
            differing: report.counts.differing,
            missed: report.counts.missed,
            kept: door::total(report.kept),
            items: report.differences.into_iter().map(DraftDifference::from).collect(),
        }
    }
}

/// A grant that a draft adds: a subject with a role, a subject with a permission block, or a role with a permission block.
#[derive(InputObject)]
pub struct DraftGrantInput {
    subject_kind: Option<SubjectKind>,
    subject_id: Option<ID>,
    role_id: Option<ID>,
    /// A permission block that exists.
    permission_block_id: Option<ID>,
    /// A permission block that is made with the draft; its `id` is ignored.
    permission_block: Option<CreatePermissionBlockInput>,
}

impl DraftGrantInput {
    fn read(self) -> Result<DraftChange> {
        let subject = door::optional_id("subjectId", self.subject_id.as_ref())?;
        Ok(DraftChange::Add {
            subject: subject.map(|id| self.subject_kind.unwrap_or(SubjectKind::Entity).of(id)),
            role: door::optional_id("roleId", self.role_id.as_ref())?,
            block: door::optional_id("permissionBlockId", self.permission_block_id.as_ref())?,
            new: self.permission_block.map(CreatePermissionBlockInput::read).transpose()?,
        })
    }
}

/// A permission block that a role no longer holds.
#[derive(InputObject)]
pub struct DraftRoleBlockInput {
    role_id: ID,
    permission_block_id: ID,
}

/// Grants that a draft takes away.
#[derive(InputObject)]
pub struct DraftLeaveOutInput {
    role_assignment_ids: Option<Vec<ID>>,
    direct_policy_ids: Option<Vec<ID>>,
    role_permission_blocks: Option<Vec<DraftRoleBlockInput>>,
}

impl DraftLeaveOutInput {
    fn read(self) -> Result<Vec<DraftChange>> {
        let mut changes = Vec::new();
        for id in self.role_assignment_ids.unwrap_or_default() {
            changes.push(What::LeaveAssignment(door::id("roleAssignmentIds", &id)?));
        }
        for id in self.direct_policy_ids.unwrap_or_default() {
            changes.push(What::LeavePolicy(door::id("directPolicyIds", &id)?));
        }
        for one in self.role_permission_blocks.unwrap_or_default() {
            changes.push(What::Unlink {
                role: door::id("roleId", &one.role_id)?,
                block: door::id("permissionBlockId", &one.permission_block_id)?,
            });
        }
        Ok(changes.into_iter().map(DraftChange::Remove).collect())
    }
}

/// What a draft is.
#[derive(InputObject)]
pub struct DraftInput {
    name: String,
    description: Option<String>,
    /// Grants that come in addition.
    add: Option<Vec<DraftGrantInput>>,
    /// Grants that are taken away.
    leave_out: Option<DraftLeaveOutInput>,
}

impl DraftInput {
    fn read(self) -> Result<NewDraft> {
        let mut changes = match self.leave_out {
            Some(leave_out) => leave_out.read()?,
            None => Vec::new(),
        };
        for one in self.add.unwrap_or_default() {
            changes.push(one.read()?);
        }
        Ok(NewDraft { name: self.name, description: self.description, changes })
    }
}

/// Queries about drafts.
#[derive(Default)]
pub struct DraftQuery;

#[Object]
impl DraftQuery {
    /// The drafts of a tenant, or all, newest first, for those who deal with policies there.
    async fn drafts(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        shadow: Option<bool>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<DraftList> {
        let filter = DraftFilter { tenant: door::optional_id("tenantId", tenant_id.as_ref())?, shadow };
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        let page = list(door::ctx(door)?, &filter, page).await?;
        let items = page.items.into_iter().map(DraftView::from).collect();
        Ok(DraftList { items, total: door::total(page.total) })
    }

    /// One draft.
    async fn draft(&self, door: &Context<'_>, id: ID) -> Result<DraftView> {
        Ok(find(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// Who would gain and who would lose what if a draft were made live now. Questions are asked at the present time and
    /// without a context.
    async fn draft_impact(&self, door: &Context<'_>, id: ID) -> Result<AccessDifference> {
        Ok(impact(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// What a draft would have answered otherwise since it went into shadow or was changed.
    async fn draft_report(
        &self,
        door: &Context<'_>,
        id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<DraftReport> {
        let page = door::page(PageBounds::REPORT, limit, offset);
        Ok(report(door::ctx(door)?, door::id("id", &id)?, page).await?.into())
    }
}

/// Changes of drafts.
#[derive(Default)]
pub struct DraftMutation;

#[Object]
impl DraftMutation {
    /// Makes a draft for a tenant or, without one, for the platform.
    async fn create_draft(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        input: DraftInput,
    ) -> Result<DraftView> {
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        Ok(create(door::ctx(door)?, tenant, input.read()?).await?.into())
    }

    /// Gives a draft another name, description and changes; what was reported about it is forgotten.
    async fn update_draft(&self, door: &Context<'_>, id: ID, input: DraftInput) -> Result<DraftView> {
        Ok(update(door::ctx(door)?, door::id("id", &id)?, input.read()?).await?.into())
    }

    /// Puts a draft into shadow, where checks are put to it too without it counting, or takes it out.
    async fn shadow_draft(&self, door: &Context<'_>, id: ID, on: bool) -> Result<DraftView> {
        Ok(set_shadow(door::ctx(door)?, door::id("id", &id)?, on).await?.into())
    }

    /// Makes a draft live: everything that it changes, or nothing.
    async fn apply_draft(&self, door: &Context<'_>, id: ID) -> Result<DraftView> {
        Ok(apply(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// Removes a draft with what was reported about it; what it made live stays.
    async fn delete_draft(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }
}
