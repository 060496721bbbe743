//! Coming in, with what mails bring: by an invitation, by an account of one's own, and again without a password.

use serde_json::Value;

use super::journeys::{SECRET, give_password, house_with, send, sign_in, sign_in_as, sign_out, tenant};
use crate::browser::Browser;
use crate::mail::MailServer;
use crate::server::TestServer;

async fn house() -> (TestServer, Browser, String, MailServer) {
    let mails = MailServer::start(&[]);
    let (server, browser, here) = house_with(|setup| mails.of(setup)).await;
    (server, browser, here, mails)
}

/// The link of a mail.
fn link(mail: &Value) -> &str {
    let text = mail["parts"]["text/plain"].as_str().expect("a text");
    let found = text.split_whitespace().find(|word| word.starts_with("http://localhost:"));
    found.unwrap_or_else(|| panic!("no link: {text}"))
}

/// Makes an account on the page for that, and proves its address.
async fn register(browser: &Browser, mails: &mut MailServer, name: &str) {
    let address = format!("{name}@example.com");
    browser.see("Make an account").await;
    for (field, text) in [("name", name), ("email", &address), ("password", SECRET), ("again", SECRET)] {
        browser.fill(&format!("form[action='/register'] input[name={field}]"), text).await;
    }
    send(browser).await;
    browser.see("Look into your mail").await;
    let mail = mails.next().await;
    assert_eq!(mail["to"][0], address);
    browser.open(link(&mail)).await;
    browser.see("Confirm your address").await;
    send(browser).await;
    browser.see("Address confirmed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_by_mail_makes_an_account_accepts_and_sees_the_tenant() {
    let (server, browser, here, mut mails) = house().await;
    let plant = tenant(&server, "Plant A").await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/tenants/{plant}")).await;
    browser.press_named("Invite").await;
    browser.fill("#field-email", "anna@example.com").await;
    browser.choose("#field-role", "tenant-admin").await;
    send(&browser).await;
    browser.see("Invitation sent").await;
    browser.see("anna@example.com").await;
    sign_out(&browser).await;

    let invitation = mails.next().await;
    assert_eq!(invitation["subject"], "You are invited to Plant A");
    browser.open(link(&invitation)).await;
    browser.see("Sign in to accept the invitation").await;
    browser.press_named("Make an account").await;
    register(&browser, &mut mails, "anna").await;
    browser.open(link(&invitation)).await;
    browser.press_named("Sign in").await;
    give_password(&browser, "anna@example.com", SECRET).await;
    browser.see("You are signed in as anna").await;
    send(&browser).await;
    browser.see("You are a member now").await;
    browser.see("Plant A").await;
    browser.see("tenant-admin").await;

    // It is theirs to look after, and once is enough.
    browser.open(&format!("{here}/tenants")).await;
    browser.press_named("Plant A").await;
    browser.see("Members").await;
    browser.see("anna").await;
    browser.open(link(&invitation)).await;
    browser.see("You are signed in as anna").await;
    send(&browser).await;
    browser.see("This invitation is accepted already").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_for_nobody_else_and_waits_in_the_account_of_whom_it_is_for() {
    let (server, browser, here, mut mails) = house().await;
    let plant = tenant(&server, "Plant A").await;
    for name in ["anna", "ben"] {
        browser.open(&format!("{here}/register")).await;
        register(&browser, &mut mails, name).await;
    }
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/tenants/{plant}/invite")).await;
    browser.fill("#field-email", "anna@example.com").await;
    browser.choose("#field-role", "tenant-admin").await;
    send(&browser).await;
    browser.see("Invitation sent").await;
    sign_out(&browser).await;
    let invitation = mails.next().await;

    sign_in_as(&browser, &here, "ben", SECRET).await;
    browser.open(link(&invitation)).await;
    browser.see("You are signed in as ben").await;
    send(&browser).await;
    browser.see("This invitation is for somebody else").await;
    browser.open(&format!("{here}/account")).await;
    sign_out(&browser).await;

    sign_in_as(&browser, &here, "anna", SECRET).await;
    browser.open(&format!("{here}/account")).await;
    browser.see("An invitation waits for your answer").await;
    browser.press("main a[href='/account/invitations']").await;
    browser.press_named("Accept").await;
    browser.see("You are a member now").await;
    browser.see("tenant-admin").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_an_account_proves_the_address_and_signs_in() {
    let (_server, browser, here, mut mails) = house().await;
    browser.open(&format!("{here}/login")).await;
    browser.press_named("Make an account").await;
    for (field, text) in
        [("name", "anna"), ("email", "anna@example.com"), ("password", SECRET), ("again", "another one")]
    {
        browser.fill(&format!("form[action='/register'] input[name={field}]"), text).await;
    }
    send(&browser).await;
    browser.see("The two passwords differ").await;
    for field in ["password", "again"] {
        browser.fill(&format!("form[action='/register'] input[name={field}]"), SECRET).await;
    }
    send(&browser).await;
    browser.see("Look into your mail").await;
    let lost = mails.next().await;

    // Before the address is proved there is no way in, but another mail.
    browser.press_named("Sign in").await;
    give_password(&browser, "anna@example.com", SECRET).await;
    browser.see("Your address is not confirmed yet").await;
    browser.press_named("Send the link again").await;
    browser.fill("input[name=email]", "anna@example.com").await;
    send(&browser).await;
    browser.see("a link is on its way").await;
    let mail = mails.next().await;
    assert_ne!(link(&lost), link(&mail));
    browser.open(link(&mail)).await;
    browser.see("Confirm your address").await;
    send(&browser).await;
    browser.see("Address confirmed").await;
    browser.open(link(&mail)).await;
    send(&browser).await;
    browser.see("Have a new one sent").await;
    sign_in_as(&browser, &here, "anna", SECRET).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_by_the_link_of_a_mail() {
    let (_server, browser, here, mut mails) = house().await;
    browser.open(&format!("{here}/register")).await;
    register(&browser, &mut mails, "anna").await;
    browser.open(&format!("{here}/login")).await;
    browser.press_named("Forgot your password?").await;
    browser.fill("input[name=email]", "anna@example.com").await;
    send(&browser).await;
    browser.see("Look into your mail").await;
    let mail = mails.next().await;
    browser.open(link(&mail)).await;
    browser.see("Set a new password").await;
    for field in ["password", "again"] {
        browser.fill(&format!("input[name={field}]"), "quite another long secret").await;
    }
    send(&browser).await;
    browser.see("Password set").await;
    assert_eq!(mails.next().await["subject"], "Your password was changed");
    browser.press_named("Sign in").await;
    give_password(&browser, "anna@example.com", SECRET).await;
    browser.see("Name or password is wrong").await;
    give_password(&browser, "anna@example.com", "quite another long secret").await;
    browser.see("Good to see you, anna").await;

    // The link is good once.
    browser.open(link(&mail)).await;
    for field in ["password", "again"] {
        browser.fill(&format!("input[name={field}]"), "a third secret that is long").await;
    }
    send(&browser).await;
    browser.see("Ask for a new link").await;
    browser.close().await;
}
