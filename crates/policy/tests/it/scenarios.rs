//! Every scenario file, against the engine and against the oracle.

use std::collections::BTreeSet;

use atoll_policy::oracle::Oracle;
use atoll_policy::scenario::{DIRECTORY, Expected, Line, Scenario};
use atoll_policy::{Fact, ObjectRef, World};

fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(DIRECTORY)
        .expect("the folder with the scenarios is there")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn engine_and_oracle_follow_the_scenarios() {
    let mut failures = Vec::new();
    let (mut scopes, mut lines) = (BTreeSet::new(), 0);
    let files = files();
    for (name, text) in &files {
        let scenario = match Scenario::parse(text) {
            Ok(scenario) => scenario,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        let world = scenario.world();
        let oracle = Oracle::new(scenario.strict, scenario.facts.clone());
        scopes.extend(scenario.facts.iter().filter_map(|fact| match fact {
            Fact::Block { scope, .. } => Some(scope.mode()),
            _ => None,
        }));
        for line in &scenario.lines {
            lines += 1;
            let found = answers(&scenario, &world, &oracle, line);
            for (who, found) in found {
                if found != line.expected {
                    failures.push(format!(
                        "{name}: {}: {who} says {found:?}, not {:?}",
                        line.sentence, line.expected
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(scopes.len(), 10, "every scope mode has to occur: {scopes:?}");
    assert!(files.len() >= 40 && lines >= 150, "{} files with {lines} lines", files.len());
}

fn answers(
    scenario: &Scenario,
    world: &World,
    oracle: &Oracle,
    line: &Line,
) -> Vec<(&'static str, Expected)> {
    match line.expected {
        Expected::Answer { object, .. } => {
            let question = line.question(object);
            let answer = |allowed, reason: String| Expected::Answer { object, allowed, reason };
            let decided = world.decide(&question).unwrap();
            let explained = world.explain(&question).unwrap();
            let said = oracle.decide(&question).unwrap();
            vec![
                ("the engine", answer(decided.allowed, decided.reason.to_string())),
                ("the explanation", answer(explained.allowed, explained.reason.to_string())),
                ("the oracle", answer(said.allowed, said.reason)),
            ]
        }
        Expected::List { kind, .. } => {
            let (subject, action, ceiling) = (line.subject, line.action.as_str(), line.ceiling.as_ref());
            let visible = world.visible(subject, line.now, ceiling, action, kind);
            let list = |passes: &dyn Fn(ObjectRef) -> bool| {
                let mut ids = scenario.objects(kind);
                ids.retain(|id| passes(ObjectRef::new(kind, *id)));
                Expected::List { kind, ids }
            };
            vec![
                ("the engine", list(&|object| visible.admits(world, object))),
                ("the oracle", list(&|object| oracle.lists(subject, line.now, ceiling, action, object))),
            ]
        }
    }
}

#[test]
fn what_the_api_would_refuse_is_refused() {
    let refused = |text: &str, message: &str| {
        assert_eq!(Scenario::parse(text).map(|_| ()).unwrap_err().to_string(), message);
    };
    let world = "title = \"x\"\n[tenants]\nplant = {}\n[people]\nann = {}\nbob = { tenant = \"plant\" }\n";
    refused(
        &format!("{world}[blocks]\nb = \"allow read on tenant plant\"\n[grants]\nann = [\"b\"]"),
        "'ann' must belong where 'b' does",
    );
    refused(
        &format!("{world}[blocks]\nb = \"allow read on everything\"\n[grants]\nbob = [\"b\"]"),
        "'bob' must belong where 'b' does",
    );
    refused(&format!("{world}[answers]\n\"may eve read plant\" = \"yes\""), "'eve' is not introduced");
    refused(&format!("{world}[blocks]\nb = \"allow fly on everything\""), "there is no action 'fly'");
}

#[test]
fn the_guide_shows_what_its_scenarios_say() {
    let guide = include_str!("../../../../docs/permissions.md");
    let files = files();
    let excerpts: Vec<&str> =
        guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert!(excerpts.len() >= 8, "{excerpts:?}");
    for excerpt in excerpts {
        let shown = files.iter().any(|(name, text)| name.starts_with("guide-") && text.contains(excerpt));
        assert!(shown, "no scenario holds:\n{excerpt}");
    }
}

#[test]
fn the_sentence_says_by_names_where_the_grant_reaches_that_decided() {
    let scenario = Scenario::parse(
        r#"title = "Where grants reach"
        [tenants]
        plant = {}
        [people]
        ann = { tenant = "plant" }
        [places]
        hall = { tenant = "plant" }
        [resources]
        lights = { kind = "channel", tenant = "plant", in = "hall" }
        heat = { kind = "channel", tenant = "plant", in = "hall" }
        pump = { kind = "rule", tenant = "plant" }
        [blocks]
        channels = "allow read on resource:channel directly in hall"
        all = "allow publish on tenant plant"
        sealed = "deny publish on only heat in plant"
        [grants]
        ann = ["channels", "all", "sealed"]
        [answers]
        "may ann read lights" = "yes"
        "may ann publish lights" = "yes"
        "may ann publish heat" = "no: explicitly denied by direct policy"
        "may ann read pump" = "no: no matching allow policy""#,
    );
    let scenario = scenario.unwrap();
    let world = scenario.world();
    let sentences = scenario.lines.iter().map(|line| match line.expected {
        Expected::Answer { object, .. } => world.explain(&line.question(object)).unwrap().sentence(),
        _ => String::new(),
    });
    let expected = [
        "ann may read channel lights: a direct policy allows it on every channel in group 'hall'.",
        "ann may publish channel lights: a direct policy allows it in the whole tenant.",
        "ann may not publish channel heat: a direct policy denies it on it alone.",
        "ann may not read rule pump: none of its 3 grants matches.",
    ];
    assert_eq!(sentences.collect::<std::collections::BTreeSet<_>>(), expected.map(str::to_owned).into());
}
