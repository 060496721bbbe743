//! An endpoint.

use atoll_base::ctx::Guarded;
use atoll_base::ledger::PLATFORM_STREAM;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::ObjectRef;
use serde_json::{Value, json};
use uuid::Uuid;

/// The most endpoints of one tenant, or of the platform.
pub(super) const MOST: u64 = 20;
/// The most filters of one endpoint.
pub(super) const MOST_FILTERS: usize = 50;
/// The longest filter.
const LONGEST_FILTER: usize = 100;

/// Whether an endpoint is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// It is.
    Active,
    /// Somebody wants it to wait; it will be told everything from where it stopped.
    Paused,
    /// It failed for so long, or said that it is gone, that it is told nothing any more until somebody resumes it.
    Disabled,
}

impl WebhookState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            WebhookState::Active => "active",
            WebhookState::Paused => "paused",
            WebhookState::Disabled => "disabled",
        }
    }

    pub(super) fn parse(text: &str) -> Option<WebhookState> {
        [WebhookState::Active, WebhookState::Paused, WebhookState::Disabled]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// An endpoint, without its secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// Id.
    pub id: Uuid,
    /// Whose events it is told; none = the platform's own.
    pub tenant: Option<Uuid>,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Which events: `entity.create`, `entity.*`, or `*` for all.
    pub events: Vec<String>,
    /// Whether it is told anything.
    pub state: WebhookState,
    /// The last revision that it was told of, or that is none of its.
    pub told: i64,
    /// Failures of the event after that.
    pub attempts: i32,
    /// When it is told next, if there is something to tell.
    pub next_at: Moment,
    /// Since when every attempt failed.
    pub failing_since: Option<Moment>,
    /// Why the last attempt failed, if it did.
    pub last_error: Option<String>,
    /// When it last took something.
    pub last_success_at: Option<Moment>,
    /// Until when messages are signed with the secret before too.
    pub old_secret_until: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When somebody last changed it.
    pub updated_at: Moment,
}

impl Webhook {
    /// The stream of the ledger that it is told.
    pub fn stream(&self) -> Uuid {
        self.tenant.unwrap_or(PLATFORM_STREAM)
    }

    /// Whether it wants events of this name.
    pub fn wants(&self, event: &str) -> bool {
        self.events.iter().any(|filter| matches(filter, event))
    }

    /// As the ledger shows it: the query of the URL may hold a token of the receiver's.
    pub fn state_shown(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "name": self.name,
            "url": self.url.split('?').next(),
            "events": self.events,
            "status": self.state.as_str(),
        })
    }
}

fn matches(filter: &str, event: &str) -> bool {
    match filter.strip_suffix('*') {
        Some(prefix) => event.starts_with(prefix),
        None => filter == event,
    }
}

/// Filters in order, each once: names of events, or the beginning of names up to a dot and `*`, or `*`.
pub(super) fn filters(given: Vec<String>) -> Result<Vec<String>, WebhookFault> {
    let mut filters: Vec<String> = given.iter().map(|filter| filter.trim().to_owned()).collect();
    filters.sort();
    filters.dedup();
    if filters.is_empty() {
        filters.push("*".to_owned());
    }
    if filters.len() > MOST_FILTERS {
        return Err(WebhookFault::TooManyFilters);
    }
    match filters.iter().find(|filter| !is_filter(filter)) {
        Some(wrong) => Err(WebhookFault::Filter(wrong.chars().take(LONGEST_FILTER).collect())),
        None => Ok(filters),
    }
}

fn is_filter(text: &str) -> bool {
    let name = match text.strip_suffix('*') {
        Some("") => return true,
        Some(prefix) => prefix.strip_suffix('.'),
        None => Some(text),
    };
    let word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.len() <= LONGEST_FILTER && name.is_some_and(|name| name.split('.').all(word))
}

impl Guarded for Webhook {
    type Noun = Webhook;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// What cannot be done with an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookFault {
    /// Not a filter.
    #[error("events must be names such as entity.create, beginnings such as entity.*, or *; not '{0}'")]
    Filter(String),
    /// Too many filters.
    #[error("a webhook has at most {MOST_FILTERS} event filters")]
    TooManyFilters,
    /// Too many endpoints.
    #[error("a tenant has at most {MOST} webhooks")]
    TooMany,
    /// A second change of the secret while the first still overlaps.
    #[error("the secret was rotated a moment ago; rotate with overlapSecs 0 to end the overlap")]
    Overlap,
    /// An overlap that is too long.
    #[error("overlapSecs must be from 0 to 604800")]
    OverlapLength,
    /// A revision that is not there.
    #[error("fromRevision must be from 1 to {0}")]
    Revision(i64),
    /// Not given up.
    #[error("only deliveries that were given up can be retried")]
    NotDead,
}

impl Fault for WebhookFault {
    fn kind(&self) -> Kind {
        match self {
            WebhookFault::TooMany => Kind::Limited,
            WebhookFault::Overlap | WebhookFault::NotDead => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            WebhookFault::Filter(_) | WebhookFault::TooManyFilters => "webhook.events",
            WebhookFault::TooMany => "webhook.too_many",
            WebhookFault::Overlap | WebhookFault::OverlapLength => "webhook.overlap",
            WebhookFault::Revision(_) => "webhook.revision",
            WebhookFault::NotDead => "webhook.not_dead",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_names_or_beginnings_of_names() {
        let kept = |given: &[&str]| filters(given.iter().map(|&one| one.to_owned()).collect());
        assert_eq!(kept(&[]).unwrap(), ["*"]);
        assert_eq!(kept(&["role.*", " entity.create", "role.*"]).unwrap(), ["entity.create", "role.*"]);
        for wrong in ["", "entity*", "*.create", "entity.*.x", "Entity.create", "entity..create", ".", "a b"]
        {
            assert!(matches!(kept(&[wrong]), Err(WebhookFault::Filter(_))), "{wrong:?}");
        }
        let many: Vec<String> = (0..=MOST_FILTERS).map(|number| format!("event.n{number}")).collect();
        assert_eq!(filters(many), Err(WebhookFault::TooManyFilters));
    }

    #[test]
    fn a_beginning_ends_at_a_dot() {
        assert!(matches("role.*", "role.create") && matches("role.*", "role.permission_blocks.replace"));
        assert!(!matches("role.*", "role_assignment.create") && !matches("role.create", "role.create.x"));
        assert!(matches("*", "anything.at_all"));
    }
}
