//! One call of an endpoint.

use atoll_base::Moment;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::endpoints::redact::{kept, redact};

/// One call of an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Id.
    pub id: Uuid,
    /// The endpoint.
    pub endpoint: Option<Uuid>,
    /// Who called.
    pub caller: Option<Uuid>,
    /// `success`, `error` or `denied`.
    pub status: String,
    /// The request, without secrets.
    pub request: Value,
    /// The answer, without secrets.
    pub response: Value,
    /// What went wrong, more than the caller was told.
    pub error: Option<String>,
    /// When.
    pub created_at: Moment,
}

/// What is to be kept of a call.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// HTTP method.
    pub method: String,
    /// The whole path.
    pub path: String,
    /// The variables, or the body when it did not come to variables.
    pub variables_or_body: Value,
    /// The answer.
    pub response: Value,
    /// What went wrong.
    pub error: Option<String>,
}

/// Longest text about what went wrong, in characters.
const MAX_ERROR: usize = 2_000;

impl Summary {
    pub(super) fn request(&self) -> Value {
        let given = redact(&self.variables_or_body, &Default::default());
        json!({ "method": self.method, "path": self.path, "variablesOrBody": kept(given) })
    }

    pub(super) fn response(&self) -> Value {
        match redact(&self.response, &Default::default()) {
            Value::Null => json!({}),
            response => kept(response),
        }
    }

    pub(super) fn error(&self) -> Option<String> {
        self.error.as_ref().map(|text| text.chars().take(MAX_ERROR).collect())
    }
}
