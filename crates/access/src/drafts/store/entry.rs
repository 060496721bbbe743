//! The table of what drafts change.

use atoll_base::{Common, Result};
use atoll_policy::{Scope, ScopeColumns};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::model::{Described, Draft, Entry, Held, What};
use crate::assignments::store::subject;
use crate::words::SubjectKind;

/// A row of `draft_entries`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "draft_entries")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The draft.
    pub draft_id: Uuid,
    /// Place in the draft.
    pub position: i32,
    /// `assign`, `give`, `link`, `leave_assignment`, `leave_policy` or `unlink`.
    pub what: String,
    /// `entity` or `group`.
    pub subject_kind: Option<String>,
    /// Who receives something.
    pub subject_id: Option<Uuid>,
    /// The role.
    pub role_id: Option<Uuid>,
    /// The block.
    pub block_id: Option<Uuid>,
    /// JSON: the description of a block that is to be made.
    pub block: Option<String>,
    /// The assignment or direct policy that is taken away.
    pub grant_id: Option<Uuid>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A description as it is stored.
#[derive(Deserialize)]
struct Stored {
    scope: ScopeColumns,
    effect: String,
    conditions: Value,
    actions: Vec<Uuid>,
}

impl Model {
    pub(super) fn of(draft: &Draft, position: i32, entry: &Entry) -> Model {
        let mut row = Model {
            id: entry.id,
            draft_id: draft.id,
            position,
            what: String::new(),
            subject_kind: None,
            subject_id: None,
            role_id: None,
            block_id: None,
            block: None,
            grant_id: None,
        };
        let mut set = |what: &str| row.what = what.to_owned();
        match &entry.what {
            What::Assign { .. } => set("assign"),
            What::Give { .. } => set("give"),
            What::Link { .. } => set("link"),
            What::LeaveAssignment(_) => set("leave_assignment"),
            What::LeavePolicy(_) => set("leave_policy"),
            What::Unlink { .. } => set("unlink"),
        }
        if let What::Assign { subject, .. } | What::Give { subject, .. } = &entry.what {
            row.subject_kind = Some(SubjectKind::from(*subject).as_str().to_owned());
            row.subject_id = Some(subject.id());
        }
        if let What::Assign { role, .. } | What::Link { role, .. } | What::Unlink { role, .. } = &entry.what {
            row.role_id = Some(*role);
        }
        match &entry.what {
            What::Give { block, .. } | What::Link { block, .. } => {
                row.block_id = Some(block.id());
                row.block = match block {
                    Held::Known(_) => None,
                    Held::New(described) => Some(stored(draft, described)),
                };
            }
            What::Unlink { block, .. } => row.block_id = Some(*block),
            What::LeaveAssignment(id) | What::LeavePolicy(id) => row.grant_id = Some(*id),
            What::Assign { .. } => {}
        }
        row
    }

    fn held(&self) -> Result<Held> {
        let id = needed(self.block_id)?;
        let Some(text) = &self.block else { return Ok(Held::Known(id)) };
        let stored: Stored = serde_json::from_str(text).map_err(Common::bug)?;
        Ok(Held::New(Described {
            id,
            scope: Scope::try_from(&stored.scope).map_err(Common::bug)?,
            effect: stored.effect.parse().map_err(Common::bug)?,
            conditions: stored.conditions,
            actions: stored.actions,
        }))
    }
}

fn stored(draft: &Draft, described: &Described) -> String {
    json!({
        "scope": described.scope.columns(draft.tenant),
        "effect": described.effect.as_str(),
        "conditions": described.conditions,
        "actions": described.actions,
    })
    .to_string()
}

fn needed(id: Option<Uuid>) -> Result<Uuid> {
    Ok(id.ok_or_else(|| Common::bug("a draft's entry lacks an id"))?)
}

impl TryFrom<Model> for Entry {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Entry> {
        let who = || subject(row.subject_kind.as_deref().unwrap_or_default(), needed(row.subject_id)?);
        let what = match row.what.as_str() {
            "assign" => What::Assign { subject: who()?, role: needed(row.role_id)? },
            "give" => What::Give { subject: who()?, block: row.held()? },
            "link" => What::Link { role: needed(row.role_id)?, block: row.held()? },
            "leave_assignment" => What::LeaveAssignment(needed(row.grant_id)?),
            "leave_policy" => What::LeavePolicy(needed(row.grant_id)?),
            "unlink" => What::Unlink { role: needed(row.role_id)?, block: needed(row.block_id)? },
            other => return Err(Common::bug(format!("draft entry {other}")).into()),
        };
        Ok(Entry { id: row.id, what })
    }
}
