//! Whether the chain that ties the records together holds.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::Console;
use crate::filled::Filled;
use crate::may::Need;
use crate::names::Names;
use crate::page;
use crate::visitor::Person;

const DOCUMENT: &str = "{ ledgerStatus { streams records verifiedAt holds verifiedRecords breaks awaited } }";
const VERIFY: &str = "mutation { verifyLedger }";

/// Who may see how it is.
const SEES: &[Need] = &[Need::Platform("read"), Need::Platform("manage")];
/// Who may have it proved.
const PROVES: &[Need] = &[Need::Platform("manage")];

/// What is known of the chain.
pub(super) struct Chain {
    pub(super) tone: &'static str,
    pub(super) text: String,
    pub(super) at: Option<String>,
    /// Where it breaks: the page of the record, and why.
    pub(super) breaks: Vec<(String, String)>,
    pub(super) can_prove: bool,
}

/// What is known of it, for those who read the whole ledger.
pub(super) async fn of(console: &Console, person: &Person, names: &Names) -> Option<Chain> {
    if !person.may.any(SEES) {
        return None;
    }
    let status = console.api.ask(&person.visitor, DOCUMENT, json!({})).await.ok()?;
    let status = &status["ledgerStatus"];
    let words = person.visitor.words;
    let number = |name: &str| status[name].to_string();
    let said = [("records", number("records")), ("streams", number("streams"))];
    let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (tone, key) = match (&status["awaited"], &status["holds"]) {
        (Value::Bool(true), _) => ("note-info", "chain-awaited"),
        (_, Value::Bool(true)) => ("note-ok", "chain-holds"),
        (_, Value::Bool(false)) => ("note-bad", "chain-broken"),
        _ => ("note-info", "chain-unproved"),
    };
    let breaks = status["breaks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let broken = |one: &Value| {
        let tenant = one["tenantId"].as_str().unwrap_or(super::PLATFORM);
        let named = match names.get("tenants", tenant) {
            Some(name) => name.to_owned(),
            None if tenant == super::PLATFORM => words.say("value-platform"),
            None => tenant.to_owned(),
        };
        let why = one["why"].as_str().unwrap_or_default();
        (super::happened::place(tenant, &one["revision"]), format!("{named} · {} · {why}", one["revision"]))
    };
    Some(Chain {
        tone,
        text: words.tell(key, &said),
        at: status["verifiedAt"].as_str().map(str::to_owned),
        breaks: breaks.iter().map(broken).collect(),
        can_prove: person.may.any(PROVES) && status["awaited"] != true,
    })
}

/// `POST /events/verify`.
pub(super) async fn verify(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let asked = console.api.ask(&person.visitor, VERIFY, json!({})).await;
    asked
        .map(|_| page::go("/events", Some("chain-asked")))
        .map_err(|refusal| page::refused(&person, &refusal))
}
