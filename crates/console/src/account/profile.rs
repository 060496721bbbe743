//! Who one is, and what protects the account.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::moment::Moment;
use super::{list, refused, text};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::names;
use crate::page;
use crate::sign_in::told;
use crate::visitor::Person;

const ABOUT: &str = "query($me: ID!) {
  entity(id: $me) { id name alias kind tenantId createdAt }
  secondFactors { passkeys { id } totp { id } recoveryCodesLeft }
  sessions(limit: 1) { total }
  accessTokens(limit: 1, status: \"active\") { total }
  linkedIdentities { id }
  myTenantInvitations(limit: 100) { items { acceptedAt rejectedAt revokedAt } }
}";
const PASSWORD: &str = "query($me: ID!) { credentials(entityId: $me) { items { kind status } } }";
const RENAME: &str =
    "mutation($me: ID!, $input: UpdateEntityInput!) { updateEntity(id: $me, input: $input) { id } }";

/// Recovery codes that are few.
const FEW_CODES: usize = 3;

#[derive(Template)]
#[template(path = "account/profile.html")]
struct Page<'p> {
    frame: Frame<'p>,
    id: String,
    name: String,
    alias: String,
    kind: String,
    tenant: Option<String>,
    since: Option<Moment>,
    guards: Guards,
    few_codes: Option<String>,
    sessions: usize,
    tokens: usize,
    invited: Option<String>,
    refusal: Option<String>,
}

/// What protects the account.
struct Guards {
    /// None: it may not be known.
    password: Option<bool>,
    totp: bool,
    passkeys: usize,
    codes: usize,
    identities: usize,
}

impl Guards {
    fn has_factor(&self) -> bool {
        self.totp || self.passkeys > 0
    }

    /// Whether there is one, for sure.
    fn has_password(&self) -> bool {
        self.password == Some(true)
    }

    /// Whether there is none, for sure.
    fn has_no_password(&self) -> bool {
        self.password == Some(false)
    }

    fn few_codes(&self) -> bool {
        self.has_factor() && self.codes <= FEW_CODES
    }
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/account", get(ask)).route("/account/name", post(rename))
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    show(&console, &person, None).await
}

/// Changes the name and the alias; the rest is for others to change.
async fn rename(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let alias = Some(filled.text("alias")).filter(|alias| !alias.is_empty());
    let mut input = json!({ "name": filled.text("name") });
    if filled.has("alias") {
        input["alias"] = json!(alias);
    }
    let variables = json!({ "me": person.id, "input": input });
    Ok(match console.api.ask(&person.visitor, RENAME, variables).await {
        Ok(_) => page::go("/account", Some("name-changed")),
        Err(refusal) => show(&console, &person, Some(&refusal)).await,
    })
}

async fn show(console: &Console, person: &Person, refusal: Option<&Refusal>) -> Response {
    let me = json!({ "me": person.id });
    let tenant = person.tenant.clone().map(|tenant| ("tenants", tenant));
    let (about, password, names) = tokio::join!(
        console.api.ask(&person.visitor, ABOUT, me.clone()),
        console.api.ask(&person.visitor, PASSWORD, me),
        names::of(console, &person.visitor, tenant),
    );
    let data = match about {
        Ok(data) => data,
        Err(refusal) => return refused(person, &refusal, "/account"),
    };
    let words = person.visitor.words;
    let entity = &data["entity"];
    let waits = |one: &&Value| ["acceptedAt", "rejectedAt", "revokedAt"].iter().all(|at| one[*at].is_null());
    let invited = list(&data["myTenantInvitations"]["items"]).iter().filter(waits).count();
    let guards = guards(&data, password.ok().as_ref());
    let page = Page {
        frame: Frame::of(person, &words.say("account")),
        id: text(&entity["id"]),
        name: text(&entity["name"]),
        alias: text(&entity["alias"]),
        kind: words.say(&format!("account-kind-{}", text(&entity["kind"]))),
        tenant: person.tenant.as_ref().map(|id| names.get("tenants", id).unwrap_or(id).to_owned()),
        since: Moment::read(&entity["createdAt"]),
        few_codes: guards.few_codes().then(|| words.count("codes-left", guards.codes)),
        guards,
        sessions: count(&data["sessions"]["total"]),
        tokens: count(&data["accessTokens"]["total"]),
        invited: (invited > 0).then(|| words.count("account-invited", invited)),
        refusal: refusal.map(|refusal| told(words, refusal)),
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}

/// A number of an answer.
fn count(value: &Value) -> usize {
    value.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
}

fn guards(data: &Value, credentials: Option<&Value>) -> Guards {
    let factors = &data["secondFactors"];
    let good = |one: &Value| one["kind"] == "password" && one["status"] == "active";
    Guards {
        password: credentials.map(|all| list(&all["credentials"]["items"]).iter().any(good)),
        totp: factors["totp"].is_object(),
        passkeys: list(&factors["passkeys"]).len(),
        codes: count(&factors["recoveryCodesLeft"]),
        identities: list(&data["linkedIdentities"]).len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_few_recovery_codes_is_told() {
        let of = |totp: Value, left: usize| {
            let factors = json!({ "passkeys": [], "totp": totp, "recoveryCodesLeft": left });
            guards(&json!({ "secondFactors": factors }), None)
        };
        assert!(of(json!({ "id": "a" }), 3).few_codes());
        assert!(!of(json!({ "id": "a" }), 4).few_codes());
        assert!(!of(Value::Null, 0).few_codes());
        assert_eq!(of(Value::Null, 0).password, None);
    }
}
