//! Conditions of a permission block: compiled once, then judged three-valued.

mod compare;
mod roots;

use std::sync::Arc;

use serde_json::Value;

use compare::Test;
use roots::Root;
pub(crate) use roots::Roots;

/// What a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be judged: the path is missing, the type is wrong for the operator, the operator does not exist,
    /// or the conditions are not an object.
    Unknown,
}

impl Truth {
    pub(crate) const fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// False if either is, else unknown if either is, else true.
    const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::True, Self::True) => Self::True,
        }
    }
}

/// Compiled conditions: a JSON object of `"dot.path": literal or {operator: operand}`, all of which must hold.
///
/// Paths start with `entity`, `resource`, `object`, `tenant`, `context` or `session` and step through object keys.
/// Operators are `eq`, `neq`, `contains`, `in`, `gt`, `gte`, `lt` and `lte`.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    raw: Value,
    /// None if the conditions are not an object.
    entries: Option<Vec<Entry>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    path: Path,
    tests: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(crate) keys: Box<[Box<str>]>,
}

impl Path {
    fn compile(text: &str) -> Self {
        let mut parts = text.split('.');
        let root = Root::named(parts.next().unwrap_or_default());
        Self { root, keys: parts.map(Box::from).collect() }
    }
}

impl Conditions {
    /// Compiles conditions; `None` means unconditional (`{}`).
    pub fn compile(raw: &Value) -> Option<Arc<Self>> {
        let entries = match raw {
            Value::Object(entries) if entries.is_empty() => return None,
            Value::Object(entries) => Some(
                entries
                    .iter()
                    .map(|(path, operand)| Entry { path: Path::compile(path), tests: Test::compile(operand) })
                    .collect(),
            ),
            _ => None,
        };
        Some(Arc::new(Self { raw: raw.clone(), entries }))
    }

    /// The JSON they were compiled from.
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    /// The paths that do not hold or cannot be judged; `(conditions)` if these are not an object.
    pub(crate) fn unmet(&self, roots: &Roots<'_>) -> Vec<String> {
        let (Some(entries), Value::Object(texts)) = (&self.entries, &self.raw) else {
            return vec!["(conditions)".to_owned()];
        };
        let unmet = entries.iter().zip(texts.keys()).filter(|(entry, _)| entry.judge(roots) != Truth::True);
        unmet.map(|(_, path)| path.clone()).collect()
    }

    pub(crate) fn judge(&self, roots: &Roots<'_>) -> Truth {
        let Some(entries) = &self.entries else { return Truth::Unknown };
        let mut all = Truth::True;
        for entry in entries {
            all = all.and(entry.judge(roots));
            if all == Truth::False {
                break;
            }
        }
        all
    }
}

impl Entry {
    fn judge(&self, roots: &Roots<'_>) -> Truth {
        let Some(actual) = roots.resolve(&self.path) else { return Truth::Unknown };
        let spelling = roots.other_spelling(&self.path);
        self.tests.iter().fold(Truth::True, |all, test| all.and(test.judge(&actual, spelling)))
    }
}
