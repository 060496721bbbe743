//! A decision, asked for at a terminal.

use std::process::ExitCode;

use atoll_base::settings::Settings;
use atoll_base::time::{Clock as _, SystemClock};
use atoll_policy::{Binding, Effect, Explanation, Question, Selector, SkipReason};
use comfy_table::Color;
use serde_json::{Value, json};

use crate::cli::Check;
use crate::failure::{DENIED, Ended, Failure};
use crate::terminal::Terminal;
use crate::{find_entity, ground, store};

/// Carries out `atoll check`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Check) -> Ended {
    let db = store::open(&settings).await?;
    let subject = find_entity::find(&db, &args.subject).await?;
    let world = ground::decisions(&db, &settings).await?.world()?;
    db.close().await?;
    let nothing = json!({});
    let question = Question {
        subject,
        action: &args.action,
        object: Selector::object(args.object.0),
        context: args.context.as_ref().unwrap_or(&nothing),
        session: &nothing,
        now: SystemClock.now().0,
        ceiling: None,
        administrative: false,
    };
    let explanation = world.explain(&question).map_err(|why| Failure::usage(why.to_string()))?;
    if args.json {
        terminal.say(answer(&explanation, args.explain));
    } else {
        say(terminal, &explanation, args.explain);
    }
    Ok(if explanation.allowed { ExitCode::SUCCESS } else { ExitCode::from(DENIED) })
}

fn answer(explanation: &Explanation, whole: bool) -> Value {
    if whole {
        explanation.to_json()
    } else {
        json!({ "allowed": explanation.allowed, "reason": explanation.reason.to_string() })
    }
}

fn say(terminal: Terminal, explanation: &Explanation, whole: bool) {
    let paint = terminal.paint();
    let verdict = if explanation.allowed { paint.good("allowed") } else { paint.bad("denied") };
    terminal.say(format!("{verdict}: {}", explanation.sentence()));
    if !whole || explanation.evaluated_bindings.is_empty() {
        return;
    }
    let mut table =
        terminal.table(&["Counts", "Effect", "Where", "Through", "Conditions", "Why not", "Block"]);
    for Considered { binding, skipped } in considered(&explanation.evaluated_bindings) {
        let effect = match binding.effect {
            Effect::Allow => terminal.cell("allow", Color::Green),
            Effect::Deny => terminal.cell("deny", Color::Red),
        };
        table.add_row([
            if skipped.is_none() { terminal.strong_cell("yes") } else { "no".into() },
            effect,
            scope(binding.scope_kind, binding.scope_ref.as_deref()).into(),
            through(&binding.via, binding.role_name.as_deref()).into(),
            conditions(&binding.conditions, binding.condition.is_some()).into(),
            skipped.map(why_not).unwrap_or_default().into(),
            binding.block_id.to_string().into(),
        ]);
    }
    terminal.say(format!("\n{}", table.trim_fmt()));
}

/// A block as one holder has it, and what kept it from counting. An explanation has a line for each of its actions.
struct Considered<'a> {
    binding: &'a Binding,
    skipped: Option<SkipReason>,
}

fn considered(bindings: &[Binding]) -> Vec<Considered<'_>> {
    let mut blocks: Vec<Considered<'_>> = Vec::new();
    for binding in bindings {
        let skipped = binding.skip_reason;
        let same = |one: &&mut Considered<'_>| {
            (one.binding.id, one.binding.block_id) == (binding.id, binding.block_id)
        };
        match blocks.iter_mut().find(same) {
            Some(one) if closeness(skipped) > closeness(one.skipped) => {
                *one = Considered { binding, skipped }
            }
            Some(_) => {}
            None => blocks.push(Considered { binding, skipped }),
        }
    }
    blocks
}

/// How close an action of a block came to counting.
const fn closeness(skipped: Option<SkipReason>) -> u8 {
    match skipped {
        Some(SkipReason::ScopeMismatch) => 0,
        Some(SkipReason::GrantMismatch) => 1,
        Some(SkipReason::NotYet | SkipReason::Expired) => 2,
        Some(SkipReason::ConditionsMismatch) => 3,
        None => 4,
    }
}

const fn why_not(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::ScopeMismatch => "does not cover the object",
        SkipReason::GrantMismatch => "is about other actions",
        SkipReason::NotYet => "has not begun",
        SkipReason::Expired => "has ended",
        SkipReason::ConditionsMismatch => "its conditions do not hold",
    }
}

fn scope(kind: &str, reference: Option<&str>) -> String {
    reference.map_or_else(|| kind.to_owned(), |reference| format!("{kind} {reference}"))
}

fn through(via: &str, role: Option<&str>) -> String {
    role.map_or_else(|| via.to_owned(), |role| format!("{via}, role {role}"))
}

fn conditions(conditions: &Value, unjudged: bool) -> String {
    match (conditions, unjudged) {
        (Value::Object(map), _) if map.is_empty() => String::new(),
        (conditions, true) => format!("{conditions} (cannot be judged)"),
        (conditions, false) => conditions.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use atoll_policy::{BindingResult, GrantKind};

    use super::*;

    #[test]
    fn cells_read_like_words() {
        assert_eq!(scope("platform", None), "platform");
        assert_eq!(scope("object", Some("7")), "object 7");
        assert_eq!(through("group:staff", Some("reader")), "group:staff, role reader");
        assert_eq!(conditions(&json!({}), false), "");
        assert!(conditions(&json!({"a": 1}), true).ends_with("(cannot be judged)"));
    }

    #[test]
    fn a_block_is_shown_once_with_the_action_that_came_closest() {
        let binding = |block: u128, skipped: Option<SkipReason>| Binding {
            id: uuid::Uuid::from_u128(1),
            block_id: uuid::Uuid::from_u128(block),
            effect: Effect::Allow,
            grant_kind: GrantKind::Capability,
            grant_id: uuid::Uuid::nil(),
            role_name: None,
            role_path: None,
            scope_kind: "platform",
            scope_ref: None,
            conditions: json!({}),
            via: "direct".into(),
            result: if skipped.is_none() { BindingResult::Matched } else { BindingResult::Skipped },
            skip_reason: skipped,
            condition: None,
        };
        let bindings = [
            binding(1, Some(SkipReason::GrantMismatch)),
            binding(1, None),
            binding(1, Some(SkipReason::GrantMismatch)),
            binding(2, Some(SkipReason::ScopeMismatch)),
        ];
        let shown: Vec<_> =
            considered(&bindings).iter().map(|one| (one.binding.block_id.as_u128(), one.skipped)).collect();
        assert_eq!(shown, [(1, None), (2, Some(SkipReason::ScopeMismatch))]);
    }
}
