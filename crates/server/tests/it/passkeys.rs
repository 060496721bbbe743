//! Passkeys: registering them, signing in with them, and everything that must not pass for one.

use std::time::Duration;

use atoll_base::ctx::{Caller, Ctx, Origin};
use serde_json::{Value, json};

use crate::authenticator::Device;
use crate::harness::{Plant, on_both};
use crate::sessions::SECRET;

const BEGIN: &str = "mutation { beginPasskeyRegistration { challengeId options } }";
const REGISTER: &str = "mutation($i: RegisterPasskeyInput!) { registerPasskey(input: $i) { passkey { id name \
    lastUsedAt } recoveryCodes } }";
const ASK: &str = "mutation($t: String) { beginPasskeyLogin(pendingToken: $t) { challengeId options } }";
const ENTER: &str = "mutation($a: PasskeyAnswerInput!) { passkeyLogin(answer: $a) { token entityId } }";
const OVER: &str = "this challenge is over or was answered already; please begin again";
const REFUSED: &str = "the passkey's answer does not hold";
const WRONG: &str = "the second factor is wrong or was used before";

impl Plant {
    async fn begin_registration(&self, ctx: &Ctx) -> Value {
        self.data(ctx, BEGIN, json!({})).await["beginPasskeyRegistration"].take()
    }

    /// Registers a new device; the answer of the door.
    async fn register(&self, ctx: &Ctx, device: &mut Device) -> Value {
        let asked = self.begin_registration(ctx).await;
        let answer = device.create(&asked["options"]);
        let input =
            json!({ "i": { "challengeId": asked["challengeId"], "name": "phone", "credential": answer } });
        self.data(ctx, REGISTER, input).await["registerPasskey"].take()
    }

    async fn ask(&self, pending: Value) -> Value {
        self.data(&self.nobody(), ASK, json!({ "t": pending })).await["beginPasskeyLogin"].take()
    }
}

fn answer(asked: &Value, credential: &Value) -> Value {
    json!({ "a": { "challengeId": asked["challengeId"], "credential": credential } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_alone() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let own = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        let ctx = plant.with_token(&own).await;
        let mut phone = Device::new();
        let made = plant.register(&ctx, &mut phone).await;
        let ctx = plant.with_token(&own).await;
        assert_eq!(made["passkey"]["name"], "phone");
        assert_eq!(made["recoveryCodes"].as_array().unwrap().len(), 10);
        let asked = plant.ask(Value::Null).await;
        let login = plant.data(&plant.nobody(), ENTER, answer(&asked, &phone.get(&asked["options"]))).await;
        let token = login["passkeyLogin"]["token"].as_str().unwrap();
        let who = plant.recognise(token).await.unwrap();
        assert_eq!((who.entity, who.kind.as_str(), who.methods.mfa()), (anna, "passkey", true));
        let shown = "{ secondFactors { passkeys { id signCount lastUsedAt synced } } }";
        let shown = plant.data(&ctx, shown, json!({})).await["secondFactors"]["passkeys"][0].take();
        assert_eq!((&shown["signCount"], &shown["synced"]), (&json!(1), &json!(false)));
        assert!(shown["lastUsedAt"].is_string());
        // Its sessions end with it.
        let rename = "mutation($id: ID!) { renamePasskey(id: $id, name: \"old phone\") { name } }";
        let renamed = plant.data(&ctx, rename, json!({ "id": shown["id"] })).await;
        assert_eq!(renamed["renamePasskey"]["name"], "old phone");
        let remove = "mutation($id: ID!) { removePasskey(id: $id) }";
        plant.data(&ctx, remove, json!({ "id": shown["id"] })).await;
        assert_eq!(plant.recognise(token).await.unwrap_err(), "session revoked");
        let asked = plant.ask(Value::Null).await;
        let gone = plant.refusal(&plant.nobody(), ENTER, answer(&asked, &phone.get(&asked["options"]))).await;
        assert_eq!(gone, WRONG);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_completes_a_sign_in_and_proves_anew() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let own = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        let ctx = plant.with_token(&own).await;
        let (mut phone, mut key) = (Device::new(), Device::new());
        plant.register(&ctx, &mut phone).await;
        let needed = "please prove again who you are: this needs your second factor";
        assert_eq!(plant.refusal(&ctx, BEGIN, json!({})).await, needed, "a password alone adds no passkey");
        let ctx = plant.with_token(&own).await;
        let second = plant.register(&ctx, &mut key).await;
        assert_eq!(second["recoveryCodes"], json!([]), "the codes are there already");
        let pending = plant.first_step("anna").await;
        assert_eq!(pending["methods"], json!(["passkey", "recovery_code"]));
        let asked = plant.ask(pending["pending_token"].clone()).await;
        assert_eq!(asked["options"]["publicKey"]["allowCredentials"].as_array().unwrap().len(), 2);
        let credential = key.get(&asked["options"]);
        let factor = json!({ "passkey": { "challengeId": asked["challengeId"], "credential": credential } });
        let token = plant.second_step(&pending, factor).await;
        assert_eq!(plant.recognise(&token).await.unwrap().methods.words(), ["pwd", "hwk"]);
        plant.pass(Duration::from_secs(700)).await;
        let ctx = plant.with_token(&token).await;
        let ask = "mutation { beginPasskeyStepUp { challengeId options } }";
        let asked = plant.data(&ctx, ask, json!({})).await["beginPasskeyStepUp"].take();
        let factor = json!({ "passkey": { "challengeId": asked["challengeId"],
            "credential": phone.get(&asked["options"]) } });
        let raise = "mutation($f: FactorInput) { stepUp(factor: $f) { token } }";
        plant.data(&ctx, raise, json!({ "f": factor })).await;
        let ctx = plant.with_token(&token).await;
        plant.begin_registration(&ctx).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_elsewhere_gets_nothing() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        let elsewhere = [
            "http://localhost.evil.test:8080",
            "http://evil-localhost:8080",
            "http://localhost:8081",
            "https://localhost:8080",
            "http://sub.localhost:8080",
            "http://localhost:8080.evil.test",
            "null",
        ];
        for origin in elsewhere {
            let mut phone = Device::new();
            phone.origin = origin.to_owned();
            let asked = plant.begin_registration(&ctx).await;
            let credential = phone.create(&asked["options"]);
            let input =
                json!({ "i": { "challengeId": asked["challengeId"], "name": "x", "credential": credential } });
            assert_eq!(plant.refusal(&ctx, REGISTER, input).await, REFUSED, "{origin}");
        }
        let mut phone = Device::new();
        plant.register(&ctx, &mut phone).await;
        for origin in elsewhere {
            phone.origin = origin.to_owned();
            let asked = plant.ask(Value::Null).await;
            let given = answer(&asked, &phone.get(&asked["options"]));
            assert_eq!(plant.refusal(&plant.nobody(), ENTER, given).await, WRONG, "{origin}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_and_not_for_long() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let bob = plant.person("bob", None).await;
        let own = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        let ctx = plant.with_token(&own).await;
        let mut phone = Device::new();
        plant.register(&ctx, &mut phone).await;
        let ctx = plant.with_token(&own).await;
        let nobody = plant.nobody();
        let asked = plant.ask(Value::Null).await;
        let given = answer(&asked, &phone.get(&asked["options"]));
        plant.data(&nobody, ENTER, given.clone()).await;
        assert_eq!(plant.refusal(&nobody, ENTER, given).await, OVER, "replayed");
        let asked = plant.ask(Value::Null).await;
        let given = answer(&asked, &phone.get(&asked["options"]));
        plant.pass(Duration::from_secs(301)).await;
        assert_eq!(plant.refusal(&nobody, ENTER, given).await, OVER, "too late");
        // A copy of the device does not know how often the other one signed.
        let asked = plant.ask(Value::Null).await;
        phone.count = 0;
        let given = answer(&asked, &phone.get(&asked["options"]));
        assert_eq!(plant.refusal(&nobody, ENTER, given).await, WRONG, "an old count");
        phone.count = 40;
        phone.unlocked = false;
        let asked = plant.ask(Value::Null).await;
        let given = answer(&asked, &phone.get(&asked["options"]));
        assert_eq!(plant.refusal(&nobody, ENTER, given).await, WRONG, "not unlocked");
        phone.unlocked = true;
        // What was asked of one for one thing is no answer of another for another.
        let bob = plant.caller(bob, None);
        let asked = plant.begin_registration(&ctx).await;
        let mut other = Device::new();
        let credential = other.create(&asked["options"]);
        let input =
            json!({ "i": { "challengeId": asked["challengeId"], "name": "x", "credential": credential } });
        assert_eq!(plant.refusal(&bob, REGISTER, input).await, OVER, "somebody else's");
        let asked = plant.begin_registration(&ctx).await;
        let given = answer(&asked, &phone.get(&asked["options"]));
        assert_eq!(plant.refusal(&nobody, ENTER, given).await, OVER, "for registering");
        let given = answer(&plant.ask(Value::Null).await, &json!({ "id": "x" }));
        assert_eq!(plant.refusal(&nobody, ENTER, given).await, WRONG, "rubbish");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_does_not_use_up_what_all_strangers_may_ask() {
    on_both(async |plant| {
        let from = |address: &str| {
            let origin = Origin { address: Some(address.parse().unwrap()), ..Origin::default() };
            Ctx::new(plant.ground().clone(), Caller::Nobody, origin)
        };
        for nth in 0..100 {
            plant.data(&from(&format!("203.0.113.{nth}")), ASK, json!({})).await;
        }
        let full = plant.refusal(&from("203.0.113.200"), ASK, json!({})).await;
        assert_eq!(full, "too many sign-ins are under way right now; please try again");
        plant.data(&from("198.51.100.7"), ASK, json!({})).await;
        plant.pass(Duration::from_secs(300)).await;
        plant.data(&from("203.0.113.200"), ASK, json!({})).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_of_somebody_who_is_out_does_not_let_in() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let anna = plant.person("anna", Some(tenant)).await;
        let ctx = plant.session_of("anna").await;
        let mut phone = Device::new();
        plant.register(&ctx, &mut phone).await;
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), disable, json!({ "id": anna })).await;
        let asked = plant.ask(Value::Null).await;
        let given = answer(&asked, &phone.get(&asked["options"]));
        assert_eq!(plant.refusal(&plant.nobody(), ENTER, given).await, WRONG);
        plant
            .data(
                &plant.admin(),
                "mutation($id: ID!) { enableEntity(id: $id) { id } }",
                json!({ "id": anna }),
            )
            .await;
        plant
            .data(
                &plant.admin(),
                "mutation($id: ID!) { freezeTenant(id: $id) { id } }",
                json!({ "id": tenant }),
            )
            .await;
        let asked = plant.ask(Value::Null).await;
        let given = answer(&asked, &phone.get(&asked["options"]));
        assert_eq!(plant.refusal(&plant.nobody(), ENTER, given).await, "tenant is not active");
        // Guesses at the password do not keep the passkey out.
        plant
            .data(
                &plant.admin(),
                "mutation($id: ID!) { enableTenant(id: $id) { id } }",
                json!({ "id": tenant }),
            )
            .await;
        for _ in 0..6 {
            plant.no_login("anna", "wrong", json!({})).await;
        }
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "too many failed login attempts");
        let asked = plant.ask(Value::Null).await;
        let given = answer(&asked, &phone.get(&asked["options"]));
        plant.data(&plant.nobody(), ENTER, given).await;
    })
    .await;
}
