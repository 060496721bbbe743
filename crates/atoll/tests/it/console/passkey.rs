//! Signing in with more than a password: with a passkey, and with an authenticator app.

use atoll_base::time::{Clock as _, SystemClock};
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder};

use super::journeys::{give_password, house, send, sign_in, sign_out};
use crate::browser::Browser;
use crate::server::ADMIN_SECRET;

const HOME: &str = "Good to see you, admin";

/// The codes that the page shows.
async fn codes(browser: &Browser) -> Vec<String> {
    browser.see("Your recovery codes").await;
    let script = "return [...document.querySelectorAll('.secret li')].map(one => one.innerText.trim());";
    let codes = browser.run(script, json!(null)).await.expect("codes");
    let codes = codes.as_array().map(Vec::as_slice).unwrap_or_default();
    codes.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_registered_signs_in_alone_and_after_a_password_and_is_removed() {
    let (_server, browser, here) = house().await;
    browser.plug_in().await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/account/passkeys")).await;
    browser.see("You have no passkey yet").await;
    browser.press_named("Add a passkey").await;
    browser.fill("main form input[name=name]", "Laptop").await;
    browser.press_named("Ask the device").await;
    let shown = codes(&browser).await;
    assert_eq!(shown.len(), 10, "{shown:?}");
    browser.press_named("I have kept it").await;
    browser.see("Laptop").await;
    // They are counted from now on, and never shown again.
    browser.open(&format!("{here}/account/recovery-codes")).await;
    browser.see("You have 10 recovery codes left").await;
    assert!(!browser.text("body").await.contains(&shown[0]));
    sign_out(&browser).await;

    browser.press_named("Sign in").await;
    browser.press_named("Sign in with a passkey").await;
    browser.see(HOME).await;
    sign_out(&browser).await;

    browser.open(&format!("{here}/login?next=/account/passkeys")).await;
    give_password(&browser, "admin", ADMIN_SECRET).await;
    browser.see("One more step").await;
    browser.press_named("Use a passkey").await;
    browser.see("Laptop").await;
    assert_eq!(browser.path().await, "/account/passkeys");

    browser.press_named("Remove the passkey").await;
    browser.see("You cannot sign in with \"Laptop\" any more").await;
    send(&browser).await;
    browser.see("The passkey is removed").await;
    browser.see("You have no passkey yet").await;
    sign_out(&browser).await;
    browser.press_named("Sign in").await;
    browser.press_named("Sign in with a passkey").await;
    browser.see("The passkey does not fit").await;
    sign_in(&browser, &here).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_a_fitting_passkey_says_so_and_the_page_can_be_used_on() {
    let (_server, browser, here) = house().await;
    browser.plug_in().await;
    browser.open(&format!("{here}/login")).await;
    browser.press_named("Sign in with a passkey").await;
    browser.see("no passkey fits").await;
    give_password(&browser, "admin", ADMIN_SECRET).await;
    browser.see(HOME).await;
    browser.close().await;
}

/// An authenticator app.
struct App {
    totp: totp_rs::Totp,
    last: u64,
}

impl App {
    /// One that was told the secret of the page (base 32, RFC 4648 §6).
    async fn reading(browser: &Browser) -> App {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let shown = browser.text(".secret code").await;
        let bits = shown.chars().map(|letter| format!("{:05b}", letters.find(letter).expect("base 32")));
        let bits: String = bits.collect();
        let mut secret = [0; 20];
        for (nth, byte) in secret.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&bits[nth * 8..nth * 8 + 8], 2).expect("bits");
        }
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
        App { totp: builder.with_secret(secret).build().expect("an app"), last: 0 }
    }

    /// A code that was not used yet: the present one, or the next, which is taken already.
    fn code(&mut self) -> String {
        let now = u64::try_from(SystemClock.now().seconds()).expect("a time");
        self.last = (now / 30).max(self.last + 1);
        self.totp.generate(self.last * 30).to_string()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_app_is_set_up_asked_for_and_replaced_by_a_recovery_code_once() {
    let (_server, browser, here) = house().await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/account/totp")).await;
    browser.press_named("Set up an app").await;
    browser.see("Scan this picture").await;
    let mut app = App::reading(&browser).await;
    browser.fill("#code", "000 000").await;
    send(&browser).await;
    browser.see("The code is wrong or was used before").await;
    browser.fill("#code", &app.code()).await;
    send(&browser).await;
    let shown = codes(&browser).await;
    assert_eq!(shown.len(), 10, "{shown:?}");
    browser.press_named("I have kept it").await;
    browser.see("Remove the app").await;
    sign_out(&browser).await;

    let second_step = async || {
        browser.open(&format!("{here}/login")).await;
        give_password(&browser, "admin", ADMIN_SECRET).await;
        browser.see("One more step").await;
    };
    let recovery = async |code: &str| {
        browser.press_named("Use a recovery code").await;
        browser.fill("#recovery-code", code).await;
        browser.press("details[open] button[type=submit]").await;
    };
    second_step().await;
    browser.fill("#totp", &app.code()).await;
    browser.press("form:has(#totp) button[type=submit]").await;
    browser.see(HOME).await;
    sign_out(&browser).await;

    second_step().await;
    recovery(&shown[0]).await;
    browser.see(HOME).await;
    sign_out(&browser).await;
    second_step().await;
    recovery(&shown[0]).await;
    browser.see("The code is wrong or was used before").await;
    recovery(&shown[1]).await;
    browser.see(HOME).await;

    browser.open(&format!("{here}/account/totp")).await;
    browser.press_named("Remove the app").await;
    browser.see("Codes of the app do not count any more").await;
    send(&browser).await;
    browser.see("The authenticator app is removed").await;
    sign_out(&browser).await;
    sign_in(&browser, &here).await;
    browser.close().await;
}
