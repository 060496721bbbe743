//! Mails that a house would send, in the hands of the test.

use std::sync::Arc;

use atoll_base::jobs::Worker;
use atoll_base::settings::Settings;
use atoll_identity::mail_requests::{self, Answering};
use atoll_outbound::mail::{self, Mail, NotDelivered, Post, Sending};
use parking_lot::Mutex;
use serde_json::json;
use uuid::Uuid;

use crate::harness::Plant;

#[derive(Default)]
struct Mailbox(Mutex<Vec<Mail>>);

#[async_trait::async_trait]
impl Post for Mailbox {
    async fn deliver(&self, _id: Uuid, mail: &Mail) -> Result<(), NotDelivered> {
        self.0.lock().push(mail.clone());
        Ok(())
    }
}

/// Settings with a mail server.
pub fn with_mail() -> Settings {
    Settings {
        smtp_host: Some("mail.example.com".into()),
        smtp_from: Some("Atoll <atoll@example.com>".into()),
        ..Settings::for_tests()
    }
}

impl Plant {
    /// Does what waits to be done for mails; the mails that came of it.
    pub async fn mails(&self) -> Vec<Mail> {
        let mailbox = Arc::new(Mailbox::default());
        let sending = Sending::with(self.ground().settings(), mailbox.clone()).expect("templates");
        let worker = Worker::default()
            .with(mail::JOB, Arc::new(sending))
            .with(mail_requests::JOB, Arc::new(Answering));
        while worker.work_once(self.ground()).await {}
        mailbox.0.lock().drain(..).collect()
    }

    /// The one mail that waits to be sent.
    pub async fn one_mail(&self) -> Mail {
        let mut mails = self.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0)
    }

    /// The token in the one mail that waits to be sent.
    pub async fn mailed_token(&self) -> String {
        token(&self.one_mail().await)
    }
}

/// A mail server that takes nothing.
struct Closed(NotDelivered);

#[async_trait::async_trait]
impl Post for Closed {
    async fn deliver(&self, _id: Uuid, _mail: &Mail) -> Result<(), NotDelivered> {
        Err(self.0.clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_for_good_is_given_up_and_any_other_tried_again() {
    for (why, state) in [
        (NotDelivered::Refused("550 no such mailbox".into()), "dead"),
        (NotDelivered::ForNow("451 try later".into()), "waiting"),
    ] {
        let plant = Plant::with(with_mail()).await;
        let tenant = plant.tenant("plant-a").await;
        let invite = "mutation($t: ID!) { createTenantInvitation(tenantId: $t, input: { inviteeEmail: \"ann@example.com\" }) { id } }";
        plant.data(&plant.admin(), invite, json!({ "t": tenant })).await;
        let sending = Sending::with(plant.ground().settings(), Arc::new(Closed(why))).expect("templates");
        assert!(Worker::default().with(mail::JOB, Arc::new(sending)).work_once(plant.ground()).await);
        let jobs = "{ jobs(kind: \"mail.send\") { items { state attempts lastError } } }";
        let job = plant.data(&plant.admin(), jobs, json!({})).await["jobs"]["items"][0].take();
        assert_eq!((&job["state"], &job["attempts"]), (&json!(state), &json!(1)), "{job}");
    }
}

/// The token of the link in a mail.
pub fn token(mail: &Mail) -> String {
    let text = mail.text.as_deref().expect("a text");
    let (_, after) = text.split_once("token=").unwrap_or_else(|| panic!("no link in {text}"));
    after.split_whitespace().next().expect("a token").to_owned()
}
