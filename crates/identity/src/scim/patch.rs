//! Changing parts of a resource (RFC 7644 §3.5.2).

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::effort::Effort;
use super::fault::ScimFault;
use super::filter::{Attr, Filter, Op, parse_path};
use super::matching::{Found, field, matches_item};
use super::schema::{Attribute, Mutability, Noun, Type};
use super::values::{not_too_many, of_attribute};

/// The most operations of a request.
const MOST: usize = 1000;
/// Those are told apart by their value alone, and may be many.
const MEMBERS: &str = "members";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Add,
    Replace,
    Remove,
}

/// Carries out the operations of a request on what can be written of a resource.
pub(super) fn apply(
    noun: Noun,
    resource: &mut Map<String, Value>,
    request: &Map<String, Value>,
) -> Result<(), ScimFault> {
    let operations = field(request, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| ScimFault::Syntax("Operations must be a list".into()))?;
    if operations.is_empty() || operations.len() > MOST {
        return Err(ScimFault::Syntax(format!("Operations must hold between 1 and {MOST} operations")));
    }
    let mut effort = Effort::default();
    for operation in operations {
        let bad = || ScimFault::Syntax("an operation must be an object".into());
        one(noun, resource, operation.as_object().ok_or_else(bad)?, &mut effort)?;
    }
    Ok(())
}

fn one(
    noun: Noun,
    resource: &mut Map<String, Value>,
    operation: &Map<String, Value>,
    effort: &mut Effort,
) -> Result<(), ScimFault> {
    let name = field(operation, "op").and_then(Value::as_str).unwrap_or_default();
    let what = match name.to_ascii_lowercase().as_str() {
        "add" => What::Add,
        "replace" => What::Replace,
        "remove" => What::Remove,
        _ => return Err(ScimFault::Syntax("op must be add, replace or remove".into())),
    };
    let value = field(operation, "value");
    let path = match field(operation, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path.as_str()),
        Some(_) => return Err(ScimFault::Path("path must be a text".into())),
    };
    match (what, path, value) {
        (What::Remove, None, _) => Err(ScimFault::NoTarget("remove needs a path".into())),
        (What::Remove, Some(path), value) => {
            at_path(noun, resource, what, path, value.unwrap_or(&Value::Null), effort)
        }
        (_, _, None) => Err(ScimFault::Value("add and replace need a value".into())),
        (_, Some(path), Some(value)) => at_path(noun, resource, what, path, value, effort),
        (_, None, Some(Value::Object(fields))) => {
            for (path, value) in fields {
                // Whoever sends a whole resource back sends along what they cannot write.
                let own = Attr::parse(path).ok().and_then(|attr| Found::new(noun, &attr));
                let theirs = own.is_none_or(|found| found.attribute.mutability != Mutability::ReadOnly);
                let known = own.is_some() || noun.extension(path).is_some();
                if theirs && known {
                    at_path(noun, resource, what, path, value, effort)?;
                }
            }
            Ok(())
        }
        (_, None, Some(_)) => Err(ScimFault::Value("without a path, the value must be an object".into())),
    }
}

fn at_path(
    noun: Noun,
    resource: &mut Map<String, Value>,
    what: What,
    path: &str,
    value: &Value,
    effort: &mut Effort,
) -> Result<(), ScimFault> {
    if let Some(schema) = noun.extension(path) {
        return whole_extension(noun, resource, what, schema.id, value, effort);
    }
    let (attr, filter) = parse_path(path).map_err(|why| ScimFault::Path(why.to_string()))?;
    let unknown = || ScimFault::Path(format!("there is no attribute {attr}"));
    let found = Found::new(noun, &attr).ok_or_else(unknown)?;
    let (attribute, sub) = (found.attribute, found.sub);
    if [Some(attribute), sub].into_iter().flatten().any(|one| one.mutability == Mutability::ReadOnly) {
        return Err(ScimFault::Mutability(format!("{attr} cannot be changed")));
    }
    if what == What::Remove && sub.is_none() && attribute.required {
        return Err(ScimFault::Mutability(format!("{attr} cannot be removed")));
    }
    if what == What::Remove && attribute.mutability == Mutability::WriteOnly {
        return Err(ScimFault::Mutability(format!("{attr} cannot be removed, only replaced")));
    }
    if filter.is_some() && !attribute.many {
        return Err(ScimFault::Path(format!("{} has one value only", attribute.name)));
    }
    let mut fresh = Map::new();
    let holder = match found.extension {
        None => &mut *resource,
        Some(urn) => match resource.entry(urn).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(holder) => holder,
            _ => &mut fresh,
        },
    };
    effort.add(attribute, looks(holder, what, attribute, filter.as_ref(), value))?;
    change(holder, what, &found, filter.as_ref(), value)?;
    if let Some(urn) = found.extension
        && resource.get(urn).and_then(Value::as_object).is_some_and(Map::is_empty)
    {
        resource.remove(urn);
    }
    Ok(())
}

/// How many values an operation looks at: each that is there, with each that is given or asked for.
fn looks(
    holder: &Map<String, Value>,
    what: What,
    attribute: &Attribute,
    filter: Option<&Filter>,
    value: &Value,
) -> usize {
    let there = holder.get(attribute.name).and_then(Value::as_array).map_or(0, Vec::len);
    let given = value.as_array().map_or(1, Vec::len);
    match (filter, what) {
        (Some(filter), _) => there * filter.terms(),
        (None, What::Add) if attribute.name != MEMBERS => (there + given) * given,
        (None, _) => there + given,
    }
}

fn whole_extension(
    noun: Noun,
    resource: &mut Map<String, Value>,
    what: What,
    urn: &str,
    value: &Value,
    effort: &mut Effort,
) -> Result<(), ScimFault> {
    match (what, value) {
        (What::Remove, _) => {
            resource.remove(urn);
            Ok(())
        }
        (_, Value::Object(fields)) => {
            for (name, value) in fields {
                let path = format!("{urn}:{name}");
                // Some send the extension with the name of its schema inside.
                let known = Attr::parse(&path).ok().and_then(|attr| Found::new(noun, &attr));
                if known.is_some() {
                    at_path(noun, resource, what, &path, value, effort)?;
                }
            }
            Ok(())
        }
        _ => Err(ScimFault::Value(format!("{urn} must be an object"))),
    }
}

fn change(
    holder: &mut Map<String, Value>,
    what: What,
    found: &Found,
    filter: Option<&Filter>,
    value: &Value,
) -> Result<(), ScimFault> {
    let attribute = found.attribute;
    match (filter, found.sub) {
        (Some(filter), sub) => some_items(holder, what, attribute, filter, sub, value),
        (None, Some(sub)) if attribute.many => every_item(holder, what, attribute, sub, value),
        (None, Some(sub)) => {
            let object = holder.entry(attribute.name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(object) = object {
                set(object, what, sub, value)?;
            }
            if object.as_object().is_some_and(Map::is_empty) {
                holder.remove(attribute.name);
            }
            Ok(())
        }
        (None, None) if attribute.many => many(holder, what, attribute, value),
        (None, None) => set(holder, what, attribute, value),
    }
}

/// One value, or the parts of one.
fn set(
    holder: &mut Map<String, Value>,
    what: What,
    attribute: &Attribute,
    value: &Value,
) -> Result<(), ScimFault> {
    if what == What::Remove {
        holder.remove(attribute.name);
        return Ok(());
    }
    match (of_attribute(attribute, value)?, attribute.kind) {
        (None, _) => {
            if attribute.required {
                return Err(ScimFault::Mutability(format!("{} cannot be removed", attribute.name)));
            }
            holder.remove(attribute.name);
        }
        (Some(Value::Object(parts)), Type::Complex(_)) => {
            let object = holder.entry(attribute.name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(object) = object {
                object.extend(parts);
            }
        }
        (Some(value), _) => {
            holder.insert(attribute.name.into(), value);
        }
    }
    Ok(())
}

/// All values of an attribute, or some more.
fn many(
    holder: &mut Map<String, Value>,
    what: What,
    attribute: &Attribute,
    value: &Value,
) -> Result<(), ScimFault> {
    let given = match of_attribute(attribute, value)? {
        Some(Value::Array(given)) => given,
        _ => Vec::new(),
    };
    let mut items = match holder.remove(attribute.name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    match what {
        What::Replace => items = given,
        // With values, only those; some directories remove members like this.
        What::Remove if !given.is_empty() => {
            let gone: HashSet<String> = given.iter().map(|one| one["value"].to_string()).collect();
            items.retain(|item| item["value"].is_null() || !gone.contains(&item["value"].to_string()));
        }
        What::Remove => items.clear(),
        What::Add => {
            let mut values: HashSet<String> = items.iter().map(|item| item["value"].to_string()).collect();
            for one in given {
                let known = !values.insert(one["value"].to_string())
                    && (attribute.name == MEMBERS || items.contains(&one));
                if !known {
                    items.push(one);
                }
            }
        }
    }
    keep(holder, attribute, items)
}

/// A part of every value.
fn every_item(
    holder: &mut Map<String, Value>,
    what: What,
    attribute: &Attribute,
    sub: &Attribute,
    value: &Value,
) -> Result<(), ScimFault> {
    let mut items = match holder.remove(attribute.name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    if items.is_empty() && what != What::Remove {
        items.push(Value::Object(Map::new()));
    }
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        set(item, what, sub, value)?;
    }
    keep(holder, attribute, items)
}

/// The values that a filter chooses, or a part of each.
fn some_items(
    holder: &mut Map<String, Value>,
    what: What,
    attribute: &Attribute,
    filter: &Filter,
    sub: Option<&'static Attribute>,
    value: &Value,
) -> Result<(), ScimFault> {
    let mut items = match holder.get(attribute.name) {
        Some(Value::Array(items)) => items.clone(),
        _ => Vec::new(),
    };
    let mut chosen = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if matches_item(attribute, filter, item)? {
            chosen.push(at);
        }
    }
    if chosen.is_empty() {
        match what {
            What::Remove => return Ok(()),
            What::Replace => {
                return Err(ScimFault::NoTarget("no value fulfils the filter of the path".into()));
            }
            // What is added where nothing is yet gets what the filter says.
            What::Add => {
                items.push(wished(attribute, filter)?);
                chosen.push(items.len() - 1);
            }
        }
    }
    if what == What::Remove && sub.is_none() {
        let mut at = 0;
        items.retain(|_| {
            at += 1;
            chosen.binary_search(&(at - 1)).is_err()
        });
    } else {
        for at in chosen {
            let Value::Object(item) = &mut items[at] else { continue };
            match sub {
                Some(sub) => set(item, what, sub, value)?,
                None => {
                    let one = Value::Array(vec![value.clone()]);
                    let Some(Value::Array(mut one)) = of_attribute(attribute, &one)? else { continue };
                    if let Some(Value::Object(parts)) = one.pop() {
                        item.extend(parts);
                    }
                }
            }
            if item.get("primary") == Some(&Value::Bool(true)) {
                // The last in the list wins below.
                let primary = items.remove(at);
                items.push(primary);
                break;
            }
        }
    }
    keep(holder, attribute, items)
}

/// A value of which a filter's comparisons with `eq` are true.
fn wished(attribute: &Attribute, filter: &Filter) -> Result<Value, ScimFault> {
    let mut item = Map::new();
    let parts = match filter {
        Filter::And(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    for part in parts {
        if let Filter::Compare(attr, Op::Eq, value) = part
            && let Some(sub) = attribute.sub(&attr.name)
        {
            set(&mut item, What::Add, sub, value)?;
        }
    }
    Ok(Value::Object(item))
}

/// Puts values back, empty ones left out; of several that are primary the last stays so.
fn keep(
    holder: &mut Map<String, Value>,
    attribute: &Attribute,
    mut items: Vec<Value>,
) -> Result<(), ScimFault> {
    not_too_many(attribute, items.len())?;
    items.retain(|item| item.as_object().is_none_or(|item| !item.is_empty()));
    let last = items.iter().rposition(|item| item["primary"] == true);
    for (at, item) in items.iter_mut().enumerate() {
        if Some(at) != last && item["primary"] == true {
            item["primary"] = false.into();
        }
    }
    if items.is_empty() {
        holder.remove(attribute.name);
    } else {
        holder.insert(attribute.name.into(), Value::Array(items));
    }
    Ok(())
}

#[cfg(test)]
#[path = "patch_tests.rs"]
mod tests;
