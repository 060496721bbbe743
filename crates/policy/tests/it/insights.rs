//! What is said beyond a decision holds: fates add up, and every turn that is told turns the answer round.

use atoll_policy::{Change, Fact, FactKey, Fate, Question, Turn, World};
use proptest::prelude::*;

pub(crate) fn hold(
    world: &World,
    question: &Question<'_>,
    facts: &[Fact],
    note: &dyn Fn(&str),
) -> Result<(), TestCaseError> {
    let decision = world.decide(question).unwrap();
    let insight = world.insight(question).unwrap();
    prop_assert_eq!((insight.allowed, &insight.reason), (decision.allowed, &decision.reason.to_string()));
    let met = |fate: Fate| insight.considered.iter().any(|considered| considered.fate == fate);
    let by_grants = match decision.reason.to_string().as_str() {
        "allowed" => met(Fate::Allows) && !met(Fate::Denies),
        "no matching allow policy" => !met(Fate::Allows) && !met(Fate::Outweighed) && !met(Fate::Denies),
        "denied by access token permission ceiling" => met(Fate::AboveCeiling) && !met(Fate::Denies),
        reason if reason.starts_with("explicitly") => met(Fate::Denies) && !met(Fate::Allows),
        _ => insight.considered.is_empty(),
    };
    prop_assert!(by_grants, "{:#?}", insight);
    note("insight");
    if insight.turns.is_empty() {
        return Ok(());
    }
    note(if insight.allowed { "how to lose" } else { "how to gain" });
    prop_assert!(insight.sentence.contains("if you"));
    if insight.turns.len() >= 12 {
        return Ok(());
    }
    // Every single grant whose loss decides is told.
    for fact in facts {
        let turn = match fact.key() {
            FactKey::DirectPolicy { id } => Turn::RemovePolicy { policy: id },
            FactKey::Assignment { id } => {
                let Some(Fact::Assignment { role, .. }) = world.fact(&fact.key()) else { continue };
                let role = world.role(role).map_or_else(String::new, |row| row.name.to_owned());
                Turn::RemoveAssignment { assignment: id, role }
            }
            _ => continue,
        };
        let without = world.apply(&[Change::Drop(fact.key())]);
        let turned = without.decide(question).unwrap().allowed != insight.allowed;
        prop_assert_eq!(insight.turns.contains(&turn), turned, "{:?} {:#?}", turn, insight);
    }
    Ok(())
}
