//! The phrases of a scenario: rules and questions.

use super::ScenarioError;
use crate::object::ObjectType;
use crate::words::{Effect, ObjectKind};

/// `allow publish, subscribe on every resource:channel in plant`
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RulePhrase<'a> {
    /// None in the entries of a token, which only allow.
    pub(super) effect: Option<Effect>,
    pub(super) actions: Vec<&'a str>,
    pub(super) on: On<'a>,
    pub(super) tenant: Option<&'a str>,
}

/// Where a rule applies.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum On<'a> {
    /// `everything`
    Everything,
    /// `tenant <name>`
    Tenant(&'a str),
    /// `every <kind>`
    Kind(ObjectKind),
    /// `every <kind>:<sub>`
    Type(ObjectType),
    /// `only <name>`
    Only(&'a str),
    /// `<kind>:<sub> directly in <place>`
    DirectlyIn(ObjectType, &'a str),
    /// `<kind>:<sub> below <place>`
    Below(ObjectType, &'a str),
    /// `groups directly in <place>`
    GroupsDirectlyIn(&'a str),
    /// `groups below <place>`
    GroupsBelow(&'a str),
    /// `group <place>`
    Group(&'a str),
}

/// `may ann read telemetry`, `which resources may ann read`
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ask<'a> {
    May { subject: &'a str, action: &'a str, object: &'a str },
    Which { kind: ObjectKind, subject: &'a str, action: &'a str },
}

fn not_understood(phrase: &str) -> ScenarioError {
    ScenarioError(format!("'{phrase}' is not understood"))
}

pub(super) fn rule(phrase: &str) -> Result<RulePhrase<'_>, ScenarioError> {
    let wrong = || not_understood(phrase);
    let (actions, on) = phrase.split_once(" on ").ok_or_else(wrong)?;
    let (effect, actions) = match actions.split_once(' ') {
        Some(("allow", actions)) => (Some(Effect::Allow), actions),
        Some(("deny", actions)) => (Some(Effect::Deny), actions),
        _ => (None, actions),
    };
    let actions = actions.split(',').map(str::trim).collect();
    let mut words: Vec<&str> = on.split_whitespace().collect();
    let typed = |text: &str| text.parse::<ObjectType>().map_err(|_| wrong());
    // `directly in <place>` names a place; any other `in` at the end names the tenant.
    let tenant = match words[..] {
        [.., before, "in", tenant] if before != "directly" => {
            words.truncate(words.len() - 2);
            Some(tenant)
        }
        _ => None,
    };
    let on = match words[..] {
        ["everything"] => On::Everything,
        ["tenant", name] => On::Tenant(name),
        ["every", what] if what.contains(':') => On::Type(typed(what)?),
        ["every", what] => On::Kind(what.parse().map_err(|_| wrong())?),
        ["only", name] => On::Only(name),
        ["groups", "directly", "in", place] => On::GroupsDirectlyIn(place),
        ["groups", "below", place] => On::GroupsBelow(place),
        ["group", place] => On::Group(place),
        [what, "directly", "in", place] => On::DirectlyIn(typed(what)?, place),
        [what, "below", place] => On::Below(typed(what)?, place),
        _ => return Err(wrong()),
    };
    Ok(RulePhrase { effect, actions, on, tenant })
}

pub(super) fn ask(sentence: &str) -> Result<Ask<'_>, ScenarioError> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    match words[..] {
        ["may", subject, action, "to" | "on" | "from", object] | ["may", subject, action, object] => {
            Ok(Ask::May { subject, action, object })
        }
        ["which", kind, "may", subject, action] => {
            let kind = match kind {
                "entities" => ObjectKind::Entity,
                "resources" => ObjectKind::Resource,
                "groups" => ObjectKind::Group,
                "tenants" => ObjectKind::Tenant,
                _ => return Err(not_understood(sentence)),
            };
            Ok(Ask::Which { kind, subject, action })
        }
        _ => Err(not_understood(sentence)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_understood() {
        let channel = ObjectType::new(ObjectKind::Resource, "channel");
        let found = rule("allow publish, subscribe on every resource:channel in plant").unwrap();
        assert_eq!(found.effect, Some(Effect::Allow));
        assert_eq!(found.actions, ["publish", "subscribe"]);
        assert_eq!((found.on, found.tenant), (On::Type(channel.clone()), Some("plant")));
        let on = |phrase| rule(phrase).map(|rule| (rule.effect, rule.on, rule.tenant));
        assert_eq!(on("read on everything"), Ok((None, On::Everything, None)));
        let direct = On::DirectlyIn(channel.clone(), "hall");
        assert_eq!(
            on("deny read on resource:channel directly in hall"),
            Ok((Some(Effect::Deny), direct, None))
        );
        assert_eq!(on("read on resource:channel below hall"), Ok((None, On::Below(channel, "hall"), None)));
        assert_eq!(on("read on groups directly in hall"), Ok((None, On::GroupsDirectlyIn("hall"), None)));
        assert_eq!(on("read on only x in plant"), Ok((None, On::Only("x"), Some("plant"))));
        assert!(rule("read everything").is_err());
        assert!(rule("read on every chair").is_err());
        let may = Ask::May { subject: "ann", action: "publish", object: "x" };
        assert_eq!(ask("may ann publish to x"), Ok(may));
        assert!(ask("can ann publish x").is_err());
    }
}
