//! Whoever carries mails away.

use uuid::Uuid;

/// A mail, written.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The body in plain text.
    pub text: Option<String>,
    /// The body in HTML.
    pub html: Option<String>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// A mail that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDelivered {
    /// It may be taken later.
    #[error("the mail was not taken: {0}")]
    ForNow(String),
    /// It never will be: there is no such mailbox, or it does not want the mail.
    #[error("the mail was refused for good: {0}")]
    Refused(String),
}

/// Carries mails away.
#[async_trait::async_trait]
pub trait Post: Send + Sync {
    /// Hands a mail over. Called again with the same id when it is not known whether it was taken.
    async fn deliver(&self, id: Uuid, mail: &Mail) -> Result<(), NotDelivered>;
}
