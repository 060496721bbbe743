//! A real browser, over the WebDriver protocol (W3C WebDriver; WebAuthn level 3 §12 for its virtual devices).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
        let response = self.client.post(format!("{}{path}", self.session)).json(&body).send().await;
        let mut answer: Value = response.expect("the driver answers").json().await.expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].take()
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

    /// Runs the body of an asynchronous function in the page; what it returns, or what it throws.
    pub async fn run(&self, body: &str, arguments: Value) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1]; const [given] = arguments; \
             (async () => {{ {body} }})().then(value => done({{ value }}), error => done({{ thrown: String(error) }}));"
        );
        let mut answer = self.post("/execute/async", json!({ "script": script, "args": [arguments] })).await;
        match answer["thrown"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["value"].take()),
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
