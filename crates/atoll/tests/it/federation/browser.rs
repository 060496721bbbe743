//! A browser that follows redirects and fills in forms by hand.

use std::collections::HashMap;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, header};

use super::CALLBACK;
use crate::server::TestServer;

/// More steps than a sign-in takes.
const MOST: usize = 20;

pub struct Browser {
    client: Client,
    /// Of the provider, and of Atoll; by name.
    theirs: HashMap<String, String>,
    ours: HashMap<String, String>,
}

fn line(cookies: &HashMap<String, String>) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

fn keep(cookies: &mut HashMap<String, String>, answer: &Response) {
    for cookie in answer.headers().get_all(header::SET_COOKIE) {
        let pair = cookie.to_str().expect("text").split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn attribute<'p>(page: &'p str, before: &str) -> Option<&'p str> {
    page.split_once(before)?.1.split('"').next()
}

impl Browser {
    /// With what `curl` has kept.
    pub fn with_cookies_of(jar: &str) -> Browser {
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        let mut browser = Browser { client, theirs: HashMap::new(), ours: HashMap::new() };
        browser.keeps(jar);
        browser
    }

    /// Keeps what `curl` has kept.
    pub fn keeps(&mut self, jar: &str) {
        for line in jar.lines() {
            let row: Vec<&str> = line.trim_start_matches("#HttpOnly_").split('\t').collect();
            if let [_, _, _, _, _, name, value] = row[..] {
                self.ours.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Signs in at the provider under this name, agrees, and comes back; what our page is told.
    pub async fn sign_in(&mut self, to: &str, name: &str, server: &TestServer) -> HashMap<String, String> {
        let start = reqwest::Url::parse(to).expect("an address");
        let mut next = start.clone();
        let mut form: Option<String> = None;
        for _ in 0..MOST {
            if next.as_str().starts_with(CALLBACK) {
                return self.come_back(&next, server).await;
            }
            let request = match form.take() {
                Some(body) => self
                    .client
                    .post(next.clone())
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(body),
                None => self.client.get(next.clone()),
            };
            let answer = request.header(header::COOKIE, line(&self.theirs)).send().await.expect("an answer");
            keep(&mut self.theirs, &answer);
            if let Some(location) = answer.headers().get(header::LOCATION) {
                next = next.join(location.to_str().expect("text")).expect("an address");
                continue;
            }
            let page = answer.text().await.expect("a page");
            let action = attribute(&page, "action=\"").unwrap_or_else(|| panic!("no form: {page}"));
            next = next.join(action).expect("an address");
            let prompt = attribute(&page, "name=\"prompt\" value=\"").unwrap_or("login");
            form = Some(format!("prompt={prompt}&login={name}&password=any"));
        }
        panic!("{start} leads nowhere");
    }

    async fn come_back(&self, url: &reqwest::Url, server: &TestServer) -> HashMap<String, String> {
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let request = self.client.get(server.url(&path)).header(header::COOKIE, line(&self.ours));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 307);
        let location = answer.headers()[header::LOCATION].to_str().expect("text");
        let page = reqwest::Url::parse(location).expect("an address");
        page.query_pairs().into_owned().collect()
    }
}
