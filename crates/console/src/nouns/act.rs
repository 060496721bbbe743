//! Doing something with a thing: first what it will do is said, then it is done.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::cell::{self, Cell};
use super::model::{Act, From, Noun};
use super::offered::offered;
use super::show;
use crate::Console;
use crate::api::{Answer, Refusal};
use crate::filled::Filled;
use crate::frame::Frame;
use crate::names;
use crate::page;
use crate::sign_in::step_up;
use crate::visitor::Person;

/// Changes of access that a page tells one by one.
const MOST_TOLD: usize = 20;

/// Who gains or loses what.
struct Difference {
    gains: bool,
    who: Cell,
    action: String,
    what: Cell,
}

#[derive(Template)]
#[template(path = "nouns/confirm.html")]
struct Page<'p> {
    frame: Frame<'p>,
    noun: &'static Noun,
    nouns: String,
    title: String,
    what: String,
    label: String,
    named: Option<(String, String)>,
    ids: Vec<String>,
    danger: bool,
    differences: Vec<Difference>,
    more: Option<String>,
    refusal: Option<String>,
    why: Option<String>,
    values: Vec<(&'static str, String)>,
    action: String,
    back: String,
}

#[derive(Template)]
#[template(path = "nouns/secret.html")]
pub(super) struct SecretPage<'p> {
    pub(super) frame: Frame<'p>,
    pub(super) title: String,
    pub(super) secret: String,
    pub(super) back: String,
}

/// What is to be done, with what.
pub(super) struct Wanted {
    pub(super) noun: &'static Noun,
    pub(super) act: &'static Act,
    /// None where it is about none in particular; several where many were picked.
    pub(super) ids: Vec<String>,
}

impl Wanted {
    /// Each of them; once where it is about none in particular.
    fn each(&self) -> impl Iterator<Item = &str> {
        let none = self.ids.is_empty().then_some("");
        self.ids.iter().map(String::as_str).chain(none)
    }

    /// The one that it is about, where it is about one.
    fn only(&self) -> Option<&str> {
        self.ids.first().filter(|_| self.ids.len() == 1).map(String::as_str)
    }
}

/// Shows what would come of it.
pub(super) async fn ask(console: &Console, person: Person, wanted: Wanted) -> Response {
    // What is shown once is not tried; for the rest, trying it says more than whether there is a button.
    if wanted.act.secret.is_some()
        && let Err(refusal) = offered(console, &person, wanted.noun, wanted.act.needs, wanted.only()).await
    {
        return page::refused(&person, &refusal);
    }
    let row = |at: &str| person.visitor.query(at).unwrap_or_default();
    let tried = try_all(console, &person, &wanted, row).await;
    if tried.refusals.iter().any(step_up::wants_step_up) {
        let here = person.visitor.uri.path_and_query().map_or("/", |here| here.as_str());
        return page::go(&step_up::to_step_up(here), None);
    }
    if let (Some(_), Some(refusal)) = (wanted.only(), tried.refusals.first())
        && refusal.kind == "denied"
    {
        return page::refused(&person, refusal);
    }
    let values = wanted.act.variables.iter().filter_map(|(_, from)| match from {
        From::Row(at) => Some((*at, row(at))),
        _ => None,
    });
    let values = values.collect();
    confirm(console, &person, &wanted, tried, values, StatusCode::OK).await
}

/// Tries it with each of them; what would come of all together.
async fn try_all(
    console: &Console,
    person: &Person,
    wanted: &Wanted,
    row: impl Fn(&str) -> String,
) -> Answer {
    let mut all = Answer { dry_run: json!({ "lost": [], "gained": [] }), ..Answer::default() };
    // What yields something to be shown once would show it for nothing.
    for id in wanted.each().filter(|_| wanted.act.secret.is_none()) {
        let variables = variables(wanted.act, id, &row);
        let one = console.api.try_out(&person.visitor, wanted.act.document, variables).await;
        all.refusals.extend(one.refusals);
        for part in ["lost", "gained"] {
            if let (Value::Array(all), Value::Array(more)) = (&mut all.dry_run[part], &one.dry_run[part]) {
                all.extend(more.iter().cloned());
            }
        }
    }
    all
}

async fn confirm(
    console: &Console,
    person: &Person,
    wanted: &Wanted,
    tried: Answer,
    values: Vec<(&'static str, String)>,
    status: StatusCode,
) -> Response {
    let (noun, act, words) = (wanted.noun, wanted.act, person.visitor.words);
    let refusal = tried.refusals.first();
    let (differences, more) = match act.danger || refusal.is_none() {
        true => differences(console, person, &tried.dry_run).await,
        false => (Vec::new(), None),
    };
    let named = match wanted.ids.as_slice() {
        [id] => named(console, person, noun, id).await,
        _ => None,
    };
    let title = words.say(&format!("act-{}-{}", noun.name, act.name));
    let page = Page {
        frame: Frame::of(person, &title),
        nouns: words.say(&format!("noun-{}", noun.name)),
        what: words.say(&format!("act-{}-{}-what", noun.name, act.name)),
        label: match wanted.ids.len() {
            0 | 1 => title.clone(),
            many => format!("{title} · {}", words.count("list-total", many)),
        },
        back: back(wanted),
        action: match wanted.ids.as_slice() {
            [id] => format!("/{}/{id}/{}", noun.name, act.name),
            _ => format!("/{}/all/{}", noun.name, act.name),
        },
        ids: if wanted.ids.len() > 1 { wanted.ids.clone() } else { Vec::new() },
        why: refusal.filter(|one| one.kind == "denied").map(|one| crate::why::of_refusal(person, one)),
        refusal: refusal.map(|refusal| refusal.message.clone()),
        danger: act.danger,
        noun,
        title,
        named,
        differences,
        more,
        values,
    };
    page::show_as(&person.visitor, status, &page)
}

/// Where the thing is, or where all are.
fn back(wanted: &Wanted) -> String {
    wanted.noun.page_of(wanted.only())
}

async fn named(console: &Console, person: &Person, noun: &Noun, id: &str) -> Option<(String, String)> {
    let one = noun.one.as_ref()?;
    let thing = show::load(console, person, one, id).await.ok()?;
    Some((show::title(one, &thing), format!("/{}/{id}", noun.name)))
}

/// Does it.
pub(super) async fn carry_out(
    console: &Console,
    person: Person,
    filled: &Filled,
    wanted: Wanted,
) -> Response {
    let row = |at: &str| filled.text(at).to_owned();
    let mut cookies = Vec::new();
    for (nth, id) in wanted.each().enumerate() {
        let variables = variables(wanted.act, id, row);
        let answer = console.api.ask_all(&person.visitor, wanted.act.document, variables).await;
        if let Some(refusal) = answer.refusals.first() {
            // Those before it are done: what is left is shown again.
            let ids = wanted.ids.get(nth..).unwrap_or_default().to_vec();
            return refused(console, &person, &Wanted { ids, ..wanted }, filled, refusal.clone()).await;
        }
        cookies.extend(answer.cookies.iter().cloned());
        if let Some(secret) = wanted.act.secret.and_then(|at| answer.data.pointer(at)).and_then(Value::as_str)
        {
            return secret_page(&person, &back(&wanted), secret);
        }
    }
    let to = if wanted.act.leaves { wanted.noun.path() } else { back(&wanted) };
    let done = page::go(&to, Some(&format!("{}-{}", wanted.noun.name, wanted.act.name)));
    page::with_cookies(done, &cookies)
}

async fn refused(
    console: &Console,
    person: &Person,
    wanted: &Wanted,
    filled: &Filled,
    refusal: Refusal,
) -> Response {
    if step_up::wants_step_up(&refusal) {
        return page::go(&step_up::to_step_up(&back(wanted)), None);
    }
    let values = wanted.act.variables.iter().filter_map(|(_, from)| match from {
        From::Row(at) => Some((*at, filled.text(at).to_owned())),
        _ => None,
    });
    let values = values.collect();
    let status = refusal.status();
    let answer = Answer { refusals: vec![refusal], ..Answer::default() };
    confirm(console, person, wanted, answer, values, status).await
}

/// Shows what nobody will see again.
pub(super) fn secret_page(person: &Person, back: &str, secret: &str) -> Response {
    let title = person.visitor.words.say("secret-title");
    let page = SecretPage {
        frame: Frame::of(person, &title),
        title: title.clone(),
        secret: secret.to_owned(),
        back: back.to_owned(),
    };
    page::show(&person.visitor, &page)
}

fn variables(act: &Act, id: &str, row: impl Fn(&str) -> String) -> Value {
    let value = |from: &From| match from {
        From::Id => Value::String(id.to_owned()),
        From::Row(at) => match row(at) {
            text if text.is_empty() => Value::Null,
            text => Value::String(text),
        },
        From::True => Value::Bool(true),
        From::False => Value::Bool(false),
    };
    act.variables.iter().map(|(name, from)| ((*name).to_owned(), value(from))).collect::<Map<_, _>>().into()
}

async fn differences(
    console: &Console,
    person: &Person,
    dry_run: &Value,
) -> (Vec<Difference>, Option<String>) {
    let words = person.visitor.words;
    let all = |gains: bool, at: &str| -> Vec<(bool, Value)> {
        let all = dry_run[at].as_array().cloned().unwrap_or_default();
        all.into_iter().map(|one| (gains, one)).collect()
    };
    let all: Vec<(bool, Value)> = all(false, "lost").into_iter().chain(all(true, "gained")).collect();
    let told = all.iter().take(MOST_TOLD);
    let wanted = told.clone().flat_map(|(_, one)| {
        let object = one["objectKind"].as_str().and_then(cell::noun_of);
        let subject = one["subjectId"].as_str().map(|id| ("entities", id.to_owned()));
        let object = object.zip(one["objectId"].as_str().map(str::to_owned));
        subject.into_iter().chain(object)
    });
    let names = names::of(console, &person.visitor, wanted.collect::<Vec<_>>()).await;
    let link = |noun: Option<&str>, id: &str| match noun {
        Some(noun) => cell::link(noun, id, &names),
        None => Cell::Text(cell::short_id(id)),
    };
    let differences = told.clone().map(|(gains, one)| Difference {
        gains: *gains,
        who: link(Some("entities"), one["subjectId"].as_str().unwrap_or_default()),
        action: one["action"].as_str().unwrap_or_default().to_owned(),
        what: link(
            one["objectKind"].as_str().and_then(cell::noun_of),
            one["objectId"].as_str().unwrap_or_default(),
        ),
    });
    let rest = all.len().saturating_sub(MOST_TOLD);
    (differences.collect(), (rest > 0).then(|| words.count("confirm-more", rest)))
}
