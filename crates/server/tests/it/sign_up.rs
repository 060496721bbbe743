//! Making an account, proving its address, and what nobody learns by it.

use std::time::Duration;

use atoll_base::jobs;
use atoll_base::settings::Settings;
use atoll_identity::mail_requests::{Wanted, ask};
use atoll_identity::verification::verify;
use atoll_outbound::mail;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::tables_agree;
use crate::harness::{Plant, on_both, on_both_with};
use crate::mailbox::{token, with_mail};
use crate::sessions::SECRET;

const SIGN_UP: &str =
    "mutation($i: SignupInput!) { signup(input: $i) { entityId email verificationRequired } }";

fn account(name: &str, email: &str) -> Value {
    json!({ "i": { "name": name, "email": email, "password": SECRET } })
}

impl Plant {
    /// Signs up; the answer.
    pub async fn sign_up(&self, name: &str, email: &str) -> Value {
        self.data(&self.nobody(), SIGN_UP, account(name, email)).await["signup"].take()
    }

    /// A person who has signed up and proved their address; their id.
    pub async fn proven(&self, name: &str, email: &str) -> Uuid {
        let answer = self.sign_up(name, email).await;
        verify(&self.nobody(), &self.mailed_token().await).await.expect("verified");
        answer["entityId"].as_str().expect("an id").parse().expect("a UUID")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_up_proves_their_address_and_signs_in() {
    on_both_with(with_mail(), async |plant| {
        let answer = plant.sign_up("Anna", " Anna@Example.com ").await;
        assert_eq!(answer["email"], "anna@example.com");
        assert_eq!(answer["verificationRequired"], true);
        let not_yet = "email verification required";
        for name in ["anna@example.com", "Anna", answer["entityId"].as_str().unwrap()] {
            assert_eq!(plant.no_login(name, SECRET, json!({})).await, not_yet);
            let wrong = plant.no_login(name, "not the password", json!({})).await;
            assert_eq!(wrong, "invalid credentials", "told only to whoever proves to be the owner");
        }
        plant.pass(Duration::from_secs(901)).await;
        let mail = plant.one_mail().await;
        assert_eq!(mail.to, "anna@example.com");
        let text = mail.text.clone().unwrap();
        assert!(text.contains("http://localhost:8080/auth/email/verify?token=atomv_"), "{text}");
        let given = token(&mail);
        verify(&plant.nobody(), &given).await.unwrap();
        let again = verify(&plant.nobody(), &given).await.unwrap_err();
        assert_eq!(again.to_string(), "verification token expired");
        for name in ["anna@example.com", " ANNA@example.COM", "Anna"] {
            let login = plant.login(name, SECRET).await;
            assert_eq!((&login["entityId"], &login["emailVerified"]), (&answer["entityId"], &json!(true)));
            assert_eq!(login["verificationRequired"], false);
        }
        let anna = plant.caller(answer["entityId"].as_str().unwrap().parse().unwrap(), None);
        let make = "mutation { made: createTenant(input: { name: \"annas\" }) { id } }";
        plant.made(&anna, make, json!({})).await;
        plant.person("boris", None).await;
        assert_eq!(plant.login("boris", SECRET).await["emailVerified"], Value::Null);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_means_who_proved_it_and_in_a_tenant_who_belongs_there() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let make = "mutation($i: CreateEntityInput!) { made: createEntity(input: $i) { id } }";
        let input = json!({ "kind": "human", "name": "anna", "tenantId": tenant,
            "attributes": { "email": "anna@example.com" } });
        let there = plant.made(&plant.admin(), make, json!({ "i": input })).await;
        plant.give_password(there, SECRET).await;
        let own = plant.sign_up("annas-own", "anna@example.com").await["entityId"].take();
        let who = async || plant.login("anna@example.com", SECRET).await["entityId"].take();
        assert_eq!(who().await, json!(there), "whoever signs up keeps nobody out");
        verify(&plant.nobody(), &plant.mailed_token().await).await.unwrap();
        assert_eq!(who().await, own, "but whoever proves an address has it");
        let login = "mutation($i: LoginInput!) { login(input: $i) { entityId } }";
        let input = json!({ "identifier": "anna@example.com", "secret": SECRET, "tenantId": tenant });
        let login = plant.data(&plant.nobody(), login, json!({ "i": input })).await;
        assert_eq!(login["login"]["entityId"], json!(there), "in its tenant an account is still found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_has_an_account_gets_the_same_answer_and_its_owner_a_mail() {
    on_both_with(with_mail(), async |plant| {
        let first = plant.sign_up("anna", "anna@example.com").await;
        plant.mailed_token().await;
        let second = plant.sign_up("impostor", "Anna@example.com").await;
        assert_eq!(second["email"], first["email"]);
        assert_eq!(second["verificationRequired"], first["verificationRequired"]);
        assert_ne!(second["entityId"], first["entityId"], "nothing about the account is told");
        let mail = plant.one_mail().await;
        assert_eq!(
            (mail.to.as_str(), mail.subject.as_str()),
            ("anna@example.com", "You already have an account")
        );
        let invalid = plant.no_login("impostor", SECRET, json!({})).await;
        assert_eq!(invalid, "invalid credentials");
        plant.sign_up("impostor", "anna@example.com").await;
        assert!(plant.mails().await.is_empty(), "nobody fills a mailbox");
        plant.pass(Duration::from_secs(3600)).await;
        plant.sign_up("impostor", "anna@example.com").await;
        plant.one_mail().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_up_with_the_address_of_another_keeps_nobody_out() {
    on_both_with(with_mail(), async |plant| {
        let make = "mutation($input: CreateEntityInput!) { made: createEntity(input: $input) { id } }";
        let input = json!({ "kind": "human", "name": "anna", "attributes": { "email": "anna@example.com" } });
        let anna = plant.made(&plant.admin(), make, json!({ "input": input })).await;
        plant.give_password(anna, SECRET).await;
        let other = plant.sign_up("other", "anna@example.com").await;
        assert_eq!(plant.login("anna@example.com", SECRET).await["entityId"], json!(anna));
        verify(&plant.nobody(), &plant.mailed_token().await).await.unwrap();
        let login = plant.login("anna@example.com", SECRET).await;
        assert_eq!(login["entityId"], other["entityId"], "it belongs to whoever proved it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_taken_gets_letters_after_it_which_the_mail_tells() {
    on_both_with(with_mail(), async |plant| {
        plant.person("anna", None).await;
        let answer = plant.sign_up("anna", "other@example.com").await;
        assert_eq!(answer.as_object().unwrap().len(), 3, "{answer}");
        let mail = plant.one_mail().await;
        let text = mail.text.clone().unwrap();
        let name =
            text.lines().map(str::trim).find(|line| line.starts_with("anna-")).expect("a name").to_owned();
        verify(&plant.nobody(), &token(&mail)).await.unwrap();
        assert_eq!(plant.login(&name, SECRET).await["entityId"], answer["entityId"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_an_account_that_they_could_not_verify() {
    on_both(async |plant| {
        let refusal = plant.refusal(&plant.nobody(), SIGN_UP, account("anna", "anna@example.com")).await;
        assert!(refusal.starts_with("sign up is not available: no mail server is set"), "{refusal}");
        let invalid = plant.no_login("anna", SECRET, json!({})).await;
        assert_eq!(invalid, "invalid credentials", "nothing was made");
    })
    .await;
    let closed = Settings { self_registration_enabled: false, ..with_mail() };
    on_both_with(closed, async |plant| {
        let refusal = plant.refusal(&plant.nobody(), SIGN_UP, account("anna", "anna@example.com")).await;
        assert_eq!(refusal, "sign up is not enabled");
    })
    .await;
    let development = Settings { allow_unverified_email_login: true, ..Settings::for_tests() };
    on_both_with(development, async |plant| {
        plant.sign_up("anna", "anna@example.com").await;
        let login = plant.login("anna@example.com", SECRET).await;
        assert_eq!((&login["emailVerified"], &login["verificationRequired"]), (&json!(false), &json!(true)));
        assert!(plant.mails().await.is_empty(), "nothing is called that is not set");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_up_with_a_password_that_they_could_not_choose_later() {
    let folder = tempfile::tempdir().unwrap();
    let denied = folder.path().join("denied.txt");
    std::fs::write(&denied, "acme rockets rule\n").unwrap();
    let settings = Settings { password_denylist_file: Some(denied), ..with_mail() };
    on_both_with(settings, async |plant| {
        let refusal = async |password: &str| {
            let mut account = account("Annabel Lee", "annabel.lee@example.com");
            account["i"]["password"] = json!(password);
            plant.refusal(&plant.nobody(), SIGN_UP, account).await
        };
        let common = "this password is too common: it is on a list of passwords that are tried first; please choose another";
        let name = "a password must not be the name or the e-mail address of its account";
        for (password, why) in [
            ("password1234", common),
            ("Acme Rockets Rule", common),
            ("annabel lee 1849", name),
            ("Annabel.Lee@example.com", name),
        ] {
            assert_eq!(refusal(password).await, why, "{password}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_sign_up_with_one_address_make_one_account() {
    let settings = Settings { password_hash_queue: 256, ..with_mail() };
    on_both_with(settings, async |plant| {
        let all = (0..64).map(|_| plant.answer_of_sign_up("anna", "anna@example.com"));
        let answers = futures::future::join_all(all).await;
        assert!(answers.iter().all(|answer| answer["errors"].is_null()), "{answers:?}");
        let mails = plant.mails().await;
        let links = mails.iter().filter(|mail| mail.text.as_deref().unwrap().contains("token=")).count();
        assert_eq!((links, mails.len()), (1, 2));
    })
    .await;
}

impl Plant {
    async fn answer_of_sign_up(&self, name: &str, email: &str) -> Value {
        self.answer(&self.nobody(), SIGN_UP, account(name, email)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_however_many_open_it() {
    on_both_with(with_mail(), async |plant| {
        plant.sign_up("anna", "anna@example.com").await;
        let given = plant.mailed_token().await;
        let all = (0..64).map(|_| {
            let (ctx, given) = (plant.nobody(), given.clone());
            async move { verify(&ctx, &given).await.map_err(|error| error.to_string()) }
        });
        let outcomes = futures::future::join_all(all).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        let others = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert!(others.into_iter().all(|text| text == "verification token expired"));
        for bad in ["", "atomv_", &given.replace("atomv", "atomr"), &given[..given.len() - 1]] {
            let refusal = verify(&plant.nobody(), bad).await.unwrap_err();
            assert_eq!(refusal.to_string(), "invalid verification token");
        }
        let last = if given.ends_with('0') { '1' } else { '0' };
        let other = format!("{}{last}", &given[..given.len() - 1]);
        assert_eq!(
            verify(&plant.nobody(), &other).await.unwrap_err().to_string(),
            "invalid verification token"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_can_be_sent_again_and_grows_too_old() {
    on_both_with(with_mail(), async |plant| {
        plant.sign_up("anna", "anna@example.com").await;
        let first = plant.mailed_token().await;
        for address in ["anna@example.com", "nobody@example.com"] {
            ask(&plant.nobody(), Wanted::Verification, address).await.unwrap();
            ask(&plant.nobody(), Wanted::Verification, address).await.unwrap();
        }
        let second = plant.mailed_token().await;
        assert_ne!(first, second);
        for _ in 0..9 {
            ask(&plant.nobody(), Wanted::Verification, "anna@example.com").await.unwrap();
            plant.mails().await;
        }
        ask(&plant.nobody(), Wanted::Verification, "anna@example.com").await.unwrap();
        assert!(plant.mails().await.is_empty(), "nobody fills a mailbox");
        plant.pass(Duration::from_secs(86_400)).await;
        let old = verify(&plant.nobody(), &second).await.unwrap_err();
        assert_eq!(old.to_string(), "verification token expired");
        ask(&plant.nobody(), Wanted::Verification, "anna@example.com").await.unwrap();
        verify(&plant.nobody(), &plant.mailed_token().await).await.unwrap();
        ask(&plant.nobody(), Wanted::Verification, "anna@example.com").await.unwrap();
        assert!(plant.mails().await.is_empty(), "nothing is left to prove");
        let refusal = ask(&plant.nobody(), Wanted::Verification, "anna@localhost").await.unwrap_err();
        assert_eq!(refusal.to_string(), "invalid email");
        plant.pass(Duration::from_secs(2 * 86_400)).await;
        assert!(plant.forget().await > 0);
        let gone = verify(&plant.nobody(), &second).await.unwrap_err();
        assert_eq!(gone.to_string(), "invalid verification token", "forgotten");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_free_when_its_account_is_deleted() {
    on_both_with(with_mail(), async |plant| {
        let first = plant.proven("anna", "anna@example.com").await;
        let delete = "mutation($id: ID!) { deleteEntity(id: $id) }";
        plant.data(&plant.admin(), delete, json!({ "id": first })).await;
        let second = plant.proven("anna", "anna@example.com").await;
        assert_ne!(first, second);
        let restore = "mutation($id: ID!) { restoreEntity(id: $id) }";
        let refusal = plant.refusal(&plant.admin(), restore, json!({ "id": first })).await;
        let taken = "a live record already uses this name; rename the conflicting record before restoring";
        assert_eq!(refusal, taken);
        let rename = "mutation($id: ID!) { updateEntity(id: $id, input: { name: \"other\" }) { id } }";
        plant.data(&plant.admin(), rename, json!({ "id": second })).await;
        let refusal = plant.refusal(&plant.admin(), restore, json!({ "id": first })).await;
        assert_eq!(refusal, taken, "the address, too");
        plant.data(&plant.admin(), delete, json!({ "id": second })).await;
        plant.data(&plant.admin(), restore, json!({ "id": first })).await;
        plant.give_password(first, SECRET).await;
        assert_eq!(plant.login("anna@example.com", SECRET).await["entityId"], json!(first));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_mail_shows_neither_its_link_nor_whom_it_is_for() {
    on_both_with(with_mail(), async |plant| {
        plant.sign_up("anna", "anna@example.com").await;
        let lease = Duration::from_secs(1);
        let waiting = jobs::claim(plant.ground(), &[mail::JOB], lease, 10).await.unwrap();
        let [job] = &waiting[..] else { panic!("{waiting:?}") };
        let shown = job.payload.to_string();
        assert!(!shown.contains("atomv_") && !shown.contains("anna"), "{shown}");
        plant.pass(Duration::from_secs(2)).await;
        assert!(plant.mailed_token().await.starts_with("atomv_"));
        assert!(jobs::claim(plant.ground(), &[mail::JOB], lease, 10).await.unwrap().is_empty(), "cleared");
        ask(&plant.nobody(), Wanted::Verification, "anna@example.com").await.unwrap();
        let answering = atoll_base::jobs::Worker::default().with(
            atoll_identity::mail_requests::JOB,
            std::sync::Arc::new(atoll_identity::mail_requests::Answering),
        );
        assert!(answering.work_once(plant.ground()).await);
        plant.pass(Duration::from_secs(86_401)).await;
        assert!(plant.mails().await.is_empty(), "a link that is too old is not sent");
    })
    .await;
}

const DAY: Duration = Duration::from_secs(86_400);

async fn is_there(plant: &Plant, signed_up: &Value) -> bool {
    let find = "query($id: ID!) { entity(id: $id) { id } }";
    let found = plant.answer(&plant.admin(), find, json!({ "id": signed_up["entityId"] })).await;
    found["errors"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_address_nobody_proves_goes_and_frees_the_address() {
    on_both_with(with_mail(), async |plant| {
        let role = plant.role("reader", None, &[]).await;
        let proven = plant.proven("anna", "anna@example.com").await;
        let boris = plant.sign_up("boris", "boris@example.com").await;
        let helped = plant.sign_up("cid", "cid@example.com").await;
        plant.assign(role, helped["entityId"].as_str().unwrap().parse().unwrap(), None).await;
        plant.mails().await;
        plant.pass(29 * DAY).await;
        plant.forget().await;
        assert!(is_there(&plant, &boris).await);
        ask(&plant.nobody(), Wanted::Verification, "boris@example.com").await.unwrap();
        plant.mails().await;
        plant.pass(2 * DAY).await;
        plant.forget().await;
        assert!(!is_there(&plant, &boris).await, "asking for the link again does not make it longer");
        assert!(is_there(&plant, &helped).await, "somebody has given them something");
        assert!(is_there(&plant, &json!({ "entityId": proven })).await);
        let again = plant.proven("boris", "boris@example.com").await;
        assert_ne!(json!(again), boris["entityId"]);
        let events = "query($id: ID!) { auditLogs(targetId: $id) { items { event } } }";
        let events = plant.data(&plant.admin(), events, json!({ "id": boris["entityId"] })).await;
        let events: Vec<&str> = events["auditLogs"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["event"].as_str().unwrap())
            .collect();
        assert!(events.contains(&"auth.signup_expired") && events.contains(&"entity.purge"), "{events:?}");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_sign_in_without_a_proof_stays() {
    let settings = Settings { allow_unverified_email_login: true, ..with_mail() };
    let plant = Plant::with(settings).await;
    let anna = plant.sign_up("anna", "anna@example.com").await;
    plant.pass(400 * DAY).await;
    plant.forget().await;
    assert!(is_there(&plant, &anna).await);
}
