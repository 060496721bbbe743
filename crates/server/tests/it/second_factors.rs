//! Authenticator apps, recovery codes, the sign-in in two steps, and proving oneself anew.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::authenticator::totp;
use crate::harness::{Plant, on_both};
use crate::sessions::{SECRET, payload};

const LOGIN: &str = "mutation($i: LoginInput!) { login(input: $i) { token } }";
const COMPLETE: &str =
    "mutation($t: String!, $f: FactorInput!) { completeLogin(pendingToken: $t, factor: $f) { token } }";
const STEP_UP: &str =
    "mutation($p: String, $f: FactorInput) { stepUp(password: $p, factor: $f) { token sessionId } }";
const FACTORS: &str = "query($id: ID) { secondFactors(entityId: $id) { totp { lastUsedAt } passkeys { id name synced \
    backedUp attested signCount lastUsedAt } recoveryCodesLeft } }";
const CHANGE: &str = "mutation($c: String!, $n: String!) { changePassword(current: $c, new: $n) }";
const WRONG: &str = "the second factor is wrong or was used before";
const STALE: &str = "please prove again who you are: your last proof is too old for this";

/// A person's app and codes.
pub struct Own {
    pub app: String,
    pub codes: Vec<String>,
}

impl Plant {
    pub fn seconds(&self) -> i64 {
        use atoll_base::Clock as _;
        self.clock.now().seconds()
    }

    /// A request in a new session of somebody who has only a password.
    pub async fn session_of(&self, name: &str) -> Ctx {
        let token = self.login(name, SECRET).await["token"].as_str().unwrap().to_owned();
        self.with_token(&token).await
    }

    /// Sets an authenticator app up.
    pub async fn set_up_app(&self, ctx: &Ctx) -> Own {
        let made =
            self.data(ctx, "mutation { enrolTotp { secret uri } }", json!({})).await["enrolTotp"].take();
        let app = made["secret"].as_str().unwrap().to_owned();
        assert!(made["uri"].as_str().unwrap().contains(&format!("secret={app}")), "{made}");
        let confirm = "mutation($c: String!) { confirmTotp(code: $c) }";
        let codes =
            self.data(ctx, confirm, json!({ "c": totp(&app, self.seconds()) })).await["confirmTotp"].take();
        let codes = codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        self.pass(Duration::from_secs(60)).await;
        Own { app, codes }
    }

    /// The right password of somebody who has a second factor: what the refusal says.
    pub async fn first_step(&self, name: &str) -> Value {
        let input = json!({ "i": { "identifier": name, "secret": SECRET } });
        let mut answer = self.answer(&self.nobody(), LOGIN, input).await;
        assert_eq!(answer["errors"][0]["message"], "second factor required", "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "auth.second_factor_required");
        answer["errors"][0]["extensions"]["details"].take()
    }

    /// Completes a sign-in; the token.
    pub async fn second_step(&self, pending: &Value, factor: Value) -> String {
        let variables = json!({ "t": pending["pending_token"], "f": factor });
        let data = self.data(&self.nobody(), COMPLETE, variables).await;
        data["completeLogin"]["token"].as_str().unwrap().to_owned()
    }

    pub async fn no_second_step(&self, pending: &Value, factor: Value) -> String {
        let variables = json!({ "t": pending["pending_token"], "f": factor });
        self.refusal(&self.nobody(), COMPLETE, variables).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_alone_is_not_enough_for_whoever_has_an_app() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        let own = plant.set_up_app(&ctx).await;
        assert_eq!(own.codes.len(), 10);
        let shown = plant.data(&ctx, FACTORS, json!({})).await["secondFactors"].take();
        assert!(shown["totp"].is_object() && shown["recoveryCodesLeft"] == 10, "{shown}");

        let pending = plant.first_step("anna").await;
        assert_eq!(pending["methods"], json!(["totp", "recovery_code"]));
        let code = totp(&own.app, plant.seconds());
        let token = plant.second_step(&pending, json!({ "totp": code })).await;
        let who = plant.recognise(&token).await.unwrap();
        assert_eq!(who.entity, anna);
        assert_eq!(who.methods.words(), ["pwd", "otp"]);
        let claims = payload(&token);
        assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
        assert_eq!(claims["auth_time"], json!(plant.seconds()));

        // The same sign-in is over, and the same code is used.
        let again = plant.no_second_step(&pending, json!({ "totp": code })).await;
        assert_eq!(again, "this sign-in is over; please begin again");
        let pending = plant.first_step("anna").await;
        assert_eq!(plant.no_second_step(&pending, json!({ "totp": code })).await, WRONG, "replayed");
        let early = totp(&own.app, plant.seconds() - 30);
        assert_eq!(
            plant.no_second_step(&pending, json!({ "totp": early })).await,
            WRONG,
            "older than the newest"
        );
        plant.pass(Duration::from_secs(60)).await;
        plant.second_step(&pending, json!({ "totp": totp(&own.app, plant.seconds()) })).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_works_once() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        let own = plant.set_up_app(&ctx).await;
        let code = own.codes[3].to_uppercase().replace('-', " ");
        let pending = plant.first_step("anna").await;
        let token = plant.second_step(&pending, json!({ "recoveryCode": code })).await;
        assert!(plant.recognise(&token).await.unwrap().methods.mfa());
        let pending = plant.first_step("anna").await;
        assert_eq!(plant.no_second_step(&pending, json!({ "recoveryCode": own.codes[3] })).await, WRONG);
        assert_eq!(
            plant.no_second_step(&pending, json!({ "recoveryCode": "abcd-efgh-jkmn-pqrs" })).await,
            WRONG
        );
        let ctx = plant.with_token(&token).await;
        let shown = plant.data(&ctx, FACTORS, json!({})).await;
        assert_eq!(shown["secondFactors"]["recoveryCodesLeft"], 9);
        let made = plant.data(&ctx, "mutation { regenerateRecoveryCodes }", json!({})).await;
        let fresh = made["regenerateRecoveryCodes"].as_array().unwrap().clone();
        assert_eq!(fresh.len(), 10);
        assert_eq!(
            plant.no_second_step(&pending, json!({ "recoveryCode": own.codes[4] })).await,
            WRONG,
            "replaced"
        );
        plant.second_step(&pending, json!({ "recoveryCode": fresh[0] })).await;
        // What is removed takes the codes along.
        plant.data(&ctx, "mutation { removeTotp }", json!({})).await;
        let shown = plant.data(&ctx, FACTORS, json!({})).await["secondFactors"].take();
        assert_eq!(shown["recoveryCodesLeft"], 0);
        plant.login("anna", SECRET).await;
        let none = plant.refusal(&ctx, "mutation { regenerateRecoveryCodes }", json!({})).await;
        assert_eq!(none, "recovery codes are for those who have a second factor");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_second_factor_is_paused_like_guessing_a_password() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        let own = plant.set_up_app(&ctx).await;
        // The right password in between does not make the guesses forgotten.
        for _ in 0..5 {
            let pending = plant.first_step("anna").await;
            assert_eq!(plant.no_second_step(&pending, json!({ "totp": "000000" })).await, WRONG);
        }
        let pending = plant.first_step("anna").await;
        let right = json!({ "totp": totp(&own.app, plant.seconds()) });
        assert_eq!(plant.no_second_step(&pending, right).await, "too many failed login attempts");
        let ctx_refusal = plant.refusal(&ctx, STEP_UP, json!({ "f": { "totp": "000000" } })).await;
        assert_eq!(ctx_refusal, "too many failed login attempts");
        plant.pass(Duration::from_secs(901)).await;
        let pending = plant.first_step("anna").await;
        plant.second_step(&pending, json!({ "totp": totp(&own.app, plant.seconds()) })).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_right_makes_up_for_what_was_wrong_of_its_kind() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        let own = plant.set_up_app(&ctx).await;
        let code = |plant: &Plant| json!({ "totp": totp(&own.app, plant.seconds()) });
        for _ in 0..2 {
            for _ in 0..4 {
                assert_eq!(plant.no_login("anna", "wrong", json!({})).await, "invalid credentials");
            }
            let pending = plant.first_step("anna").await;
            for _ in 0..4 {
                assert_eq!(plant.no_second_step(&pending, json!({ "totp": "000000" })).await, WRONG);
            }
            plant.pass(Duration::from_secs(30)).await;
            plant.second_step(&pending, code(&plant)).await;
            plant.pass(Duration::from_secs(1)).await;
            for _ in 0..4 {
                let wrong = json!({ "f": { "totp": "000000" } });
                assert_eq!(plant.refusal(&ctx, STEP_UP, wrong).await, WRONG);
            }
            plant.pass(Duration::from_secs(30)).await;
            plant.data(&ctx, STEP_UP, json!({ "f": code(&plant) })).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_is_no_way_to_guess() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        plant.person("bob", None).await;
        let anna = plant.session_of("anna").await;
        let own = plant.set_up_app(&anna).await;
        let bob = plant.session_of("bob").await;
        let begun = plant.data(&bob, "mutation { enrolTotp { secret } }", json!({})).await;
        let first = totp(begun["enrolTotp"]["secret"].as_str().unwrap(), plant.seconds());
        let pending = plant.first_step("anna").await;
        let code = totp(&own.app, plant.seconds());
        let confirm = "mutation($c: String!) { confirmTotp(code: $c) }";
        let ask = "mutation { beginPasskeyLogin { challengeId } }";
        let complete = |factor: Value| json!({ "t": pending["pending_token"], "f": factor });
        for (ctx, query, variables) in [
            (&bob, CHANGE, json!({ "c": SECRET, "n": "a new one that is long" })),
            (&bob, CHANGE, json!({ "c": "not this one at all", "n": "a new one that is long" })),
            (&bob, STEP_UP, json!({ "p": SECRET })),
            (&bob, confirm, json!({ "c": first })),
            (&bob, ask, json!({})),
            (&anna, STEP_UP, json!({ "f": { "totp": code } })),
            (&anna, STEP_UP, json!({ "f": { "totp": "000000" } })),
            (&anna, STEP_UP, json!({ "f": { "recoveryCode": own.codes[0] } })),
            (&anna, COMPLETE, complete(json!({ "totp": code }))),
            (&anna, COMPLETE, complete(json!({ "totp": "000000" }))),
        ] {
            let answer = plant.tried(ctx, query, variables).await;
            let message = &answer["errors"][0]["message"];
            assert_eq!(message, "secrets are not checked by a dry run", "{query}: {answer}");
        }
        plant.second_step(&pending, json!({ "totp": code })).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_sign_in_is_short_and_dies_with_its_password() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        let own = plant.set_up_app(&ctx).await;
        let over = "this sign-in is over; please begin again";
        let pending = plant.first_step("anna").await;
        plant.pass(Duration::from_secs(301)).await;
        let code = |plant: &Plant| json!({ "totp": totp(&own.app, plant.seconds()) });
        assert_eq!(plant.no_second_step(&pending, code(&plant)).await, over);
        assert_eq!(plant.forget().await, 1, "it is forgotten");
        let pending = plant.first_step("anna").await;
        let mut forged = pending.clone();
        forged["pending_token"] =
            json!(pending["pending_token"].as_str().unwrap().replace(['0', '1', '2'], "f"));
        assert_eq!(plant.no_second_step(&forged, code(&plant)).await, over);
        plant.give_password(anna, "another one that is long").await;
        assert_eq!(plant.no_second_step(&pending, code(&plant)).await, over);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_how_one_signs_in_needs_a_fresh_proof() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        let own = plant.set_up_app(&ctx).await;
        plant.pass(Duration::from_secs(700)).await;
        for sensitive in [
            "mutation { removeTotp }",
            "mutation { enrolTotp { secret } }",
            "mutation { regenerateRecoveryCodes }",
            "mutation { beginPasskeyRegistration { challengeId } }",
            "mutation { changePassword(current: \"correct horse battery\", new: \"a new one that is long\") }",
        ] {
            let answer = plant.answer(&ctx, sensitive, json!({})).await;
            assert_eq!(answer["errors"][0]["message"], STALE, "{sensitive}: {answer}");
            assert_eq!(answer["errors"][0]["extensions"]["code"], "auth.step_up_required");
        }
        let own_password =
            "mutation($id: ID!) { createPassword(entityId: $id, password: \"a new one that is long\") }";
        let anna = ctx.caller().entity_id().unwrap();
        assert_eq!(plant.refusal(&ctx, own_password, json!({ "id": anna })).await, STALE);

        let session = ctx.caller().session_id().unwrap();
        let needed = "please prove again who you are: this needs your second factor";
        assert_eq!(plant.refusal(&ctx, STEP_UP, json!({ "p": SECRET })).await, needed, "the password is not enough");
        let factor = json!({ "f": { "totp": totp(&own.app, plant.seconds()) } });
        let raised = plant.data(&ctx, STEP_UP, factor).await["stepUp"].take();
        assert_eq!(raised["sessionId"], json!(session), "the same session");
        let token = raised["token"].as_str().unwrap();
        assert_eq!(payload(token)["amr"], json!(["pwd", "otp", "mfa"]));
        let fresh = plant.with_token(token).await;
        plant.data(&fresh, "mutation { removeTotp }", json!({})).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_from_before_is_raised_with_its_session() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let token = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        let ctx = plant.with_token(&token).await;
        let other = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        assert!(!plant.recognise(&token).await.unwrap().methods.mfa());
        let own = plant.set_up_app(&ctx).await;
        assert!(plant.recognise(&token).await.unwrap().methods.mfa(), "it has shown a code of the app");
        // Who has only the password, in another session, gets rid of nothing.
        let stolen = plant.with_token(&other).await;
        let needed = "please prove again who you are: this needs your second factor";
        assert_eq!(plant.refusal(&stolen, STEP_UP, json!({ "p": SECRET })).await, needed);
        for sensitive in [
            "mutation { removeTotp }",
            "mutation { regenerateRecoveryCodes }",
            "mutation { beginPasskeyRegistration { challengeId } }",
            "mutation { changePassword(current: \"correct horse battery\", new: \"a new one that is long\") }",
        ] {
            assert_eq!(plant.refusal(&stolen, sensitive, json!({})).await, needed, "{sensitive}");
        }
        let factor = json!({ "f": { "totp": totp(&own.app, plant.seconds()) } });
        plant.data(&stolen, STEP_UP, factor).await;
        assert!(
            plant.recognise(&other).await.unwrap().methods.mfa(),
            "what was remembered is looked at again"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_ones_password_needs_the_old_one_and_ends_other_sessions() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let here = plant.session_of("anna").await;
        let there = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        let new = "a new one that is long";
        let change = async |current: &str, new: &str| {
            plant.answer(&here, CHANGE, json!({ "c": current, "n": new })).await
        };
        let code =
            |answer: &Value| answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("ok").to_owned();
        assert_eq!(code(&change("wrong and long enough", new).await), "password.wrong_current");
        assert_eq!(code(&change(SECRET, "password1234").await), "password.common");
        assert_eq!(code(&change(SECRET, "short").await), "password.too_short");
        assert_eq!(code(&change(SECRET, new).await), "ok");
        assert_eq!(plant.recognise(&there).await.unwrap_err(), "session revoked");
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "invalid credentials");
        plant.login("anna", new).await;
        // Guesses at it are guesses at the account.
        plant.pass(Duration::from_secs(1)).await;
        for _ in 0..4 {
            change("wrong and long enough", new).await;
        }
        change("wrong and long enough", new).await;
        assert_eq!(code(&change(new, SECRET).await), "sign_in.too_many_failures");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_resets_the_factors_of_somebody_else() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let anna = plant.person("anna", Some(tenant)).await;
        let bob = plant.person("bob", Some(tenant)).await;
        let ctx = plant.session_of("anna").await;
        let token = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        plant.set_up_app(&ctx).await;
        let reset = "mutation($id: ID!) { resetSecondFactors(entityId: $id) }";
        let bob = plant.caller(bob, Some(tenant));
        assert_eq!(plant.refusal(&bob, reset, json!({ "id": anna })).await, "forbidden");
        assert_eq!(plant.refusal(&bob, FACTORS, json!({ "id": anna })).await, "forbidden");
        assert_eq!(plant.refusal(&ctx, reset, json!({ "id": anna })).await, "forbidden", "oneself");
        let done = plant.data(&plant.admin(), reset, json!({ "id": anna })).await;
        assert_eq!(done["resetSecondFactors"], 1);
        assert_eq!(plant.recognise(&token).await.unwrap_err(), "session revoked");
        plant.login("anna", SECRET).await;
        let logged = "query($id: ID!) { entityAuditLogs(entityId: $id) { items { event } } }";
        let logged = plant.data(&plant.admin(), logged, json!({ "id": anna })).await.to_string();
        for event in ["totp.enrol", "totp.confirm", "recovery_codes.make", "factors.reset"] {
            assert!(logged.contains(event), "{event}: {logged}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_deleted_or_purged_leaves_no_factor() {
    on_both(async |plant| {
        let anna: Uuid = plant.person("anna", None).await;
        let ctx = plant.session_of("anna").await;
        plant.set_up_app(&ctx).await;
        let delete = "mutation($id: ID!) { deleteEntity(id: $id) }";
        plant.data(&plant.admin(), delete, json!({ "id": anna })).await;
        plant
            .data(&plant.admin(), "mutation($id: ID!) { restoreEntity(id: $id) }", json!({ "id": anna }))
            .await;
        let shown = plant.data(&plant.admin(), FACTORS, json!({ "id": anna })).await["secondFactors"].take();
        assert!(shown["totp"].is_null() && shown["recoveryCodesLeft"] == 0, "{shown}");
        plant.data(&plant.admin(), delete, json!({ "id": anna })).await;
        plant
            .data(&plant.admin(), "mutation($id: ID!) { purgeEntity(id: $id) }", json!({ "id": anna }))
            .await;
    })
    .await;
}
