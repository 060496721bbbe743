//! A draft in the words in which it is written down, so that whoever changes it begins with what it says.

use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{Draft, Held, What};
use crate::words::SubjectKind;

impl Draft {
    /// The grants that it adds, each as `DraftGrantInput` takes it.
    pub(super) fn added(&self) -> Vec<Value> {
        let subject =
            |who: &atoll_policy::Subject| (json!(SubjectKind::from(*who).as_str()), json!(who.id()));
        let added = self.entries.iter().filter_map(|entry| match &entry.what {
            What::Assign { subject: who, role } => {
                let (kind, id) = subject(who);
                Some(json!({ "subjectKind": kind, "subjectId": id, "roleId": role }))
            }
            What::Give { subject: who, block } => {
                let (kind, id) = subject(who);
                Some(self.with_block(json!({ "subjectKind": kind, "subjectId": id }), block))
            }
            What::Link { role, block } => Some(self.with_block(json!({ "roleId": role }), block)),
            What::LeaveAssignment(_) | What::LeavePolicy(_) | What::Unlink { .. } => None,
        });
        added.collect()
    }

    /// The grants that it takes away, as `DraftLeaveOutInput` takes them.
    pub(super) fn left_out(&self) -> Value {
        let (mut assignments, mut policies, mut blocks): (Vec<Uuid>, Vec<Uuid>, Vec<Value>) =
            Default::default();
        for entry in &self.entries {
            match &entry.what {
                What::LeaveAssignment(id) => assignments.push(*id),
                What::LeavePolicy(id) => policies.push(*id),
                What::Unlink { role, block } => {
                    blocks.push(json!({ "roleId": role, "permissionBlockId": block }));
                }
                What::Assign { .. } | What::Give { .. } | What::Link { .. } => {}
            }
        }
        json!({ "roleAssignmentIds": assignments, "directPolicyIds": policies, "rolePermissionBlocks": blocks })
    }

    fn with_block(&self, mut grant: Value, block: &Held) -> Value {
        match block {
            Held::Known(id) => grant["permissionBlockId"] = json!(id),
            Held::New(described) => {
                let columns = described.scope.columns(self.tenant);
                grant["permissionBlock"] = json!({
                    "tenantId": columns.tenant_id,
                    "scopeMode": columns.scope_mode,
                    "objectKind": columns.object_kind,
                    "objectType": columns.object_type,
                    "objectId": columns.object_id,
                    "groupId": columns.group_id,
                    "effect": described.effect.as_str(),
                    "conditions": described.conditions,
                    "actionIds": described.actions,
                });
            }
        }
        grant
    }
}
