//! What a token may be used for, as rows of a form.

use serde_json::{Value, json};

use super::{list, text};
use crate::api::Refusal;
use crate::filled::Filled;
use crate::sign_in::lacking;
use crate::words::Words;

/// The most rows, as many as the door takes.
const MOST: usize = 100;

/// Where a permission counts.
pub(super) const SCOPES: [&str; 5] = ["platform", "tenant", "object_kind", "object_type", "object"];

/// One row, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Permission {
    pub(super) actions: String,
    pub(super) scope: String,
    pub(super) kind: String,
    pub(super) object_type: String,
    pub(super) object: String,
    pub(super) tenant: String,
    pub(super) conditions: String,
}

impl Permission {
    /// As the door tells it.
    pub(super) fn read(one: &Value) -> Permission {
        let actions = list(&one["actions"]).iter().filter_map(Value::as_str).collect::<Vec<_>>();
        let conditions =
            Some(&one["conditions"]).filter(|all| all.as_object().is_some_and(|all| !all.is_empty()));
        Permission {
            actions: actions.join(", "),
            scope: text(&one["scopeMode"]),
            kind: text(&one["objectKind"]),
            object_type: text(&one["objectType"]),
            object: text(&one["objectId"]),
            tenant: text(&one["tenantId"]),
            conditions: conditions.map(Value::to_string).unwrap_or_default(),
        }
    }

    /// Every row of a form.
    pub(super) fn all(filled: &Filled) -> Vec<Permission> {
        let rows = filled.text("rows").parse::<usize>().unwrap_or(1).clamp(1, MOST);
        let row = |nth: usize| {
            let of = |name: &str| filled.text(&format!("{name}-{nth}")).to_owned();
            Permission {
                actions: of("actions"),
                scope: of("scope"),
                kind: of("kind"),
                object_type: of("type"),
                object: of("object"),
                tenant: of("tenant"),
                conditions: of("conditions"),
            }
        };
        (0..rows).map(row).collect()
    }

    /// Whether nothing was typed; the scope is always chosen.
    pub(super) fn is_empty(&self) -> bool {
        Permission { scope: String::new(), ..self.clone() } == Permission::default()
    }

    /// As the door takes it. What the scope has no use for is left out.
    fn input(&self, words: Words) -> Result<Value, Refusal> {
        let actions: Vec<&str> =
            self.actions.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
        let mut input = json!({ "actions": actions, "scopeMode": self.scope });
        let wanted: &[(&str, &String)] = match self.scope.as_str() {
            "tenant" => &[("tenantId", &self.tenant)],
            "object_kind" => &[("objectKind", &self.kind), ("tenantId", &self.tenant)],
            "object_type" => {
                &[("objectKind", &self.kind), ("objectType", &self.object_type), ("tenantId", &self.tenant)]
            }
            "object" => &[("objectId", &self.object)],
            _ => &[],
        };
        for (name, value) in wanted.iter().filter(|(_, value)| !value.is_empty()) {
            input[*name] = json!(value);
        }
        if !self.conditions.is_empty() {
            let read = serde_json::from_str::<Value>(&self.conditions).ok().filter(Value::is_object);
            input["conditions"] = read.ok_or_else(|| lacking(words, "token-bad-conditions"))?;
        }
        Ok(input)
    }

    /// Every row that holds something, as the door takes them.
    pub(super) fn inputs(all: &[Permission], words: Words) -> Result<Vec<Value>, Refusal> {
        all.iter().filter(|one| !one.is_empty()).map(|one| one.input(words)).collect()
    }

    /// In words: what, and where.
    pub(super) fn told(&self, words: Words) -> String {
        let scope = words.say(&format!("token-scope-{}", self.scope.replace('_', "-")));
        let parts = [&self.kind, &self.object_type, &self.object, &self.tenant];
        let parts: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let on = if parts.is_empty() { scope } else { format!("{scope}: {}", parts.join(", ")) };
        words.tell("token-permission", &[("actions", self.actions.as_str()), ("on", on.as_str())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_row_holds_what_its_scope_has_use_for() {
        let row = Permission {
            actions: "read, ,write".into(),
            scope: "object".into(),
            object: "o".into(),
            tenant: "t".into(),
            ..Permission::default()
        };
        let words = Words::of(Language::English);
        let expected = json!({ "actions": ["read", "write"], "scopeMode": "object", "objectId": "o" });
        assert_eq!(row.input(words), Ok(expected));
        let bad = Permission { conditions: "[".into(), ..row };
        assert!(bad.input(words).is_err());
    }

    #[test]
    fn rows_in_which_nothing_stands_do_not_count() {
        let empty = Permission { scope: "tenant".into(), ..Permission::default() };
        assert_eq!(Permission::inputs(&[empty], Words::of(Language::English)), Ok(vec![]));
    }

    #[test]
    fn what_the_door_tells_can_be_sent_again() {
        let told = json!({
            "actions": ["read"], "scopeMode": "object_kind", "objectKind": "resource", "objectType": null,
            "objectId": null, "tenantId": "t", "conditions": { "context.x": 1 },
        });
        let sent = Permission::read(&told).input(Words::of(Language::English));
        let expected = json!({
            "actions": ["read"], "scopeMode": "object_kind", "objectKind": "resource", "tenantId": "t",
            "conditions": { "context.x": 1 },
        });
        assert_eq!(sent, Ok(expected));
    }
}
