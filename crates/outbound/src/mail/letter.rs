//! A letter: which template, to whom, and what is filled in.

use std::collections::BTreeMap;

use atoll_base::Moment;
use serde::{Deserialize, Serialize};

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Prove that the address is yours.
    Verification,
    /// Choose a new password.
    PasswordReset,
    /// Come into a tenant.
    Invitation,
    /// Somebody tried to sign up with an address that has an account.
    AddressTaken,
    /// The password is another one now.
    PasswordChanged,
}

impl Template {
    /// Every template.
    pub const ALL: [Template; 5] = [
        Template::Verification,
        Template::PasswordReset,
        Template::Invitation,
        Template::AddressTaken,
        Template::PasswordChanged,
    ];

    /// The name of its file, without an ending.
    pub const fn name(self) -> &'static str {
        match self {
            Template::Verification => "verification",
            Template::PasswordReset => "password_reset",
            Template::Invitation => "invitation",
            Template::AddressTaken => "address_taken",
            Template::PasswordChanged => "password_changed",
        }
    }

    /// What can be filled in, besides `site` and `email`.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Template::Verification => &["verification_url", "name"],
            Template::PasswordReset => &["reset_url", "name"],
            Template::Invitation => &["invitation_url", "tenant", "inviter"],
            Template::AddressTaken => &[],
            Template::PasswordChanged => &["name"],
        }
    }

    /// The value that is a secret link, if there is one.
    pub fn link(self) -> Option<&'static str> {
        self.values().iter().copied().find(|value| value.ends_with("_url"))
    }
}

/// A letter. Its values can hold a secret link: it does not show them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// What it is about.
    pub template: Template,
    /// The address it goes to.
    pub to: String,
    /// What is filled in.
    pub values: BTreeMap<String, String>,
    /// It is of no use after this.
    #[serde(skip, default)]
    pub until: Option<Moment>,
}

impl Letter {
    /// A letter with nothing filled in.
    pub fn new(template: Template, to: impl Into<String>) -> Letter {
        Letter { template, to: to.into(), values: BTreeMap::new(), until: None }
    }

    /// Fills in a value.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Letter {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Lets it be of no use after a moment.
    pub fn until(mut self, until: Moment) -> Letter {
        self.until = Some(until);
        self
    }
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("template", &self.template).finish_non_exhaustive()
    }
}

/// The link of a mail: a page of the settings with the token as a query parameter. A relative page stays relative.
pub fn link(page: &str, token: &str) -> String {
    let (before, fragment) = match page.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (page, String::new()),
    };
    let sign = if before.contains('?') { '&' } else { '?' };
    format!("{before}{sign}token={token}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_added_to_whatever_page_is_set() {
        assert_eq!(link("https://a.example/verify", "t"), "https://a.example/verify?token=t");
        assert_eq!(link("/verify?x=1", "t"), "/verify?x=1&token=t");
        assert_eq!(link("https://a.example/#/verify", "t"), "https://a.example/?token=t#/verify");
    }

    #[test]
    fn a_letter_does_not_show_its_link() {
        let letter = Letter::new(Template::Verification, "a@example.com").with("verification_url", "secret");
        assert!(!format!("{letter:?}").contains("secret"));
    }
}
