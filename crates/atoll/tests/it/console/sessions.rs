//! Where one is signed in, how that ends, and how one proves again who one is.

use serde_json::json;

use super::journeys::{give_password, house, send, sign_in};
use super::visitor::Visitor;
use crate::browser::Browser;
use crate::server::{ADMIN_SECRET, TestServer};

const ELSEWHERE: &str = "tr:not(:has(.badge-ok)) a[href$='/end']";

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_elsewhere_is_led_to_sign_in_at_its_next_click() {
    let (_server, mine, here) = house().await;
    let stolen = Browser::start().await;
    stolen.resize(1280, 900).await;
    sign_in(&mine, &here).await;
    sign_in(&stolen, &here).await;
    mine.open(&format!("{here}/account/sessions")).await;
    mine.see("this one").await;
    mine.press(ELSEWHERE).await;
    mine.see("is signed out").await;
    send(&mine).await;
    mine.see("The session has ended").await;
    mine.until("!document.querySelector(\"tr:not(:has(.badge-ok)) a[href$='/end']\")").await;

    stolen.press("nav.side a[href='/entities']").await;
    stolen.see("Sign in with a passkey").await;
    assert_eq!(stolen.path().await, "/login?next=%2Fentities");
    give_password(&stolen, "admin", ADMIN_SECRET).await;
    stolen.until("location.pathname === '/entities'").await;
    // The one that ended the other goes on.
    mine.press("nav.side a[href='/entities']").await;
    mine.until("location.pathname === '/entities'").await;
    stolen.close().await;
    mine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_other_sessions_end_with_one_press() {
    let (server, browser, here) = house().await;
    let others = [Visitor::admin(&server).await, Visitor::admin(&server).await];
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/account/sessions")).await;
    browser.press_named("End all others").await;
    browser.see("You are signed out everywhere but here").await;
    send(&browser).await;
    browser.see("All other sessions have ended").await;
    for other in others {
        assert_eq!(other.open("/account").await.path, "/login?next=%2Faccount");
    }
    browser.close().await;
}

/// Every proof that was given so far becomes an old one. Nobody remembers it: the house starts anew.
async fn an_hour_passes(server: &mut TestServer) {
    use sea_orm_migration::sea_orm::ConnectionTrait;
    assert!(server.stop().await.success());
    let db = atoll_base::db::Db::open(&server.location(), &Default::default()).await.unwrap();
    let earlier = "UPDATE sessions SET authenticated_at = authenticated_at - 3600000000";
    db.writer().execute_unprepared(earlier).await.unwrap();
    db.close().await.unwrap();
    server.restart().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_fresh_proof_leads_to_it_and_back_and_is_done() {
    let (mut server, browser, here) = house().await;
    sign_in(&browser, &here).await;
    an_hour_passes(&mut server).await;
    browser.open(&format!("{here}/account")).await;
    browser.press("main a[href='/account/password']").await;
    browser.see("needs a fresh proof").await;
    browser.fill("#password", "not the password").await;
    send(&browser).await;
    browser.see("The current password is wrong").await;
    browser.fill("#password", ADMIN_SECRET).await;
    send(&browser).await;
    browser.until("location.pathname === '/account/password'").await;
    for (field, text) in [("current", ADMIN_SECRET), ("password", "a new one"), ("again", "a new one")] {
        browser.fill(&format!("#{field}"), text).await;
    }
    send(&browser).await;
    browser.see("at least 12 characters").await;
    for (field, text) in [
        ("current", ADMIN_SECRET),
        ("password", "a new one that is long"),
        ("again", "a new one that is long"),
    ] {
        browser.fill(&format!("#{field}"), text).await;
    }
    send(&browser).await;
    browser.see("The password is changed").await;
    server.login("admin", "a new one that is long").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_second_factor_proves_with_that() {
    let (mut server, browser, here) = house().await;
    browser.plug_in().await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/account/passkeys/new")).await;
    browser.fill("main form input[name=name]", "Laptop").await;
    browser.press_named("Ask the device").await;
    browser.see("Your recovery codes").await;
    an_hour_passes(&mut server).await;
    browser.open(&format!("{here}/account/recovery-codes")).await;
    browser.see("needs a fresh proof").await;
    let asked = browser.run("return document.querySelectorAll('input[type=password]').length;", json!(null));
    assert_eq!(asked.await, Ok(json!(0)), "a password alone would not do");
    browser.press_named("Use a passkey").await;
    browser.see("You have 10 recovery codes left").await;
    send(&browser).await;
    browser.see("Your recovery codes").await;
    browser.close().await;
}
