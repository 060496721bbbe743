//! The GraphQL door of invitations.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, Page, PageBounds, Result};

use super::{NewInvitation, Shown, accept, accept_token, create, list, mine, reject, revoke};

/// An invitation into a tenant.
#[derive(SimpleObject)]
pub struct TenantInvitation {
    id: ID,
    tenant_id: ID,
    /// Who is invited, if whoever invited could see that account.
    invitee_user_id: Option<ID>,
    invitee_name: Option<String>,
    /// The address that is invited, otherwise.
    invitee_email: Option<String>,
    invited_by: ID,
    role_id: Option<ID>,
    role_name: Option<String>,
    accepted_at: Option<String>,
    rejected_at: Option<String>,
    revoked_at: Option<String>,
    created_at: String,
    updated_at: Option<String>,
    /// Until when it can be accepted.
    expires_at: String,
}

impl From<Shown> for TenantInvitation {
    fn from(shown: Shown) -> TenantInvitation {
        let Shown { invitation, invitee_name, role_name } = shown;
        TenantInvitation {
            id: door::show(invitation.id),
            tenant_id: door::show(invitation.tenant),
            invitee_user_id: invitation.invitee.map(door::show),
            invitee_name,
            invitee_email: invitation.email,
            invited_by: door::show(invitation.invited_by),
            role_id: invitation.role.map(door::show),
            role_name,
            accepted_at: invitation.accepted_at.map(Moment::rfc3339),
            rejected_at: invitation.rejected_at.map(Moment::rfc3339),
            revoked_at: invitation.revoked_at.map(Moment::rfc3339),
            created_at: invitation.created_at.rfc3339(),
            updated_at: invitation.updated_at.map(Moment::rfc3339),
            expires_at: invitation.expires_at.rfc3339(),
        }
    }
}

/// A page of invitations.
#[derive(SimpleObject)]
pub struct TenantInvitationList {
    items: Vec<TenantInvitation>,
    total: i64,
}

impl From<Page<Shown>> for TenantInvitationList {
    fn from(page: Page<Shown>) -> TenantInvitationList {
        let items = page.items.into_iter().map(TenantInvitation::from).collect();
        TenantInvitationList { items, total: door::total(page.total) }
    }
}

/// Whom to invite.
#[derive(InputObject)]
pub struct CreateTenantInvitationInput {
    /// An account; or `inviteeEmail`.
    invitee_user_id: Option<ID>,
    invitee_email: Option<String>,
    /// A role of the tenant that comes with it.
    role_id: Option<ID>,
    /// Makes no difference: an invitation is always sent.
    resend: Option<bool>,
    /// Makes no difference: the settings say where links lead.
    redirect_url: Option<String>,
}

/// The token of a mail.
#[derive(InputObject)]
pub struct InvitationTokenInput {
    token: String,
}

/// Queries about invitations.
#[derive(Default)]
pub struct InvitationQuery;

#[Object]
impl InvitationQuery {
    /// The invitations of a tenant, whatever became of them.
    async fn tenant_invitations(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<TenantInvitationList> {
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        Ok(list(door::ctx(door)?, door::id("tenantId", &tenant_id)?, page).await?.into())
    }

    /// The invitations for you, whatever became of them.
    async fn my_tenant_invitations(
        &self,
        door: &Context<'_>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<TenantInvitationList> {
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        Ok(mine(door::ctx(door)?, page).await?.into())
    }
}

/// Changes of invitations.
#[derive(Default)]
pub struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Invites an account or an address. Whoever was invited before is invited again: only the newest mail is good.
    async fn create_tenant_invitation(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        input: CreateTenantInvitationInput,
    ) -> Result<TenantInvitation> {
        let CreateTenantInvitationInput { invitee_user_id, invitee_email, role_id, .. } = input;
        let new = NewInvitation {
            invitee: door::optional_id("inviteeUserId", invitee_user_id.as_ref())?,
            email: invitee_email,
            role: door::optional_id("roleId", role_id.as_ref())?,
        };
        Ok(create(door::ctx(door)?, door::id("tenantId", &tenant_id)?, new).await?.into())
    }

    /// Accepts the newest invitation into a tenant: you become a member, with the role if there is one.
    async fn accept_tenant_invitation(&self, door: &Context<'_>, tenant_id: ID) -> Result<bool> {
        accept(door::ctx(door)?, door::id("tenantId", &tenant_id)?).await?;
        Ok(true)
    }

    /// Accepts the invitation that a mail is about; the id of the tenant.
    async fn accept_tenant_invitation_token(
        &self,
        door: &Context<'_>,
        input: InvitationTokenInput,
    ) -> Result<ID> {
        Ok(door::show(accept_token(door::ctx(door)?, &input.token).await?))
    }

    /// Declines the newest invitation into a tenant.
    async fn reject_tenant_invitation(&self, door: &Context<'_>, tenant_id: ID) -> Result<bool> {
        reject(door::ctx(door)?, door::id("tenantId", &tenant_id)?).await?;
        Ok(true)
    }

    /// Takes an invitation back that waits for an answer.
    async fn revoke_tenant_invitation(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        invitation_id: ID,
    ) -> Result<bool> {
        let (tenant, id) = (door::id("tenantId", &tenant_id)?, door::id("invitationId", &invitation_id)?);
        revoke(door::ctx(door)?, tenant, id).await?;
        Ok(true)
    }
}
