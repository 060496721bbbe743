//! Choices read off one number: the smaller the number, the plainer the choices, so that shrinking it makes a case
//! plainer. Zero means the first of everything.

use serde_json::{Value, json};
use uuid::Uuid;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Digits(pub(crate) u128);

impl Digits {
    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let count = count as u128;
        let digit = self.0 % count;
        self.0 /= count;
        usize::try_from(digit).expect("less than a usize")
    }

    pub(crate) fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// True in `share` of 16 cases, the plain case being false.
    pub(crate) fn sixteenths(&mut self, share: usize) -> bool {
        self.below(16) >= 16 - share
    }

    /// A tenant, or none for the platform.
    pub(crate) fn tenant(&mut self) -> Option<Uuid> {
        let choices = [Some(0), None, Some(0), Some(1), Some(0), None, Some(0), Some(2), Some(0), Some(1)];
        self.one_of(&choices).map(|n| id(Class::Tenant, n))
    }

    pub(crate) fn attributes(&mut self) -> Value {
        self.one_of(&[
            json!({}),
            json!({"level": 3, "site": "north"}),
            json!({"level": 1.0, "tags": ["x", "y"], "since": "2026-01-01T00:00:00Z"}),
            json!({"level": null, "tags": {"x": 1}, "site": "n"}),
            json!({}),
            json!({"level": "high", "since": "2026-06-01T00:00:00+02:00", "deep": {"level": 2}}),
        ])
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Tenant = 1,
    Entity,
    Resource,
    PrincipalGroup,
    ObjectGroup,
    Credential,
    Action,
    Block,
    Role,
    Assignment,
    Policy,
}

pub(crate) fn id(class: Class, number: usize) -> Uuid {
    Uuid::from_u128(((class as u128) << 64) | number as u128)
}
