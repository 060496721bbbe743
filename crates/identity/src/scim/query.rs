//! What a list is asked for.

use serde_json::{Map, Value};

use super::fault::ScimFault;
use super::filter::{Attr, Filter};
use super::matching::field;
use super::select::Select;

/// The most resources of an answer.
pub const MOST_RESULTS: u64 = 200;
/// How many without a wish.
const USUAL: u64 = 100;
/// The furthest that a list is entered.
const FURTHEST: u64 = 1_000_000;

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Which resources.
    pub filter: Option<Filter>,
    /// By what they are sorted.
    pub sort_by: Option<Attr>,
    /// Whether large values come first.
    pub descending: bool,
    /// How many to leave out at the beginning.
    pub skip: u64,
    /// How many to show.
    pub count: u64,
    /// What to show of each.
    pub select: Select,
}

impl Query {
    /// From the pairs of an address.
    pub fn of_pairs(pairs: &[(String, String)]) -> Result<Query, ScimFault> {
        let mut fields = Map::new();
        for (name, value) in pairs {
            let is_list =
                ["attributes", "excludedAttributes"].iter().any(|list| list.eq_ignore_ascii_case(name));
            let value = match is_list {
                true => value.split(',').map(Value::from).collect(),
                false => Value::from(value.as_str()),
            };
            fields.insert(name.clone(), value);
        }
        Query::of_fields(&fields)
    }

    /// From the fields of a search.
    pub fn of_fields(fields: &Map<String, Value>) -> Result<Query, ScimFault> {
        let text =
            |name: &str| field(fields, name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let start = number(fields, "startIndex")?.unwrap_or(1).max(1);
        let count = number(fields, "count")?.map(|count| u64::try_from(count.max(0)).unwrap_or(0));
        let descending = match text("sortOrder").map(str::to_ascii_lowercase).as_deref() {
            None | Some("ascending") => false,
            Some("descending") => true,
            Some(_) => return Err(ScimFault::Value("sortOrder is ascending or descending".into())),
        };
        Ok(Query {
            filter: text("filter").map(Filter::parse).transpose()?,
            sort_by: text("sortBy").map(Attr::parse).transpose()?,
            descending,
            skip: (u64::try_from(start).unwrap_or(1) - 1).min(FURTHEST),
            count: count.unwrap_or(USUAL).min(MOST_RESULTS),
            select: Select::new(names(fields, "attributes")?, names(fields, "excludedAttributes")?)?,
        })
    }
}

fn number(fields: &Map<String, Value>, name: &str) -> Result<Option<i64>, ScimFault> {
    let bad = || ScimFault::Value(format!("{name} must be a whole number"));
    match field(fields, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| bad()),
        Some(value) => value.as_i64().map(Some).ok_or_else(bad),
    }
}

fn names(fields: &Map<String, Value>, name: &str) -> Result<Vec<String>, ScimFault> {
    let bad = || ScimFault::Value(format!("{name} must be a list of names"));
    match field(fields, name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(names)) => {
            names.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(bad)).collect()
        }
        Some(_) => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_brought_within_bounds() {
        let read = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            Query::of_pairs(&pairs)
        };
        let query = read(&[("startindex", "0"), ("COUNT", "-3"), ("sortBy", "userName")]).unwrap();
        assert_eq!((query.skip, query.count, query.sort_by.is_some()), (0, 0, true));
        assert_eq!(read(&[("count", "100000"), ("startIndex", "11")]).unwrap().count, MOST_RESULTS);
        assert_eq!(read(&[]).unwrap().count, USUAL);
        for bad in [("count", "many"), ("sortOrder", "up"), ("filter", "x"), ("sortBy", "1")] {
            assert!(read(&[bad]).is_err(), "{bad:?}");
        }
    }
}
