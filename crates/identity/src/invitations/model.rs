//! An invitation.

use std::time::Duration;

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::ObjectRef;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::one_time::Purpose;

/// Tokens `atomi_…`.
pub(crate) struct Purposed;

impl Purpose for Purposed {
    const PREFIX: &'static str = "atomi";
}

/// How many invitations of a tenant may wait for an answer at once.
pub(super) const WAITING_MAX: u64 = 1000;

/// An invitation into a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Id; stays the same when somebody is invited again.
    pub id: Uuid,
    /// Into which tenant.
    pub tenant: Uuid,
    /// Who is invited, when that is an account the inviter could see.
    pub invitee: Option<Uuid>,
    /// The address that is invited, otherwise.
    pub email: Option<String>,
    /// Who invites.
    pub invited_by: Uuid,
    /// The role that comes with it.
    pub role: Option<Uuid>,
    /// Keyed hash of the token in the newest mail.
    pub verifier: Option<Vec<u8>>,
    /// Until when it can be accepted.
    pub expires_at: Moment,
    /// Who accepted it.
    pub accepted_by: Option<Uuid>,
    /// When.
    pub accepted_at: Option<Moment>,
    /// When it was declined.
    pub rejected_at: Option<Moment>,
    /// When it was taken back.
    pub revoked_at: Option<Moment>,
    /// When it was first made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Option<Moment>,
    /// How often it was sent lately.
    pub mails: i32,
    /// Since when that is counted.
    pub mails_since: Moment,
}

/// How often an invitation is sent within an hour.
pub(super) const MAILS_MAX: i32 = 5;
const MAILS_IN: Duration = Duration::from_secs(3600);

impl Invitation {
    /// Counts one more mail after what was sent before.
    ///
    /// # Errors
    /// [`InvitationFault::TooSoon`]: whoever invites must not flood an address.
    pub(super) fn count_mail(
        &mut self,
        before: Option<&Invitation>,
        now: Moment,
    ) -> Result<(), InvitationFault> {
        (self.mails, self.mails_since) = match before {
            Some(before) if now < before.mails_since.plus(MAILS_IN) => (before.mails + 1, before.mails_since),
            _ => (1, now),
        };
        if self.mails > MAILS_MAX { Err(InvitationFault::TooSoon) } else { Ok(()) }
    }

    /// Whether it waits for an answer.
    pub fn pending(&self, now: Moment) -> Result<(), InvitationFault> {
        if self.accepted_at.is_some() {
            return Err(InvitationFault::Accepted);
        }
        if self.rejected_at.is_some() {
            return Err(InvitationFault::Rejected);
        }
        if self.revoked_at.is_some() {
            return Err(InvitationFault::Revoked);
        }
        if self.expires_at <= now { Err(InvitationFault::Expired) } else { Ok(()) }
    }

    /// Whether it is for this entity, or for an address that the entity has proved to be its own.
    pub fn is_for(&self, entity: Uuid, address: Option<&str>) -> bool {
        match self.invitee {
            Some(invitee) => invitee == entity,
            None => self.email.is_some() && self.email.as_deref() == address,
        }
    }

    /// The invitation as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "invitee_user_id": self.invitee,
            "invitee_email": self.email,
            "invited_by": self.invited_by,
            "role_id": self.role,
            "expires_at": self.expires_at.rfc3339(),
            "accepted_by": self.accepted_by,
            "accepted_at": self.accepted_at.map(Moment::rfc3339),
            "rejected_at": self.rejected_at.map(Moment::rfc3339),
            "revoked_at": self.revoked_at.map(Moment::rfc3339),
        })
    }
}

/// An invitation in the hands of whoever it is for.
pub(super) struct Held {
    pub(super) tenant: Uuid,
    pub(super) holder: Uuid,
}

impl Guarded for Held {
    type Noun = Invitation;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        Some(self.tenant)
    }

    fn owner(&self) -> Option<Uuid> {
        Some(self.holder)
    }
}

/// An invitation with the names of what it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The invitation.
    pub invitation: Invitation,
    /// The name of who is invited.
    pub invitee_name: Option<String>,
    /// The name of the role.
    pub role_name: Option<String>,
}

/// An invitation that cannot be made, or not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationFault {
    /// Nobody is named.
    #[error("invitee_user_id or invitee_email is required")]
    Nobody,
    /// Too many wait.
    #[error("at most {WAITING_MAX} invitations of a tenant may wait for an answer")]
    TooMany,
    /// They were invited too often.
    #[error("this invitation was sent {MAILS_MAX} times within an hour; please wait before it is sent again")]
    TooSoon,
    /// It was accepted.
    #[error("invitation already accepted")]
    Accepted,
    /// It was declined.
    #[error("invitation already rejected")]
    Rejected,
    /// It was taken back.
    #[error("invitation already revoked")]
    Revoked,
    /// It is too old.
    #[error("invitation expired")]
    Expired,
    /// It is somebody else's.
    #[error("invitation does not belong to this user")]
    NotYours,
    /// The token is not that of the newest mail.
    #[error("invalid invitation token")]
    BadToken,
    /// There is none with that token.
    #[error("invitation not found")]
    Missing,
    /// There is none in that tenant.
    #[error("tenant invitation not found")]
    MissingInTenant,
    /// Whoever invited may no longer give what it gives.
    #[error("whoever sent this invitation may no longer give what it offers; ask for another one")]
    NoLongerGiven,
}

impl Fault for InvitationFault {
    fn kind(&self) -> Kind {
        match self {
            InvitationFault::Missing | InvitationFault::MissingInTenant => Kind::Missing,
            InvitationFault::NoLongerGiven => Kind::Denied,
            InvitationFault::TooMany | InvitationFault::TooSoon => Kind::Limited,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            InvitationFault::Nobody => "invitation.nobody",
            InvitationFault::TooMany => "invitation.too_many",
            InvitationFault::TooSoon => "invitation.too_soon",
            InvitationFault::Accepted => "invitation.accepted",
            InvitationFault::Rejected => "invitation.rejected",
            InvitationFault::Revoked => "invitation.revoked",
            InvitationFault::Expired => "invitation.expired",
            InvitationFault::NotYours => "invitation.not_yours",
            InvitationFault::BadToken => "invitation.token",
            InvitationFault::Missing | InvitationFault::MissingInTenant => "not_found",
            InvitationFault::NoLongerGiven => "invitation.no_longer_given",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting() -> Invitation {
        Invitation {
            id: Uuid::from_u128(1),
            tenant: Uuid::from_u128(2),
            invitee: None,
            email: Some("anna@example.com".into()),
            invited_by: Uuid::from_u128(3),
            role: None,
            verifier: None,
            expires_at: Moment(10),
            accepted_by: None,
            accepted_at: None,
            rejected_at: None,
            revoked_at: None,
            created_at: Moment(1),
            updated_at: None,
            mails: 1,
            mails_since: Moment(0),
        }
    }

    #[test]
    fn what_happened_first_in_rank_is_what_is_told() {
        let mut invitation = waiting();
        assert_eq!(invitation.pending(Moment(9)), Ok(()));
        assert_eq!(invitation.pending(Moment(10)), Err(InvitationFault::Expired));
        invitation.revoked_at = Some(Moment(5));
        assert_eq!(invitation.pending(Moment(10)), Err(InvitationFault::Revoked));
        invitation.rejected_at = Some(Moment(5));
        assert_eq!(invitation.pending(Moment(10)), Err(InvitationFault::Rejected));
        invitation.accepted_at = Some(Moment(5));
        assert_eq!(invitation.pending(Moment(10)), Err(InvitationFault::Accepted));
    }

    #[test]
    fn it_is_for_one_account_or_for_a_proved_address() {
        let (anna, boris) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let mut invitation = waiting();
        assert!(invitation.is_for(anna, Some("anna@example.com")));
        assert!(!invitation.is_for(anna, None));
        assert!(!invitation.is_for(boris, Some("boris@example.com")));
        invitation.invitee = Some(boris);
        assert!(invitation.is_for(boris, None));
        assert!(!invitation.is_for(anna, Some("anna@example.com")), "an account is named: nobody else");
        invitation.invitee = None;
        invitation.email = None;
        assert!(!invitation.is_for(anna, None));
    }
}
