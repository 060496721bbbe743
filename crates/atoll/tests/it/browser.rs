//! A real browser, over the WebDriver protocol (W3C WebDriver; WebAuthn level 3 §12 for its virtual devices).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than a browser takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser with one window. Ends when it is dropped.
pub struct Browser {
    driver: Child,
    client: Client,
    session: String,
    _profile: TempDir,
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

impl Browser {
    /// Starts Chromium without a screen.
    pub async fn start() -> Browser {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: see .ci/install");
        let profile = tempfile::tempdir().expect("a folder");
        let client = Client::builder().timeout(PATIENCE).no_proxy().build().expect("a client");
        let base = format!("http://127.0.0.1:{port}");
        // From here on the driver ends with the test, however that ends.
        let mut browser = Browser { driver, client, session: base.clone(), _profile: profile };
        let deadline = Instant::now() + PATIENCE;
        while browser.client.get(format!("{base}/status")).send().await.is_err() {
            assert!(Instant::now() < deadline, "chromedriver does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let folder = format!("--user-data-dir={}", browser._profile.path().display());
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", &folder];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
        } } });
        let made = browser.post("/session", wanted).await;
        browser.session = format!("{base}/session/{}", made["sessionId"].as_str().expect("a session"));
        browser
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.try_post(path, body).await.unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    /// What the driver answers, or why it does not do it.
    async fn try_post(&self, path: &str, body: Value) -> Result<Value, String> {
        let response = self.client.post(format!("{}{path}", self.session)).json(&body).send().await;
        let mut answer: Value = response.expect("the driver answers").json().await.expect("JSON");
        match answer["value"]["error"].is_null() {
            true => Ok(answer["value"].take()),
            false => Err(answer.to_string()),
        }
    }

    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await;
    }

    /// Plugs a device in that holds passkeys and is always unlocked.
    pub async fn plug_in(&self) {
        let device = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserConsenting": true, "isUserVerified": true });
        self.post("/webauthn/authenticator", device).await;
    }

    /// Runs the body of an asynchronous function in the page; what it returns, or what it throws. A page that is left
    /// meanwhile counts as thrown.
    pub async fn run(&self, body: &str, arguments: Value) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1]; const [given] = arguments; \
             (async () => {{ {body} }})().then(value => done({{ value }}), error => done({{ thrown: String(error) }}));"
        );
        let asked = json!({ "script": script, "args": [arguments] });
        let mut answer = self.try_post("/execute/async", asked).await?;
        match answer["thrown"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["value"].take()),
        }
    }

    /// Writes into a field as a person would, after emptying it.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.with("css selector", selector, &[("clear", json!({})), ("value", json!({ "text": text }))])
            .await;
    }

    /// Presses what the selector finds.
    pub async fn press(&self, selector: &str) {
        self.with("css selector", selector, &[("click", json!({}))]).await;
    }

    /// Presses the first link or button that says this.
    pub async fn press_named(&self, text: &str) {
        let quoted = format!(
            "//*[self::a or self::button or self::summary][contains(normalize-space(.), \"{text}\")]"
        );
        self.with("xpath", &quoted, &[("click", json!({}))]).await;
    }

    /// Chooses what is called so, in a field in which things are found by writing.
    pub async fn choose(&self, selector: &str, name: &str) {
        self.fill(selector, name).await;
        let option = format!("//*[@role='option'][normalize-space(span) = \"{name}\"]");
        self.with("xpath", &option, &[("click", json!({}))]).await;
        self.until("!document.querySelector('.combo-list [role=option]')").await;
    }

    /// Does things with the first element found. What is not there yet, is covered, or belongs to a page that is just being
    /// left, is looked for again.
    async fn with(&self, using: &str, value: &str, acts: &[(&str, Value)]) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let element = self.find_by(using, value).await;
            let mut done = Ok(Value::Null);
            for (act, body) in acts {
                if done.is_ok() {
                    done = self.try_post(&format!("/element/{element}/{act}"), body.clone()).await;
                }
            }
            let Err(why) = done else { return };
            assert!(Instant::now() < deadline, "{value}: {why}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types keys where the cursor is.
    pub async fn keys(&self, keys: &[&str]) {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let all: Vec<Value> = down.chain(up).collect();
        self.post("/actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": all }] }))
            .await;
    }

    /// Waits until the page says this.
    pub async fn see(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let body = self.run("return document.body ? document.body.innerText : '';", json!(null)).await;
            if body.as_ref().is_ok_and(|body| body.as_str().unwrap_or_default().contains(text)) {
                return;
            }
            assert!(Instant::now() < deadline, "the page does not say {text:?}: {body:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until an expression holds in the page.
    pub async fn until(&self, expression: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.run(&format!("return Boolean({expression});"), json!(null)).await != Ok(Value::Bool(true))
        {
            assert!(Instant::now() < deadline, "never holds: {expression}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Opens a page again and again, until it says this.
    pub async fn see_later(&self, url: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.open(url).await;
            let body = self.text("body").await;
            if body.contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "{url} never says {text:?}: {body}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What stands in the first element that the selector finds, seen or not.
    pub async fn text(&self, selector: &str) -> String {
        let script = "return document.querySelector(given).textContent.replace(/\\s+/g, ' ').trim();";
        let text = self.run(script, json!(selector)).await;
        text.unwrap_or_else(|why| panic!("{selector}: {why}")).as_str().unwrap_or_default().to_owned()
    }

    /// The address of the page, without scheme and host.
    pub async fn path(&self) -> String {
        let path = self.run("return location.pathname + location.search;", json!(null)).await;
        path.expect("a page").as_str().unwrap_or_default().to_owned()
    }

    /// Makes the window this large.
    pub async fn resize(&self, width: u32, height: u32) {
        self.post("/window/rect", json!({ "width": width, "height": height })).await;
    }

    /// What it shows, as a small WebP image (Chrome DevTools Protocol, `Page.captureScreenshot`).
    pub async fn picture(&self) -> Vec<u8> {
        let wanted =
            json!({ "cmd": "Page.captureScreenshot", "params": { "format": "webp", "quality": 80 } });
        let taken = self.post("/goog/cdp/execute", wanted).await;
        BASE64_STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64")
    }

    /// The first element found, waiting for it as long as a page may take.
    async fn find_by(&self, using: &str, value: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let wanted = json!({ "using": using, "value": value });
            let response = self.client.post(format!("{}/element", self.session)).json(&wanted).send().await;
            let answer: Value = response.expect("the driver answers").json().await.expect("JSON");
            let found = answer["value"].as_object().filter(|_| answer["value"]["error"].is_null());
            if let Some(found) = found.and_then(|found| found.values().next()?.as_str()) {
                return found.to_owned();
            }
            assert!(Instant::now() < deadline, "there is no {value}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Closes it.
    pub async fn close(self) {
        let _ = self.client.delete(&self.session).send().await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
