//! What a person may press. The house decides again when they do.

use serde_json::{Value, json};

use super::model::Need;
use crate::Console;
use crate::visitor::Person;

const CHECK: &str = "mutation($asked: [AuthzCheckInput!]!) { authzBulkCheck(input: $asked) { allowed } }";

/// Every action that some change of the pages needs.
const ACTIONS: [&str; 8] =
    ["manage", "write", "create", "read", "role.manage", "policy.manage", "rotate", "revoke"];

/// What a person may do, about one thing or about what is to come.
pub(super) struct May {
    platform: Vec<&'static str>,
    tenant: Vec<&'static str>,
    object: Vec<&'static str>,
}

impl May {
    /// Whether one of these is given, or nothing is needed.
    pub(super) fn any(&self, needs: &[Need]) -> bool {
        let given = |need: &Need| match need {
            Need::Platform(action) => self.platform.contains(action),
            Need::Tenant(action) => self.tenant.contains(action) || self.platform.contains(action),
            Need::Object(_, action) => self.object.contains(action),
            Need::Own => true,
        };
        needs.is_empty() || needs.iter().any(given)
    }
}

/// What they may do in a tenant, else in their own.
pub(super) async fn of_noun(console: &Console, person: &Person, tenant: Option<&str>) -> May {
    let tenant = tenant.or(person.tenant.as_deref()).map(str::to_owned);
    of(console, person, tenant, None).await
}

/// What they may do about this thing, of this kind.
pub(super) async fn of_one(console: &Console, person: &Person, kind: Option<&str>, one: &Value) -> May {
    let tenant = match kind {
        Some("tenant") => one["id"].as_str(),
        _ => one["tenantId"].as_str(),
    };
    let object = kind.zip(one["id"].as_str()).map(|(kind, id)| (kind.to_owned(), id.to_owned()));
    of(console, person, tenant.map(str::to_owned), object).await
}

async fn of(
    console: &Console,
    person: &Person,
    tenant: Option<String>,
    object: Option<(String, String)>,
) -> May {
    let about = |kind: &str, id: &str| -> Vec<Value> {
        let one =
            |action| json!({ "subjectId": person.id, "action": action, "objectKind": kind, "objectId": id });
        ACTIONS.into_iter().map(one).collect()
    };
    let mut asked = Vec::new();
    let tenant_at = tenant.as_deref().map(|tenant| {
        asked.extend(about("tenant", tenant));
        asked.len() - ACTIONS.len()
    });
    let object_at = object.as_ref().map(|(kind, id)| {
        asked.extend(about(kind, id));
        asked.len() - ACTIONS.len()
    });
    let answered =
        console.api.ask(&person.visitor, CHECK, json!({ "asked": asked })).await.unwrap_or_default();
    let given = |from: Option<usize>| -> Vec<&'static str> {
        let Some(from) = from else { return Vec::new() };
        let allowed = |nth: usize| answered["authzBulkCheck"][from + nth]["allowed"] == true;
        ACTIONS.into_iter().enumerate().filter(|(nth, _)| allowed(*nth)).map(|(_, action)| action).collect()
    };
    // Whoever manages the platform may all of it there.
    let platform = if person.manages_platform { ACTIONS.to_vec() } else { Vec::new() };
    May { platform, tenant: given(tenant_at), object: given(object_at) }
}
