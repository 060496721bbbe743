//! Every page and everything that can be sent from one, tried by everybody: the golden table `pages.md` says how each ends,
//! for a reviewer to read.
//!
//! The addresses are those that the console itself tells of its nouns, and those that its source names. One without a sample
//! fails the test, so that none is forgotten. After a change that is meant, run with `UPDATE_GOLDEN=1` and read the difference.

mod everybody;
mod nouns;
mod own;
mod things;

use std::fmt::Write as _;

use reqwest::{StatusCode, Url};

use super::visitor::{Shown, Visitor};
use crate::guides;
use crate::server::{Engine, Setup};
use everybody::{Everybody, Tried};
use things::Things;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/console/pages.md");

const HEAD: &str = "# Who is shown what, and who may send what\n\nMade by opening every page and sending every form: \
`UPDATE_GOLDEN=1 cargo test -p atoll console::table`.\n\n*GET* opens a page, *POST* sends what a page sends, with the form token \
of the browser, on things made for that alone; also by those whom no page offers it. *nobody*: not signed in. *other tenant*: the \
administrator of another tenant. *no role*: a person of the tenant without a role. *tenant admin*: holds the tenant's role \
`tenant-admin`. *platform*: the seeded administrator. *done*: it is done; *led to*: another page is shown; *told*: the page \
says so. Under `/account`, `{id}` is the thing of the person without a role.\n\n| | page | nobody | other tenant | no role | tenant admin | platform |\n|---|---|---|---|---|---|---|\n";

/// What is sent to an address, and what stands for `{id}` there.
#[derive(Default)]
struct Sample {
    id: String,
    query: Vec<(&'static str, String)>,
    fields: Vec<(&'static str, String)>,
}

impl Sample {
    fn of(id: impl Into<String>) -> Sample {
        Sample { id: id.into(), ..Sample::default() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Sample {
        self.fields.push((name, value.into()));
        self
    }

    /// With a value that a link of a page carries, and the form behind it too.
    fn row(mut self, name: &'static str, value: impl Into<String>) -> Sample {
        let value = value.into();
        self.query.push((name, value.clone()));
        self.with(name, value)
    }

    fn path(&self, address: &str) -> String {
        let start = address.find('{').unwrap_or(address.len());
        let end = address.rfind('}').map_or(address.len(), |end| end + 1);
        format!("{}{}{}", &address[..start], if start < end { &self.id } else { "" }, &address[end..])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_ends_as_the_golden_table_says() {
    let setup = Setup::new(Engine::Sqlite).set("outbound_allow", "127.0.0.0/8");
    let setup = setup.set("outbound_plain_http", "true").set("step_up_max_age_secs", "86400");
    let mut server = setup.prepare().await;
    guides::make_authority(&server);
    server.restart().await;
    let everybody = Everybody::gather(&server).await;
    let things = Things::of(&server, &everybody).await;
    let mut all = everybody.come().await;
    let mut page = HEAD.to_owned();
    for (address, gets, posts) in own::addresses() {
        let sample = async |who: &Tried| own::sample(&things, &address, who).await;
        if gets {
            row(&mut page, &all, Method::Get, &address, sample).await;
        }
        if posts {
            row(&mut page, &all, Method::Post, &address, sample).await;
            // That may have ended sessions.
            all = everybody.come().await;
            things.renew().await;
        }
    }
    let mut open = Vec::new();
    for address in atoll_console::addresses() {
        let sample = async |_: &Tried| nouns::sample(&things, &address).await;
        let seen = row(&mut page, &all, Method::Get, &address, sample).await;
        if address.split('/').count() == 4 {
            let sent = row(&mut page, &all, Method::Post, &address, sample).await;
            let pairs = all.iter().zip(seen.iter().zip(&sent));
            let past = pairs.filter(|(_, (seen, sent))| is_no(seen) && sent.starts_with("done"));
            open.extend(past.map(|(who, _)| format!("{address} by {}", who.title)));
        }
    }
    assert_eq!(open, Vec::<String>::new(), "who is refused the page is refused the deed");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(GOLDEN, &page).unwrap();
    }
    let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    for (line, (is, should)) in page.lines().zip(golden.lines()).enumerate() {
        assert_eq!(is, should, "line {} of pages.md", line + 1);
    }
    assert_eq!(page.lines().count(), golden.lines().count(), "rows of pages.md");
    server.end().await;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Post,
}

/// Tries one address with everybody; how it ended.
async fn row(
    page: &mut String,
    all: &[Tried],
    method: Method,
    address: &str,
    prepare: impl AsyncFn(&Tried) -> Sample,
) -> Vec<String> {
    let shown = if method == Method::Get { "GET" } else { "POST" };
    let _ = write!(page, "| {shown} | `{address}` |");
    let mut outcomes = Vec::new();
    let mut sample = Sample::default();
    for (nth, who) in all.iter().enumerate() {
        // Looking changes nothing: one thing is enough for all.
        if nth == 0 || method == Method::Post {
            sample = prepare(who).await;
        }
        let path = sample.path(address);
        let ended = match method {
            Method::Get => {
                let path = with_query(&path, &sample.query);
                ended(&path, &who.visitor.open(&path).await)
            }
            Method::Post => {
                let fields = sample.fields.iter().map(|(name, value)| (*name, &**value));
                let fields: Vec<_> = [("form_token", &*who.token)].into_iter().chain(fields).collect();
                ended(&path, &who.visitor.send(&path, &fields).await)
            }
        };
        let _ = write!(page, " {ended} |");
        outcomes.push(ended);
    }
    page.push('\n');
    outcomes
}

fn with_query(path: &str, query: &[(&str, String)]) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    let url = Url::parse_with_params("http://form", query).expect("a query");
    format!("{path}?{}", url.query().unwrap_or_default())
}

fn is_no(ended: &str) -> bool {
    ["refused", "not found", "led to sign in"].contains(&ended)
}

/// How a request ended, in a word.
fn ended(asked: &str, shown: &Shown) -> String {
    let foreign = "did not come from a page of this house";
    assert!(!shown.text.contains(foreign), "{asked}: the form token is not taken");
    let path = shown.path.as_str();
    let is_elsewhere = path != asked;
    match shown.status {
        _ if is_elsewhere && path.contains("done=") => "done".into(),
        _ if is_elsewhere && path.starts_with("/login") => "led to sign in".into(),
        StatusCode::UNAUTHORIZED => "not signed in".into(),
        StatusCode::FORBIDDEN => "refused".into(),
        StatusCode::NOT_FOUND => "not found".into(),
        StatusCode::OK if shown.text.contains("class=\"secret\"") => "done, and shown once".into(),
        StatusCode::OK if is_elsewhere => format!("led to {}", sort_of(path)),
        status => match told(&shown.text) {
            Some(no) if no == "forbidden" || no.starts_with("You have no right") => "refused".into(),
            Some(message) => format!("told: {}", without_ids(&message)),
            None if status == StatusCode::OK => "shown".into(),
            None => status.as_u16().to_string(),
        },
    }
}

/// What a page says that went wrong.
fn told(text: &str) -> Option<String> {
    let inside = |from: &str| {
        let rest = text.split_once(from)?.1;
        let rest = rest.split_once('>')?.1;
        Some(rest.split("</p>").next()?.replace("<p>", "").replace("&#39;", "'").trim().to_owned())
    };
    inside("note note-bad").or_else(|| inside("<p class=\"error\""))
}

/// An address without what is of one thing only.
fn sort_of(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts = path.split('/').map(|part| if is_id(part) { "{id}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Ids differ from run to run.
fn without_ids(message: &str) -> String {
    let words =
        message.split(' ').map(|word| if is_id(word.trim_matches(['\'', ',', '.'])) { "<id>" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && text.matches('-').count() == 4
}

#[test]
fn what_a_page_says_is_read_out_of_it() {
    let page = "<div class=\"note note-bad\" role=\"alert\"><p>It isn&#39;t.</p></div>";
    assert_eq!(told(page).as_deref(), Some("It isn't."));
    assert_eq!(told("<p class=\"error\" id=\"x\">Too long</p>").as_deref(), Some("Too long"));
    assert_eq!(told("<p>Well</p>"), None);
}
