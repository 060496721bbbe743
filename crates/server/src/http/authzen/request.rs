//! Reading the standard's requests: what is missing or of the wrong type is named; what is not known is ignored.

use atoll_base::{Fault, Kind, fields};
use serde_json::{Map, Value};

/// The members of a JSON object.
pub(super) type Fields = Map<String, Value>;

/// A request that is not one of the standard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadRequest {
    #[error("the content type must be application/json")]
    ContentType,
    #[error("the body is not JSON: {0}")]
    Syntax(String),
    #[error("{0} must be an object")]
    NotAnObject(&'static str),
    #[error("{0} must be a list")]
    NotAList(&'static str),
    #[error("{0} must be a string")]
    NotText(&'static str),
    #[error("{0} is required")]
    Required(&'static str),
    #[error("{0} must be at most {max} characters", max = fields::MAX_NAME)]
    TooLong(&'static str),
    #[error("{0} must not contain control characters")]
    Control(&'static str),
    #[error("evaluations must hold at most {0} items")]
    TooMany(usize),
    #[error("options.evaluations_semantic must be execute_all, deny_on_first_deny or permit_on_first_permit")]
    Semantic,
    #[error("page.limit must be a whole number of at least 1")]
    Limit,
}

impl Fault for BadRequest {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadRequest::ContentType => "body.content_type",
            BadRequest::Syntax(_) => "body.syntax",
            _ => "body.shape",
        }
    }
}

/// One of the entities of a question: as the evaluation itself gives it, else as all evaluations of a request share it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    name: &'static str,
    own: Option<&'a Fields>,
    shared: Option<&'a Fields>,
}

impl<'a> Part<'a> {
    fn read(fields: &'a Fields, name: &'static str) -> Result<Part<'a>, BadRequest> {
        Ok(Part { name, own: object(fields, name, name)?, shared: None })
    }

    fn or(self, shared: Part<'a>) -> Part<'a> {
        Part { shared: shared.own, ..self }
    }

    /// A member that must be there. The evaluation's own entity stands for itself, but may leave to the shared one what
    /// every entity needs.
    pub(super) fn text(&self, path: &'static str) -> Result<&'a str, BadRequest> {
        let key = path.rsplit('.').next().unwrap_or(path);
        if self.own.is_none() && self.shared.is_none() {
            return Err(BadRequest::Required(self.name));
        }
        let given = [self.own, self.shared].into_iter().flatten().find_map(|fields| present(fields, key));
        let text = given.ok_or(BadRequest::Required(path))?.as_str().ok_or(BadRequest::NotText(path))?;
        if text.chars().count() > fields::MAX_NAME {
            return Err(BadRequest::TooLong(path));
        }
        // Names go into the ledger.
        if text.chars().any(char::is_control) {
            return Err(BadRequest::Control(path));
        }
        Ok(text)
    }

    fn properties(&self, path: &'static str) -> Result<Option<&'a Fields>, BadRequest> {
        match self.own.or(self.shared) {
            Some(fields) => object(fields, "properties", path),
            None => Ok(None),
        }
    }
}

/// A question, as far as it is given: searches leave one part out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evaluation<'a> {
    pub(super) subject: Part<'a>,
    pub(super) action: Part<'a>,
    pub(super) resource: Part<'a>,
    context: Option<&'a Fields>,
}

impl<'a> Evaluation<'a> {
    pub(super) fn read(fields: &'a Fields) -> Result<Evaluation<'a>, BadRequest> {
        Ok(Evaluation {
            subject: Part::read(fields, "subject")?,
            action: Part::read(fields, "action")?,
            resource: Part::read(fields, "resource")?,
            context: object(fields, "context", "context")?,
        })
    }

    /// The same, with what it leaves out taken from `shared`.
    pub(super) fn or(self, shared: Evaluation<'a>) -> Evaluation<'a> {
        Evaluation {
            subject: self.subject.or(shared.subject),
            action: self.action.or(shared.action),
            resource: self.resource.or(shared.resource),
            context: self.context.or(shared.context),
        }
    }

    /// What the caller claims, as conditions see it: the context, with the properties of the entities laid over it.
    pub(super) fn claims(&self) -> atoll_base::Result<Value> {
        let mut claims = self.context.cloned().unwrap_or_default();
        let given = [
            ("subject", self.subject.properties("subject.properties")?),
            ("action", self.action.properties("action.properties")?),
            ("resource", self.resource.properties("resource.properties")?),
        ];
        for (key, properties) in given {
            if let Some(properties) = properties {
                claims.insert(key.to_owned(), Value::Object(properties.clone()));
            }
        }
        Ok(fields::json("context", Value::Object(claims))?)
    }
}

/// Which page of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page<'a> {
    pub(super) limit: Option<i64>,
    pub(super) token: Option<&'a str>,
}

impl<'a> Page<'a> {
    pub(super) fn read(fields: &'a Fields) -> Result<Page<'a>, BadRequest> {
        let Some(page) = object(fields, "page", "page")? else {
            return Ok(Page { limit: None, token: None });
        };
        let limit = present(page, "limit").map(|limit| match limit.as_u64() {
            Some(limit) if limit > 0 => Ok(i64::try_from(limit).unwrap_or(i64::MAX)),
            _ => Err(BadRequest::Limit),
        });
        let token =
            present(page, "token").map(|token| token.as_str().ok_or(BadRequest::NotText("page.token")));
        Ok(Page { limit: limit.transpose()?, token: token.transpose()? })
    }
}

/// A member that is there: null is as good as left out.
pub(super) fn present<'a>(fields: &'a Fields, key: &str) -> Option<&'a Value> {
    fields.get(key).filter(|value| !value.is_null())
}

/// A member that is an object where it is there.
pub(super) fn object<'a>(
    fields: &'a Fields,
    key: &str,
    path: &'static str,
) -> Result<Option<&'a Fields>, BadRequest> {
    present(fields, key).map(|value| value.as_object().ok_or(BadRequest::NotAnObject(path))).transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn an_entity_replaces_the_shared_one_but_for_what_it_must_have() {
        let shared = fields(json!({
            "resource": { "type": "record", "id": "r-1", "properties": { "status": "active" } },
            "context": { "shift": "night" },
        }));
        let shared = Evaluation::read(&shared).unwrap();
        let own = fields(json!({ "resource": { "id": "r-2" }, "context": {} }));
        let merged = Evaluation::read(&own).unwrap().or(shared);
        assert_eq!(merged.resource.text("resource.type"), Ok("record"));
        assert_eq!(merged.resource.text("resource.id"), Ok("r-2"));
        assert_eq!(merged.claims().unwrap(), json!({}));
        let nothing = Fields::new();
        let merged = Evaluation::read(&nothing).unwrap().or(shared);
        assert_eq!(merged.resource.text("resource.id"), Ok("r-1"));
        assert_eq!(merged.claims().unwrap(), json!({ "shift": "night", "resource": { "status": "active" } }));
        assert_eq!(merged.subject.text("subject.id"), Err(BadRequest::Required("subject")));
    }

    #[test]
    fn properties_win_over_the_context() {
        let given = fields(json!({
            "action": { "name": "delete", "properties": { "soft": true } },
            "subject": { "type": "user", "id": "alice", "properties": null },
            "context": { "action": "x", "subject": "y" },
        }));
        let claims = Evaluation::read(&given).unwrap().claims().unwrap();
        assert_eq!(claims, json!({ "action": { "soft": true }, "subject": "y" }));
    }

    #[test]
    fn a_limit_is_a_whole_number() {
        let page = |value| Page::read(&fields(json!({ "page": value }))).map(|page| page.limit);
        assert_eq!(page(json!({ "limit": 7 })), Ok(Some(7)));
        assert_eq!(page(json!({})), Ok(None));
        for bad in [json!(0), json!(-1), json!(1.5), json!("7"), json!([])] {
            assert_eq!(page(json!({ "limit": bad })), Err(BadRequest::Limit));
        }
        assert_eq!(page(json!([])), Err(BadRequest::NotAnObject("page")));
        assert_eq!(page(json!({ "token": 7 })), Err(BadRequest::NotText("page.token")));
    }
}
