//! A decision, asked for at a terminal.

use std::process::ExitCode;

use atoll_base::settings::Settings;
use atoll_policy::{BindingResult, Effect, Explanation, Question, Selector};
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
    for binding in &explanation.evaluated_bindings {
        let matched = binding.result == BindingResult::Matched;
        let effect = match binding.effect {
            Effect::Allow => terminal.cell("allow", Color::Green),
            Effect::Deny => terminal.cell("deny", Color::Red),
        };
        table.add_row([
            if matched { terminal.strong_cell("yes") } else { "no".into() },
            effect,
            scope(binding.scope_kind, binding.scope_ref.as_deref()).into(),
            through(&binding.via, binding.role_name.as_deref()).into(),
            conditions(&binding.conditions, binding.condition.is_some()).into(),
            binding.skip_reason.map(|why| word(&json!(why))).unwrap_or_default().into(),
            binding.block_id.to_string().into(),
        ]);
    }
    terminal.say(format!("\n{}", table.trim_fmt()));
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

/// `scope_mismatch` as people read it.
fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_like_words() {
        assert_eq!(scope("platform", None), "platform");
        assert_eq!(scope("object", Some("7")), "object 7");
        assert_eq!(through("group:staff", Some("reader")), "group:staff, role reader");
        assert_eq!(word(&json!(atoll_policy::SkipReason::ScopeMismatch)), "scope mismatch");
        assert_eq!(conditions(&json!({}), false), "");
        assert!(conditions(&json!({"a": 1}), true).ends_with("(cannot be judged)"));
    }
}
