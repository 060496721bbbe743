//! How much one request may make this house look through.

use std::collections::HashMap;

use super::fault::ScimFault;
use super::schema::Attribute;

/// How often a request may look at as many values as an attribute can have.
const MOST_ROUNDS: usize = 1200;

/// How many values of each attribute a request has looked at.
#[derive(Debug, Default)]
pub(super) struct Effort(HashMap<&'static str, usize>);

impl Effort {
    /// Notes that values of an attribute are looked at.
    pub(super) fn add(&mut self, attribute: &Attribute, values: usize) -> Result<(), ScimFault> {
        let all = self.0.entry(attribute.name).or_default();
        *all = all.saturating_add(values);
        match *all > MOST_ROUNDS * attribute.most {
            true => {
                Err(ScimFault::TooMany(format!("too much is to be done with {} at once", attribute.name)))
            }
            false => Ok(()),
        }
    }
}
