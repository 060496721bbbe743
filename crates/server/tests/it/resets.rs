//! Choosing a new password by mail.

use std::time::Duration;

use atoll_base::settings::Settings;
use atoll_identity::mail_requests::{Wanted, ask};
use atoll_identity::resets::{NewPassword, redeem};
use serde_json::json;

use crate::harness::{Plant, on_both_with};
use crate::mailbox::with_mail;
use crate::sessions::SECRET;

const NEW: &str = "a new one that is long";

impl Plant {
    async fn wish(&self, address: &str) {
        ask(&self.nobody(), Wanted::PasswordReset, address).await.expect("taken down");
    }

    async fn choose(&self, token: &str, password: &str, again: Option<&str>) -> Result<(), String> {
        let new = NewPassword {
            token: token.to_owned().into(),
            password: password.to_owned().into(),
            confirmation: again.map(|again| again.to_owned().into()),
        };
        redeem(&self.nobody(), &self.app.identity, new).await.map_err(|error| error.to_string())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_ends_everything_that_was_before_it() {
    on_both_with(with_mail(), async |plant| {
        let anna = plant.proven("anna", "anna@example.com").await;
        let session = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        plant.wish("anna@example.com").await;
        let first = plant.mailed_token().await;
        plant.wish(" Anna@example.com").await;
        let mail = plant.one_mail().await;
        let second = crate::mailbox::token(&mail);
        assert!(mail.text.unwrap().contains("http://localhost:8080/reset-password?token=atomr_"));
        plant.choose(&second, NEW, Some(NEW)).await.unwrap();
        let told = plant.one_mail().await;
        assert_eq!(
            (told.to.as_str(), told.subject.as_str()),
            ("anna@example.com", "Your password was changed")
        );
        assert_eq!(plant.recognise(&session).await.unwrap_err(), "session revoked");
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "invalid credentials");
        for name in ["anna", "anna@example.com", &anna.to_string()] {
            plant.login(name, NEW).await;
        }
        let expired = Err("password reset token expired".to_owned());
        assert_eq!(plant.choose(&second, SECRET, None).await, expired, "once");
        assert_eq!(plant.choose(&first, SECRET, None).await, expired, "the other link ends, too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_mailed_a_link_has_proved_the_address_and_gets_it_back() {
    on_both_with(with_mail(), async |plant| {
        // Somebody signs up with an address that is not theirs.
        let made = plant.sign_up("impostor", "anna@example.com").await;
        let proof = plant.mailed_token().await;
        plant.wish("anna@example.com").await;
        let token = plant.mailed_token().await;
        plant.choose(&token, NEW, None).await.unwrap();
        let login = plant.login("anna@example.com", NEW).await;
        assert_eq!((&login["entityId"], &login["emailVerified"]), (&made["entityId"], &json!(true)));
        assert_eq!(plant.no_login("anna@example.com", SECRET, json!({})).await, "invalid credentials");
        let again = atoll_identity::verification::verify(&plant.nobody(), &proof).await.unwrap_err();
        assert_eq!(again.to_string(), "verification token expired", "there is nothing left to prove");
        let log = "{ auditLogs(limit: 100) { items { event } } }";
        let log = plant.data(&plant.admin(), log, json!({})).await.to_string();
        assert!(log.contains("email.verify"), "{log}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said() {
    on_both_with(with_mail(), async |plant| {
        plant.proven("anna", "anna@example.com").await;
        for nobody in ["nobody@example.com", "admin@example.com"] {
            plant.wish(nobody).await;
        }
        assert!(plant.mails().await.is_empty());
        plant.wish("anna@example.com").await;
        let token = plant.mailed_token().await;
        let refusal = async |token: &str, password: &str, again| {
            plant.choose(token, password, again).await.unwrap_err()
        };
        assert_eq!(refusal(&token, NEW, Some("x")).await, "password confirmation does not match");
        assert_eq!(refusal(&token, "short", None).await, "password must be at least 12 characters");
        let invalid = "invalid password reset token";
        assert_eq!(refusal("rubbish", NEW, None).await, invalid);
        assert_eq!(refusal(&token.replace("atomr", "atomv"), NEW, None).await, invalid);
        plant.pass(Duration::from_secs(30 * 60)).await;
        assert_eq!(refusal(&token, NEW, None).await, "password reset token expired");
        plant.login("anna", SECRET).await;
        let refused = ask(&plant.nobody(), Wanted::PasswordReset, "x").await.unwrap_err();
        assert_eq!(refused.to_string(), "email is required");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_chooses_one_password_however_many_use_it() {
    let settings = Settings { password_hash_queue: 256, ..with_mail() };
    on_both_with(settings, async |plant| {
        plant.proven("anna", "anna@example.com").await;
        plant.wish("anna@example.com").await;
        let token = plant.mailed_token().await;
        let passwords: Vec<String> = (0..64).map(|number| format!("a new password {number}")).collect();
        let all = passwords.iter().map(|password| plant.choose(&token, password, None));
        let outcomes = futures::future::join_all(all).await;
        let won: Vec<usize> = (0..64).filter(|nth| outcomes[*nth].is_ok()).collect();
        let [won] = won[..] else { panic!("{outcomes:?}") };
        plant.login("anna", &passwords[won]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_somebody_changes_is_told_to_its_owner() {
    on_both_with(with_mail(), async |plant| {
        let anna = plant.proven("anna", "anna@example.com").await;
        plant.give_password(anna, NEW).await;
        assert_eq!(plant.one_mail().await.subject, "Your password was changed");
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), disable, json!({ "id": anna })).await;
        plant.wish("anna@example.com").await;
        assert!(plant.mails().await.is_empty(), "an account that is not in use gets no link");
    })
    .await;
}
