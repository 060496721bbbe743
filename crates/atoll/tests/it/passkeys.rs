//! A passkey in a real browser, from registering it to signing in with it.

use serde_json::{Value, json};

use crate::browser::{Browser, free_port};
use crate::server::{NOBODY, Setup, TestServer, engines};

const CREATE: &str = "const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(given.publicKey); \
    return (await navigator.credentials.create({ publicKey })).toJSON();";
const GET: &str = "const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(given.publicKey); \
    return (await navigator.credentials.get({ publicKey })).toJSON();";

async fn ask(server: &TestServer, body: Value) -> Value {
    let response = server.post(NOBODY, "/auth/login/passkey/options", body).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_registers_a_passkey_and_signs_in_with_it() {
    for engine in engines() {
        let port = free_port();
        let here = format!("http://localhost:{port}");
        let setup = Setup::new(engine).set("listen_addr", format!("127.0.0.1:{port}"));
        let server = setup.set("public_base_url", &here).start().await;
        let token = server.admin().await;
        let browser = Browser::start().await;
        browser.plug_in().await;
        browser.open(&format!("{here}/health/live")).await;

        let begin = "mutation { beginPasskeyRegistration { challengeId options } }";
        let asked = server.data(&token, begin, json!({})).await["beginPasskeyRegistration"].take();
        let made = browser.run(CREATE, asked["options"].clone()).await.expect("a passkey");
        let register = "mutation($i: RegisterPasskeyInput!) { registerPasskey(input: $i) { passkey { name } recoveryCodes } }";
        let input =
            json!({ "i": { "challengeId": asked["challengeId"], "name": "laptop", "credential": made } });
        let registered = server.data(&token, register, input).await["registerPasskey"].take();
        assert_eq!(registered["passkey"]["name"], "laptop");
        assert_eq!(registered["recoveryCodes"].as_array().map(Vec::len), Some(10));

        // With nothing but the passkey: the browser finds it by itself.
        let asked = ask(&server, json!({})).await;
        let found = browser.run(GET, asked["options"].clone()).await.expect("an answer");
        let enter = json!({ "challenge_id": asked["challenge_id"], "credential": found });
        let response = server.post(NOBODY, "/auth/login/passkey", enter.clone()).await;
        assert_eq!(response.status(), 200);
        assert!(response.headers().contains_key("set-cookie"));
        let login: Value = response.json().await.unwrap();
        let session = login["token"].as_str().unwrap();
        let who: Value = server.get(session, "/auth/introspect").await.json().await.unwrap();
        assert_eq!(who["entity_id"], "00000000-0000-0000-0000-000000000001");
        let again = server.post(NOBODY, "/auth/login/passkey", enter).await;
        assert_eq!(again.status(), 401, "an answer counts once");

        // After the password, as a second factor.
        let first = server.try_login("admin", crate::server::ADMIN_SECRET).await;
        assert_eq!(first.status(), 401);
        let refusal: Value = first.json().await.unwrap();
        assert_eq!(refusal["code"], "auth.second_factor_required");
        let pending = refusal["details"]["pending_token"].clone();
        let asked = ask(&server, json!({ "pending_token": pending })).await;
        let found = browser.run(GET, asked["options"].clone()).await.expect("an answer");
        let factor = json!({ "pending_token": pending,
            "passkey": { "challenge_id": asked["challenge_id"], "credential": found } });
        let response = server.post(NOBODY, "/auth/login/second-factor", factor).await;
        assert_eq!(response.status(), 200);
        let login: Value = response.json().await.unwrap();
        assert_eq!(login["entity_id"], "00000000-0000-0000-0000-000000000001");

        // A page of another host is told no by the browser itself.
        browser.open(&format!("http://127.0.0.1:{port}/health/live")).await;
        let asked = ask(&server, json!({})).await;
        browser.run(GET, asked["options"].clone()).await.expect_err("another host");
        browser.close().await;
        server.end().await;
    }
}
