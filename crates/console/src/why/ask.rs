//! Asking for a decision, with all that led to it where one may see that.

use serde_json::{Value, json};

use super::PATH;
use crate::Console;
use crate::api::Refusal;
use crate::visitor::{Person, Visitor};

const EXPLAIN: &str = "mutation($input: AuthzCheckInput!) {
  authzExplain(input: $input) { allowed reason sentence revision resource considered turns }
}";
const CHECK: &str = "mutation($input: AuthzCheckInput!) {
  authzCheck(input: $input) { allowed reason revision }
}";

/// A question, as it stands in the address of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) subject: String,
    pub(super) action: String,
    pub(super) object_kind: String,
    pub(super) object_id: String,
    pub(super) context: String,
    pub(super) as_of: String,
}

/// What came of a question.
pub(super) enum Told {
    /// It is not whole yet.
    Nothing,
    /// The context is not JSON.
    BadContext,
    /// The decision, and how it came about.
    Explained(Value),
    /// The decision alone; and why there is no more.
    Checked(Value, Refusal),
    /// Nothing at all.
    Refused(Refusal),
}

impl Question {
    /// The question of an address; `me` is whoever asks.
    pub(super) fn read(visitor: &Visitor, me: &str) -> Question {
        let text = |name: &str| visitor.query(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let subject = text("subject");
        Question {
            subject: if subject == "me" { me.to_owned() } else { subject },
            action: text("action"),
            object_kind: text("objectKind"),
            object_id: text("objectId"),
            context: text("context"),
            as_of: text("asOf"),
        }
    }

    /// Whether it can be asked.
    pub(super) fn is_whole(&self) -> bool {
        let named = self.object_kind == "platform" || !self.object_id.is_empty();
        named && ![&self.subject, &self.action, &self.object_kind].iter().any(|part| part.is_empty())
    }

    /// The page with this question.
    pub(super) fn address(&self) -> String {
        let all = [
            ("subject", &self.subject),
            ("action", &self.action),
            ("objectKind", &self.object_kind),
            ("objectId", &self.object_id),
            ("context", &self.context),
            ("asOf", &self.as_of),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(all.iter().filter(|(_, value)| !value.is_empty()));
        format!("{PATH}?{}", query.finish())
    }

    /// As GraphQL takes it; none when the context is not JSON.
    fn input(&self) -> Option<Value> {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let context: Option<Value> = match self.context.as_str() {
            "" => None,
            text => Some(serde_json::from_str(text).ok()?),
        };
        let object = some(&self.object_id).filter(|_| self.object_kind != "platform");
        Some(json!({
            "subjectId": self.subject,
            "action": self.action,
            "objectKind": self.object_kind,
            "objectId": object,
            "context": context,
            "asOf": some(&self.as_of),
        }))
    }
}

/// Asks; where one may not see how a decision came about, for the decision alone.
pub(super) async fn ask(console: &Console, person: &Person, question: &Question) -> Told {
    if !question.is_whole() {
        return Told::Nothing;
    }
    let Some(input) = question.input() else { return Told::BadContext };
    let variables = json!({ "input": input });
    let refusal = match console.api.ask(&person.visitor, EXPLAIN, variables.clone()).await {
        Ok(mut data) => return Told::Explained(data["authzExplain"].take()),
        Err(refusal) if refusal.kind == "denied" => refusal,
        Err(refusal) => return Told::Refused(refusal),
    };
    match console.api.ask(&person.visitor, CHECK, variables).await {
        Ok(mut data) => Told::Checked(data["authzCheck"].take(), refusal),
        Err(refusal) => Told::Refused(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_needs_who_what_and_on_what() {
        let mut question = Question {
            subject: "s".into(),
            action: "read".into(),
            object_kind: "resource".into(),
            ..Question::default()
        };
        assert!(!question.is_whole());
        question.object_kind = "platform".into();
        assert!(question.is_whole());
        assert_eq!(question.address(), "/why?subject=s&action=read&objectKind=platform");
    }

    #[test]
    fn the_context_is_json_or_nothing() {
        let with = |context: &str| Question { context: context.into(), ..Question::default() }.input();
        assert_eq!(with("{").map(|_| ()), None);
        assert_eq!(with("{\"a\":1}").map(|input| input["context"].clone()), Some(json!({ "a": 1 })));
        assert_eq!(with("").map(|input| input["context"].clone()), Some(Value::Null));
    }
}
