//! Asking somebody to come into a tenant.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::over_tenant;
use crate::harness::{Plant, on_both, on_both_with};
use crate::mailbox::with_mail;

const INVITE: &str = "mutation($t: ID!, $i: CreateTenantInvitationInput!) { made: createTenantInvitation(tenantId: $t, input: $i) { id inviteeUserId inviteeName inviteeEmail roleName acceptedAt rejectedAt revokedAt updatedAt } }";
const ACCEPT: &str = "mutation($t: ID!) { acceptTenantInvitation(tenantId: $t) }";
const REJECT: &str = "mutation($t: ID!) { rejectTenantInvitation(tenantId: $t) }";
const REVOKE: &str =
    "mutation($t: ID!, $id: ID!) { revokeTenantInvitation(tenantId: $t, invitationId: $id) }";
const BY_TOKEN: &str =
    "mutation($token: String!) { tenant: acceptTenantInvitationToken(input: { token: $token }) }";
const ALL: &str = "query($t: ID!) { all: tenantInvitations(tenantId: $t) { total items { id acceptedAt inviteeUserId inviteeEmail } } }";
const MINE: &str = "{ mine: myTenantInvitations { total items { id tenantId roleName } } }";
const MEMBERS: &str = "query($t: ID!) { tenantMembers(tenantId: $t) { items { id } } }";

impl Plant {
    async fn invite(&self, ctx: &Ctx, tenant: Uuid, input: Value) -> Value {
        self.data(ctx, INVITE, json!({ "t": tenant, "i": input })).await["made"].take()
    }

    async fn is_member(&self, tenant: Uuid, entity: Uuid) -> bool {
        let members = self.data(&self.admin(), MEMBERS, json!({ "t": tenant })).await;
        members["tenantMembers"]["items"].as_array().unwrap().iter().any(|one| one["id"] == json!(entity))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_an_account_is_invited_signs_up_and_comes_in() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let block = plant.block(over_tenant(tenant, &["publish"])).await;
        let role = plant.role("operator", Some(tenant), &[block]).await;
        let input =
            json!({ "inviteeEmail": "Anna@example.com", "roleId": role, "redirectUrl": "https://evil.test" });
        let made = plant.invite(&boss, tenant, input).await;
        assert_eq!(
            (&made["inviteeEmail"], &made["roleName"]),
            (&json!("anna@example.com"), &json!("operator"))
        );
        let mail = plant.one_mail().await;
        let text = mail.text.clone().unwrap();
        assert_eq!(mail.subject, "You are invited to plant-a");
        assert!(text.contains("boss invites you to plant-a"), "{text}");
        assert!(text.contains("http://localhost:8080/invitations/accept?token=atomi_"), "{text}");
        let token = crate::mailbox::token(&mail);
        let stranger = plant.caller(plant.proven("stranger", "stranger@example.com").await, None);
        let refusal = plant.refusal(&stranger, BY_TOKEN, json!({ "token": token })).await;
        assert_eq!(refusal, "invitation does not belong to this user");
        let anna = plant.proven("anna", "anna@example.com").await;
        let ctx = plant.caller(anna, None);
        let mine = plant.data(&ctx, MINE, json!({})).await["mine"].take();
        assert_eq!((&mine["total"], &mine["items"][0]["id"]), (&json!(1), &made["id"]));
        let came = plant.data(&ctx, BY_TOKEN, json!({ "token": token })).await;
        assert_eq!(came["tenant"], json!(tenant));
        assert!(plant.is_member(tenant, anna).await);
        let resource = plant.resource(json!({ "kind": "channel", "name": "c", "tenantId": tenant })).await;
        assert!(plant.check(anna, "publish", "resource", resource).await.0, "with the role");
        let again = plant.refusal(&ctx, BY_TOKEN, json!({ "token": token })).await;
        assert_eq!(again, "invitation already accepted", "a token is good once");
        assert_eq!(plant.refusal(&ctx, ACCEPT, json!({ "t": tenant })).await, "invitation already accepted");
        let events = plant.remembered("tenant_invitation").await;
        assert!(events.iter().any(|event| event.contains("tenant_invitation.accept")), "{events:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_newest_mail_is_good_and_it_is() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let anna = plant.proven("anna", "anna@example.com").await;
        let ctx = plant.caller(anna, None);
        let input = json!({ "inviteeEmail": "anna@example.com" });
        let made = plant.invite(&boss, tenant, input.clone()).await;
        let first = plant.mailed_token().await;
        plant.data(&ctx, REJECT, json!({ "t": tenant })).await;
        let refusal = plant.refusal(&ctx, BY_TOKEN, json!({ "token": first })).await;
        assert_eq!(refusal, "invitation already rejected");
        assert_eq!(plant.refusal(&ctx, ACCEPT, json!({ "t": tenant })).await, "invitation already rejected");
        let again = plant.invite(&boss, tenant, input).await;
        assert_eq!((&again["id"], &again["rejectedAt"]), (&made["id"], &Value::Null));
        let second = plant.mailed_token().await;
        let refusal = plant.refusal(&ctx, BY_TOKEN, json!({ "token": first })).await;
        assert_eq!(refusal, "invalid invitation token");
        plant.data(&ctx, BY_TOKEN, json!({ "token": second })).await;
        assert!(plant.is_member(tenant, anna).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_a_mailbox_with_invitations() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let input = json!({ "inviteeEmail": "anna@example.com" });
        let mut made = Value::Null;
        for _ in 0..5 {
            made = plant.invite(&boss, tenant, input.clone()).await;
            plant.one_mail().await;
        }
        let again = json!({ "t": tenant, "i": input });
        let often = "this invitation was sent 5 times within an hour; please wait before it is sent again";
        assert_eq!(plant.refusal(&boss, INVITE, again.clone()).await, often);
        plant.data(&boss, REVOKE, json!({ "t": tenant, "id": made["id"] })).await;
        assert_eq!(plant.refusal(&boss, INVITE, again).await, often, "revoking it does not help");
        assert!(plant.mails().await.is_empty());
        plant.invite(&boss, tenant, json!({ "inviteeEmail": "boris@example.com" })).await;
        plant.one_mail().await;
        plant.pass(Duration::from_secs(3600)).await;
        plant.invite(&boss, tenant, input).await;
        plant.one_mail().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_an_invitation_is_told_in_the_known_words() {
    on_both_with(with_mail(), async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let boss = plant.tenant_admin("boss", tenant).await;
        let anna = plant.person("anna", None).await;
        let ctx = plant.caller(anna, None);
        let no = async |ctx: &Ctx, what: &str, variables: Value| plant.refusal(ctx, what, variables).await;
        assert_eq!(no(&ctx, ACCEPT, json!({ "t": tenant })).await, "tenant invitation not found");
        let nobody = json!({ "t": tenant, "i": {} });
        assert_eq!(no(&boss, INVITE, nobody).await, "invitee_user_id or invitee_email is required");
        let bad = json!({ "t": tenant, "i": { "inviteeEmail": "anna" } });
        assert_eq!(no(&boss, INVITE, bad).await, "invalid email");
        let unseen = json!({ "t": tenant, "i": { "inviteeUserId": anna } });
        assert_eq!(no(&boss, INVITE, unseen).await, "forbidden", "nobody is invited by who cannot see them");
        let foreign = plant.role("foreign", Some(other), &[]).await;
        let wrong = json!({ "t": tenant, "i": { "inviteeEmail": "x@example.com", "roleId": foreign } });
        assert_eq!(no(&boss, INVITE, wrong).await, "role assignment tenantId must match role tenantId");
        let none =
            json!({ "t": tenant, "i": { "inviteeEmail": "x@example.com", "roleId": Uuid::from_u128(9) } });
        assert_eq!(no(&boss, INVITE, none).await, "role assignment references unknown role");

        let made = plant.invite(&plant.admin(), tenant, json!({ "inviteeUserId": anna })).await;
        assert_eq!((&made["inviteeName"], &made["inviteeEmail"]), (&json!("anna"), &Value::Null));
        assert!(plant.mails().await.is_empty(), "there is no address");
        let revoke = json!({ "t": tenant, "id": made["id"] });
        let elsewhere = json!({ "t": other, "id": made["id"] });
        assert_eq!(no(&plant.admin(), REVOKE, elsewhere).await, "tenant invitation not found");
        plant.data(&boss, REVOKE, revoke.clone()).await;
        assert_eq!(no(&boss, REVOKE, revoke).await, "invitation already revoked");
        assert_eq!(no(&ctx, REJECT, json!({ "t": tenant })).await, "invitation already revoked");
        plant.invite(&plant.admin(), tenant, json!({ "inviteeUserId": anna })).await;
        plant.pass(Duration::from_secs(604_800)).await;
        assert_eq!(no(&ctx, ACCEPT, json!({ "t": tenant })).await, "invitation expired");
        plant.invite(&plant.admin(), tenant, json!({ "inviteeUserId": anna })).await;
        plant.data(&ctx, ACCEPT, json!({ "t": tenant })).await;
        assert!(plant.is_member(tenant, anna).await);
        let all = plant.data(&boss, ALL, json!({ "t": tenant })).await["all"].take();
        assert_eq!(all["total"], 1);
        assert_eq!(no(&ctx, ALL, json!({ "t": tenant })).await, "forbidden");
        let unknown = format!("atomi_{}_{}", Uuid::from_u128(9).simple(), "0".repeat(64));
        assert_eq!(no(&ctx, BY_TOKEN, json!({ "token": unknown })).await, "invitation not found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_does_not_tell_whose_it_is() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let anna = plant.proven("anna", "anna@example.com").await;
        let known = plant.invite(&boss, tenant, json!({ "inviteeEmail": "anna@example.com" })).await;
        let unknown = plant.invite(&boss, tenant, json!({ "inviteeEmail": "nobody@example.com" })).await;
        for made in [known, unknown] {
            assert_eq!((&made["inviteeUserId"], &made["inviteeName"]), (&Value::Null, &Value::Null));
        }
        let seen = plant.invite(&plant.admin(), tenant, json!({ "inviteeEmail": "anna@example.com" })).await;
        assert_eq!(seen["inviteeUserId"], json!(anna), "whoever may see the account is told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_proved_is_nobodys() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let answer = plant.sign_up("impostor", "anna@example.com").await;
        let impostor = plant.caller(answer["entityId"].as_str().unwrap().parse().unwrap(), None);
        plant.mails().await;
        // Also not for those who may see the account that waits for its proof.
        for inviter in [&boss, &plant.admin()] {
            let made = plant.invite(inviter, tenant, json!({ "inviteeEmail": "anna@example.com" })).await;
            assert_eq!(made["inviteeUserId"], Value::Null);
            let refusal = plant.refusal(&impostor, ACCEPT, json!({ "t": tenant })).await;
            assert_eq!(refusal, "tenant invitation not found");
            assert_eq!(plant.data(&impostor, MINE, json!({})).await["mine"]["total"], 0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_gives_what_its_inviter_may_give_when_it_is_accepted() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let anna = plant.person("anna", None).await;
        let ctx = plant.caller(anna, None);
        let block = plant.block(over_tenant(tenant, &["manage"])).await;
        let role = plant.role("large", Some(tenant), &[block]).await;
        let input = json!({ "inviteeEmail": "anna@example.com", "roleId": role });
        let viewer = plant.person_who_may("viewer", tenant, &["manage"]).await;
        let refusal = plant.refusal(&viewer, INVITE, json!({ "t": tenant, "i": input })).await;
        assert_eq!(refusal, "forbidden", "who does not give roles does not invite with one");
        let made =
            plant.invite(&plant.admin(), tenant, json!({ "inviteeUserId": anna, "roleId": role })).await;
        assert_ne!(made["id"], Value::Null);
        let freeze = "mutation($id: ID!) { freezeTenant(id: $id) { id } }";
        plant.data(&plant.admin(), freeze, json!({ "id": tenant })).await;
        let refusal = plant.refusal(&ctx, ACCEPT, json!({ "t": tenant })).await;
        assert!(refusal.starts_with("whoever sent this invitation may no longer give"), "{refusal}");
        let thaw = "mutation($id: ID!) { enableTenant(id: $id) { id } }";
        plant.data(&plant.admin(), thaw, json!({ "id": tenant })).await;
        plant.data(&ctx, ACCEPT, json!({ "t": tenant })).await;
        assert!(plant.is_member(tenant, anna).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_invites_to_more_than_they_have() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let small = plant.person_who_may("small", tenant, &["policy.manage"]).await;
        let block = plant.block(over_tenant(tenant, &["manage"])).await;
        let role = plant.role("large", Some(tenant), &[block]).await;
        plant.invite(&small, tenant, json!({ "inviteeEmail": "anna@example.com", "roleId": role })).await;
        let token = plant.mailed_token().await;
        let anna = plant.proven("anna", "anna@example.com").await;
        let ctx = plant.caller(anna, None);
        assert_eq!(plant.refusal(&ctx, BY_TOKEN, json!({ "token": token })).await, "forbidden");
        assert!(!plant.is_member(tenant, anna).await, "nothing of it is given");
        plant.invite(&small, tenant, json!({ "inviteeEmail": "anna@example.com" })).await;
        plant.data(&ctx, ACCEPT, json!({ "t": tenant })).await;
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        let id = small.caller().entity_id().unwrap();
        plant.mails().await;
        let boris = plant.proven("boris", "boris@example.com").await;
        plant.invite(&small, tenant, json!({ "inviteeEmail": "boris@example.com" })).await;
        plant.data(&plant.admin(), disable, json!({ "id": id })).await;
        let refusal = plant.refusal(&plant.caller(boris, None), ACCEPT, json!({ "t": tenant })).await;
        assert!(refusal.starts_with("whoever sent this invitation may no longer give"), "{refusal}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_once_however_many_try() {
    on_both_with(with_mail(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let anna = plant.proven("anna", "anna@example.com").await;
        plant.invite(&plant.admin(), tenant, json!({ "inviteeEmail": "anna@example.com" })).await;
        let token = plant.mailed_token().await;
        let ctx = plant.caller(anna, None);
        let all = (0..64).map(|_| plant.answer(&ctx, BY_TOKEN, json!({ "token": token })));
        let answers = futures::future::join_all(all).await;
        let accepted = answers.iter().filter(|answer| answer["errors"].is_null()).count();
        assert_eq!(accepted, 1, "{answers:?}");
    })
    .await;
}
