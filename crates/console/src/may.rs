//! What a person may press. The house decides again when they do.

use serde_json::{Value, json};

use crate::Console;
use crate::visitor::{Person, Visitor};

/// An action, and where it must be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// On the platform.
    Platform(&'static str),
    /// In the tenant that the thing is of, or on the platform.
    Tenant(&'static str),
    /// On the thing itself, of this kind.
    Object(&'static str, &'static str),
    /// The same, on the thing or in its tenant, where the house issues certificates at all.
    Certificates(&'static str),
    /// Anybody may, about what is theirs.
    Own,
}

/// What somebody may do: in general, in one tenant, with one thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct May {
    platform: Vec<String>,
    tenant: Vec<String>,
    object: Vec<String>,
    certificates: bool,
}

const HERE: &str = "query($tenant: ID) { platform: myActions here: myActions(tenantId: $tenant) }";
const THING: &str = "mutation($asked: [AuthzCheckInput!]!) { authzBulkCheck(input: $asked) { allowed } }";

/// What is asked about a thing.
const OF_THINGS: [&str; 3] = ["manage", "write", "revoke"];

impl May {
    /// What a visitor may do on the platform, and in a tenant.
    pub(crate) async fn here(console: &Console, visitor: &Visitor, tenant: Option<&str>) -> May {
        let found = console.api.ask(visitor, HERE, json!({ "tenant": tenant })).await.unwrap_or_default();
        May {
            platform: names(&found["platform"]),
            tenant: names(&found["here"]),
            object: Vec::new(),
            certificates: console.ground.settings().ca_files().is_some(),
        }
    }

    /// What a person may do with a thing of this kind, and where it is.
    pub(crate) async fn with(console: &Console, person: &Person, kind: Option<&str>, thing: &Value) -> May {
        let tenant = if kind == Some("tenant") { &thing["id"] } else { &thing["tenantId"] };
        let may = person.may_in(console, tenant.as_str()).await;
        let (Some(kind), Some(id)) = (kind, thing["id"].as_str()) else { return may };
        let one =
            |action| json!({ "subjectId": person.id, "action": action, "objectKind": kind, "objectId": id });
        let asked: Vec<Value> = OF_THINGS.into_iter().map(one).collect();
        let found =
            console.api.ask(&person.visitor, THING, json!({ "asked": asked })).await.unwrap_or_default();
        let given = OF_THINGS.into_iter().enumerate();
        let given = given.filter(|(nth, _)| found["authzBulkCheck"][*nth]["allowed"] == true);
        May { object: given.map(|(_, action)| action.to_owned()).collect(), ..may }
    }

    /// Whether one of these is given, or nothing is needed.
    pub(crate) fn any(&self, needs: &[Need]) -> bool {
        let has = |actions: &[String], wanted: &str| actions.iter().any(|action| action == wanted);
        let given = |need: &Need| match need {
            Need::Platform(action) => has(&self.platform, action),
            Need::Tenant(action) => has(&self.tenant, action) || has(&self.platform, action),
            Need::Object(_, action) => has(&self.object, action),
            Need::Certificates(action) => {
                let all = [&self.object, &self.tenant, &self.platform];
                self.certificates && all.into_iter().any(|actions| has(actions, action))
            }
            Need::Own => true,
        };
        needs.is_empty() || needs.iter().any(given)
    }
}

fn names(found: &Value) -> Vec<String> {
    let all = found.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_on_the_platform_counts_in_every_tenant_and_not_the_other_way() {
        let may = |platform: &[&str], tenant: &[&str]| {
            let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
            let (platform, tenant) = (owned(platform), owned(tenant));
            May { platform, tenant, object: Vec::new(), certificates: true }
        };
        assert!(may(&["manage"], &[]).any(&[Need::Tenant("manage")]));
        assert!(!may(&[], &["manage"]).any(&[Need::Platform("manage")]));
        assert!(may(&[], &["read"]).any(&[Need::Tenant("manage"), Need::Tenant("read")]));
        assert!(!may(&[], &["read"]).any(&[Need::Object("entity", "read")]));
        let certificates = &[Need::Certificates("manage")];
        assert!(may(&[], &["manage"]).any(certificates) && !may(&[], &["read"]).any(certificates));
        assert!(!May { certificates: false, ..may(&["manage"], &[]) }.any(certificates));
        assert!(may(&[], &[]).any(&[]) && may(&[], &[]).any(&[Need::Own]));
    }
}
