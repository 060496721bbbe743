//! One test of a condition: an operator and its operand.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Truth;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Equal(Value),
    Unequal(Value),
    Contains(Value),
    OneOf(Vec<Value>),
    Order(Order, Limit),
    /// An operator that does not exist, or one whose operand has a type it cannot take.
    Unfit,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Order {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Limit {
    Number(f64),
    Time(OffsetDateTime),
}

impl Limit {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64().map(Self::Number),
            Value::String(text) => OffsetDateTime::parse(text, &Rfc3339).ok().map(Self::Time),
            _ => None,
        }
    }
}

impl Test {
    /// The tests an entry stands for: equality with a literal, or one test for each operator.
    pub(super) fn compile(operand: &Value) -> Vec<Self> {
        match operand {
            Value::Object(operators) if !operators.is_empty() => {
                operators.iter().map(|(operator, operand)| Self::operator(operator, operand)).collect()
            }
            literal => vec![Self::Equal(literal.clone())],
        }
    }

    fn operator(operator: &str, operand: &Value) -> Self {
        let order = match operator {
            "eq" => return Self::Equal(operand.clone()),
            "neq" => return Self::Unequal(operand.clone()),
            "contains" => return Self::Contains(operand.clone()),
            "in" => return operand.as_array().map_or(Self::Unfit, |among| Self::OneOf(among.clone())),
            "gt" => Order::Greater,
            "gte" => Order::GreaterOrEqual,
            "lt" => Order::Less,
            "lte" => Order::LessOrEqual,
            _ => return Self::Unfit,
        };
        Limit::read(operand).map_or(Self::Unfit, |limit| Self::Order(order, limit))
    }

    /// Judges the actual value. `spelling` is a second way to write it, equal to it in every respect.
    pub(super) fn judge(&self, actual: &Value, spelling: Option<&str>) -> Truth {
        let equals = |wanted: &Value| {
            same(actual, wanted) || spelling.is_some_and(|text| wanted.as_str() == Some(text))
        };
        match self {
            Self::Equal(wanted) => Truth::of(equals(wanted)),
            Self::Unequal(unwanted) => Truth::of(!equals(unwanted)),
            Self::OneOf(among) => Truth::of(among.iter().any(equals)),
            Self::Contains(part) => contains(actual, part),
            Self::Order(order, limit) => order.judge(actual, limit),
            Self::Unfit => Truth::Unknown,
        }
    }
}

impl Order {
    fn judge(self, actual: &Value, limit: &Limit) -> Truth {
        let ordering = match (Limit::read(actual), limit) {
            (Some(Limit::Number(actual)), Limit::Number(limit)) => actual.partial_cmp(limit),
            (Some(Limit::Time(actual)), Limit::Time(limit)) => Some(actual.cmp(limit)),
            _ => None,
        };
        ordering.map_or(Truth::Unknown, |ordering| {
            Truth::of(match self {
                Self::Greater => ordering.is_gt(),
                Self::GreaterOrEqual => ordering.is_ge(),
                Self::Less => ordering.is_lt(),
                Self::LessOrEqual => ordering.is_le(),
            })
        })
    }
}

/// Equality of JSON: 1 and 1.0 are the same number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn contains(whole: &Value, part: &Value) -> Truth {
    match (whole, part) {
        (Value::String(whole), Value::String(part)) => Truth::of(whole.contains(part.as_str())),
        (Value::Array(members), member) => Truth::of(members.iter().any(|known| same(known, member))),
        (Value::Object(whole), Value::String(key)) => Truth::of(whole.contains_key(key)),
        (Value::Object(whole), Value::Object(part)) => {
            Truth::of(part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| same(whole, part))))
        }
        _ => Truth::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_operator_on_every_type() {
        use Truth::{False, True, Unknown};
        let table = [
            (json!("a"), json!("a"), True),
            (json!("a"), json!("b"), False),
            (json!(1), json!(1.0), True),
            (json!([1]), json!([1.0]), True),
            (json!([1]), json!([2]), False),
            (json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64), False),
            (json!(null), json!(null), True),
            (json!(true), json!("true"), False),
            (json!({}), json!({}), True),
            (json!({"a": 1}), json!({}), False),
            (json!({"a": 1}), json!({"eq": {"a": 1}}), True),
            (json!({"a": 1}), json!({"a": 1}), Unknown),
            (json!("a"), json!({"neq": "b"}), True),
            (json!("a"), json!({"neq": "a"}), False),
            (json!("abc"), json!({"contains": "b"}), True),
            (json!("abc"), json!({"contains": "x"}), False),
            (json!("abc"), json!({"contains": 1}), Unknown),
            (json!([1, 2]), json!({"contains": 2}), True),
            (json!([1, 2]), json!({"contains": 3}), False),
            (json!({"a": 1}), json!({"contains": "a"}), True),
            (json!({"a": 1, "b": 2}), json!({"contains": {"a": 1}}), True),
            (json!({"a": 1}), json!({"contains": {"a": 2}}), False),
            (json!({"a": 1}), json!({"contains": 1}), Unknown),
            (json!(7), json!({"contains": 7}), Unknown),
            (json!(2), json!({"in": [1, 2]}), True),
            (json!(3), json!({"in": [1, 2]}), False),
            (json!(3), json!({"in": 3}), Unknown),
            (json!(3), json!({"gt": 2}), True),
            (json!(2), json!({"gt": 2}), False),
            (json!(2), json!({"gte": 2, "lte": 2}), True),
            (json!(2), json!({"lt": 2.5}), True),
            (json!("2"), json!({"lt": 3}), Unknown),
            (json!("2026-01-01T00:00:00Z"), json!({"lt": "2026-01-01T02:00:00+01:00"}), True),
            (json!("2026-01-01T00:00:00Z"), json!({"gte": "2026-01-01T02:00:00+01:00"}), False),
            (json!("soon"), json!({"lt": "2026-01-01T00:00:00Z"}), Unknown),
            (json!("2026-01-01T00:00:00Z"), json!({"lt": "later"}), Unknown),
            (json!(1), json!({"almost": 1}), Unknown),
            (json!(1), json!({"almost": 1, "gt": 5}), False),
            (json!(1), json!({"almost": 1, "gt": 0}), Unknown),
        ];
        for (actual, operand, expected) in table {
            let found = Test::compile(&operand)
                .iter()
                .fold(Truth::True, |all, test| all.and(test.judge(&actual, None)));
            assert_eq!(found, expected, "{actual} against {operand}");
        }
    }
}
