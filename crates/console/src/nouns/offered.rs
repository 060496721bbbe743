//! Whether the page of a change is for somebody: whoever would not be shown the button is not shown the page behind it.

use serde_json::{Value, json};

use super::model::{Need, Noun};
use super::show;
use crate::Console;
use crate::api::Refusal;
use crate::may::May;
use crate::visitor::Person;

/// The thing that a change is about; null where it is about none, or about one without a page of its own. Refuses whoever has
/// none of the needs: for a thing, with that; else in the tenant that the address names, or in the one that they work in.
pub(super) async fn offered(
    console: &Console,
    person: &Person,
    noun: &Noun,
    needs: &[Need],
    id: Option<&str>,
) -> Result<Value, Refusal> {
    let thing = show::about(console, person, noun, id).await?;
    let named = person.visitor.query("tenantId");
    let tenant = named.as_deref().or(person.working_in());
    let may = match &noun.one {
        Some(one) if !thing.is_null() => May::with(console, person, one.why, &thing).await,
        _ => person.may_in(console, tenant).await,
    };
    if may.any(needs) {
        return Ok(thing);
    }
    let details = needs.first().map_or(Value::Null, |need| question(need, &thing, tenant));
    Err(Refusal { details, ..Refusal::denied(person.visitor.words.say("page-not-yours")) })
}

/// What would have to be granted, for the page that explains decisions.
fn question(need: &Need, thing: &Value, tenant: Option<&str>) -> Value {
    let tenant = thing["tenantId"].as_str().or(tenant);
    match (need, tenant) {
        (Need::Object(kind, action), _) => {
            json!({ "action": action, "objectKind": kind, "objectId": thing["id"] })
        }
        (Need::Tenant(action) | Need::Certificates(action), Some(tenant)) => {
            json!({ "action": action, "objectKind": "tenant", "objectId": tenant })
        }
        (Need::Tenant(action) | Need::Certificates(action) | Need::Platform(action), _) => {
            json!({ "action": action, "objectKind": "platform" })
        }
        (Need::Own, _) => Value::Null,
    }
}
