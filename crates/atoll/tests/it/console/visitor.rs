//! A browser without scripts: it keeps cookies, follows links and sends forms.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode, Url};

use crate::server::{ADMIN_SECRET, TestServer};

/// A page as it came.
pub struct Shown {
    pub status: StatusCode,
    pub path: String,
    pub headers: HeaderMap,
    pub text: String,
}

/// Somebody with a browser.
pub struct Visitor {
    client: Client,
    base: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Visitor {
    /// Somebody who is not signed in.
    pub fn new(server: &TestServer) -> Visitor {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        Visitor { client, base: server.url(""), cookies: Mutex::default() }
    }

    /// The administrator, signed in by the form.
    pub async fn admin(server: &TestServer) -> Visitor {
        let visitor = Visitor::new(server);
        visitor.sign_in("admin", ADMIN_SECRET, "").await;
        visitor
    }

    /// Signs somebody in by the form.
    pub async fn sign_in(&self, name: &str, password: &str, tenant: &str) {
        let token = self.open("/login").await.value("form_token");
        let typed = [("identifier", name), ("password", password), ("tenant", tenant)];
        let fields: Vec<_> = [("form_token", &*token)].into_iter().chain(typed).collect();
        let home = self.send("/login", &fields).await;
        assert_eq!((home.status, home.path.as_str()), (StatusCode::OK, "/"), "{}", home.text);
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Shown {
        self.follow(self.client.get(format!("{}{path}", self.base)), path).await
    }

    /// Sends a form.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let body = Url::parse_with_params("http://form", fields).expect("fields");
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.follow(request.body(body.query().unwrap_or_default().to_owned()), path).await
    }

    async fn follow(&self, mut request: RequestBuilder, path: &str) -> Shown {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let cookies: Vec<String> =
                self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request_now = request.header(ACCEPT, "text/html").header(COOKIE, cookies.join("; "));
            let response = request_now.send().await.expect("an answer");
            self.keep(response.headers());
            let next = response.headers().get(LOCATION).map(|to| to.to_str().expect("an address").to_owned());
            match next.filter(|_| response.status().is_redirection()) {
                Some(next) => {
                    request = self.client.get(format!("{}{next}", self.base));
                    path = next;
                }
                None => {
                    let (status, headers) = (response.status(), response.headers().clone());
                    return Shown { status, path, headers, text: response.text().await.expect("a page") };
                }
            }
        }
        panic!("{path} leads in circles");
    }

    fn keep(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie").split(';').next().unwrap_or_default();
            let (name, value) = cookie.split_once('=').expect("a cookie");
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Shown {
    /// The value of a hidden field.
    pub fn value(&self, name: &str) -> String {
        let from = self.text.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the field");
        from.split('"').next().unwrap_or_default().to_owned()
    }

    /// Every value of an attribute, as a browser reads it.
    pub fn attributes(&self, name: &str) -> Vec<String> {
        let before = format!("{name}=\"");
        let values = self.text.split(&before).skip(1).filter_map(|rest| rest.split('"').next());
        values.map(|value| value.replace("&#38;", "&").replace("&amp;", "&")).collect()
    }
}
