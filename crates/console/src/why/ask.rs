//! Asking, and showing the answer.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::picture::{self, Picture, Way};
use crate::Console;
use crate::api::Refusal;
use crate::frame::Frame;
use crate::names::{self, Names};
use crate::nouns::cell;
use crate::page;
use crate::visitor::Person;

/// The most ways that the picture shows.
const MOST_WAYS: usize = 14;

const EXPLAIN: &str = "mutation($input: AuthzCheckInput!) { authzExplain(input: $input) {
  allowed sentence revision matchedBinding considered turns } }";
const CHECK: &str =
    "mutation($input: AuthzCheckInput!) { authzCheck(input: $input) { allowed reason revision } }";

/// Kinds of object that can be asked about, with the noun that finds them.
const KINDS: [(&str, &str); 5] = [
    ("resource", "resources"),
    ("entity", "entities"),
    ("group", "groups"),
    ("tenant", "tenants"),
    ("platform", ""),
];

/// The question.
#[derive(Default)]
struct Question {
    subject: String,
    subject_name: String,
    action: String,
    kind: String,
    object: String,
    object_name: String,
    context: String,
    as_of: String,
}

/// Grants that came to the same end.
struct Fate {
    title: String,
    count: String,
    grants: Vec<String>,
}

/// The answer.
struct Answer {
    allowed: bool,
    sentence: String,
    revision: String,
    picture: Option<Picture>,
    turns: Vec<String>,
    fates: Vec<Fate>,
}

#[derive(Template)]
#[template(path = "why/page.html")]
struct Page<'p> {
    frame: Frame<'p>,
    question: Question,
    kinds: Vec<(&'static str, String)>,
    pick: &'static str,
    answer: Option<Answer>,
    refusal: Option<String>,
    partly: bool,
}

/// `GET /why`.
pub(super) async fn page(State(console): State<Console>, person: Person) -> Response {
    let mut question = read(&person);
    let noun = KINDS.iter().find(|(kind, _)| *kind == question.kind).map_or("resources", |(_, noun)| noun);
    let asked = [("entities", question.subject.clone()), (noun, question.object.clone())];
    let names =
        names::of(&console, &person.visitor, asked.into_iter().filter(|(_, id)| !id.is_empty())).await;
    question.subject_name = names.get("entities", &question.subject).unwrap_or(&question.subject).to_owned();
    question.object_name = names.get(noun, &question.object).unwrap_or(&question.object).to_owned();
    let is_whole = !question.subject.is_empty()
        && !question.action.is_empty()
        && (!question.object.is_empty() || question.kind == "platform");
    let (answer, refusal, partly) = match is_whole {
        true => ask(&console, &person, &question, &names).await,
        false => (None, None, false),
    };
    let words = person.visitor.words;
    let title = words.say("why-title");
    let page = Page {
        frame: Frame::of(&person, &title),
        kinds: KINDS.iter().map(|(kind, _)| (*kind, cell::value_word(kind, words))).collect(),
        pick: noun,
        question,
        answer,
        refusal,
        partly,
    };
    page::show(&person.visitor, &page)
}

fn read(person: &Person) -> Question {
    let text = |name: &str| person.visitor.query(name).unwrap_or_default();
    Question {
        subject: text("subject"),
        action: text("action"),
        kind: match text("kind") {
            kind if kind.is_empty() => "resource".to_owned(),
            kind => kind,
        },
        object: text("object"),
        context: text("context"),
        as_of: text("as_of"),
        ..Question::default()
    }
}

async fn ask(
    console: &Console,
    person: &Person,
    question: &Question,
    names: &Names,
) -> (Option<Answer>, Option<String>, bool) {
    let words = person.visitor.words;
    let context = match question.context.is_empty() {
        true => Ok(Value::Null),
        false => serde_json::from_str(&question.context),
    };
    let Ok(context) = context else {
        return (None, Some(words.tell("form-bad-value", &[("field", "context")])), false);
    };
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let input = json!({ "input": {
        "subjectId": question.subject, "action": question.action, "objectKind": question.kind,
        "objectId": some(&question.object), "context": context, "asOf": some(&question.as_of),
    } });
    match console.api.ask(&person.visitor, EXPLAIN, input.clone()).await {
        Ok(data) => (Some(explained(&data["authzExplain"], question, names, person)), None, false),
        // Who may not have it explained may still be told whether.
        Err(Refusal { kind, .. }) if kind == "denied" => {
            match console.api.ask(&person.visitor, CHECK, input).await {
                Ok(data) => (Some(checked(&data["authzCheck"])), None, true),
                Err(refusal) => (None, Some(refusal.message), true),
            }
        }
        Err(refusal) => (None, Some(refusal.message), false),
    }
}

fn checked(found: &Value) -> Answer {
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    Answer {
        allowed: found["allowed"] == true,
        sentence: text("reason"),
        revision: text("revision"),
        picture: None,
        turns: Vec::new(),
        fates: Vec::new(),
    }
}

fn explained(found: &Value, question: &Question, names: &Names, person: &Person) -> Answer {
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    let considered = found["considered"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ways = ways(considered, &found["matchedBinding"]["block_id"], question, names, person);
    let turns = found["turns"].as_array().map(Vec::as_slice).unwrap_or_default();
    let turns = turns.iter().map(|turn| turned(turn, person));
    Answer {
        allowed: found["allowed"] == true,
        sentence: text("sentence"),
        revision: text("revision"),
        picture: (!ways.is_empty()).then(|| picture::lay_out(&ways)),
        turns: turns.collect(),
        fates: considered.iter().map(|fate| told(fate, person)).collect(),
    }
}

/// One change that would turn the decision.
fn turned(turn: &Value, person: &Person) -> String {
    let change = turn["change"].as_str().unwrap_or_default();
    let named = ["role", "name", "group", "action", "token"]
        .iter()
        .find_map(|key| turn[*key].as_str().filter(|text| text.len() != cell::ID_CHARS));
    let label = person.visitor.words.say(&format!("why-turn-{}", change.replace('_', "-")));
    match named {
        Some(name) => format!("{label}: {name}"),
        None => label,
    }
}

/// The ways by which grants came; the one that was taken decides.
fn ways(
    considered: &[Value],
    taken: &Value,
    question: &Question,
    names: &Names,
    person: &Person,
) -> Vec<Way> {
    let words = person.visitor.words;
    let grants = considered.iter().flat_map(|fate| {
        let name = fate["fate"].as_str().unwrap_or_default();
        let grants = fate["grants"].as_array().map(Vec::as_slice).unwrap_or_default();
        grants.iter().map(move |grant| (name, grant))
    });
    let is_named = grants.clone().any(|(_, grant)| grant["block"] == *taken);
    let way = |(fate, grant): (&str, &Value)| {
        let counts = matches!(fate, "allows" | "denies");
        let via = grant["via"].as_str().unwrap_or_default();
        let group = via.strip_prefix("group:").map(|name| (name.to_owned(), words.say("value-group")));
        let role = grant["role"]["name"].as_str().map(|name| (name.to_owned(), words.say("value-role")));
        let effect = cell::value_word(grant["effect"].as_str().unwrap_or_default(), words);
        let scope = cell::value_word(grant["scope_kind"].as_str().unwrap_or_default(), words);
        let object = match question.object_name.as_str() {
            "" => cell::value_word(&question.kind, words),
            name => name.to_owned(),
        };
        Way {
            stops: [
                Some((
                    names.get("entities", &question.subject).unwrap_or(&question.subject).to_owned(),
                    String::new(),
                )),
                group.or_else(|| {
                    (via == "tenant_membership").then(|| (words.say("why-membership"), String::new()))
                }),
                role.or_else(|| Some((words.say("noun-policies-one"), String::new()))),
                Some((
                    format!("{effect}: {scope}"),
                    words.say(&format!("why-fate-{}", fate.replace('_', "-"))),
                )),
                counts.then(|| (object, cell::value_word(&question.kind, words))),
            ],
            // A membership, which no block stands for, is the only way that is named by none.
            decides: counts && (grant["block"] == *taken || (grant["block"].is_null() && !is_named)),
        }
    };
    grants.map(way).take(MOST_WAYS).collect()
}

fn told(fate: &Value, person: &Person) -> Fate {
    let words = person.visitor.words;
    let grants = fate["grants"].as_array().map(Vec::as_slice).unwrap_or_default();
    let grant = |grant: &Value| {
        let actions = grant["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let actions: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
        let effect = cell::value_word(grant["effect"].as_str().unwrap_or_default(), words);
        let scope = cell::value_word(grant["scope_kind"].as_str().unwrap_or_default(), words);
        let role = grant["role"]["name"].as_str().map(|role| format!(" · {role}")).unwrap_or_default();
        format!("{effect} {} · {scope}{role}", actions.join(", "))
    };
    let count = usize::try_from(fate["count"].as_u64().unwrap_or_default()).unwrap_or(usize::MAX);
    Fate {
        title: words
            .say(&format!("why-fate-{}", fate["fate"].as_str().unwrap_or_default().replace('_', "-"))),
        count: count.to_string(),
        grants: grants.iter().map(grant).collect(),
    }
}
