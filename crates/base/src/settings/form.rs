//! What a value looks like: the forms that need no arithmetic. A form reads text, says what it allows, and
//! knows whether what it reads may be shown. Its complaints never repeat the value.

use std::path::PathBuf;

use uuid::Uuid;

use crate::secret::Secret;

/// Reads one kind of value.
pub(super) trait Form {
    /// What is read.
    type Value;

    /// What is allowed, in words that follow "allowed: ".
    fn allowed(&self) -> String;

    /// The value, or what is wrong with the text, in words that follow the value ("is not …").
    fn read(&self, text: &str) -> Result<Self::Value, String>;

    /// The text as it may be shown, in one spelling per value.
    fn show(&self, text: &str) -> String {
        text.to_owned()
    }

    /// Whether the text must not be repeated.
    fn secret(&self) -> bool {
        false
    }
}

/// A form of whatever value, for the table.
pub(super) trait AnyForm: Sync {
    fn allowed(&self) -> String;
    fn show(&self, text: &str) -> String;
    fn secret(&self) -> bool;
}

impl<F: Form + Sync> AnyForm for F {
    fn allowed(&self) -> String {
        Form::allowed(self)
    }

    fn show(&self, text: &str) -> String {
        Form::show(self, text)
    }

    fn secret(&self) -> bool {
        Form::secret(self)
    }
}

/// A value that need not be there.
pub(super) struct Maybe<F>(F);

pub(super) const fn maybe<F: Form>(form: F) -> Maybe<F> {
    Maybe(form)
}

impl<F: Form> Form for Maybe<F> {
    type Value = Option<F::Value>;

    fn allowed(&self) -> String {
        self.0.allowed()
    }

    fn read(&self, text: &str) -> Result<Self::Value, String> {
        if text.is_empty() { Ok(None) } else { self.0.read(text).map(Some) }
    }

    fn show(&self, text: &str) -> String {
        if text.is_empty() { String::new() } else { self.0.show(text) }
    }

    fn secret(&self) -> bool {
        self.0.secret()
    }
}

/// Yes or no.
pub(super) struct YesNo;

pub(super) const fn yes_or_no() -> YesNo {
    YesNo
}

impl Form for YesNo {
    type Value = bool;

    fn allowed(&self) -> String {
        "true or false (also 1, yes, on; 0, no, off)".into()
    }

    fn read(&self, text: &str) -> Result<bool, String> {
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err("is neither yes nor no".into()),
        }
    }

    fn show(&self, text: &str) -> String {
        self.read(text).map_or_else(|_| text.to_owned(), |value| value.to_string())
    }
}

/// One of a few words.
pub(super) struct OneOf<T: 'static>(&'static [(&'static str, T)]);

pub(super) const fn one_of<T>(names: &'static [(&'static str, T)]) -> OneOf<T> {
    OneOf(names)
}

impl<T: Copy> Form for OneOf<T> {
    type Value = T;

    fn allowed(&self) -> String {
        self.0.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    fn read(&self, text: &str) -> Result<T, String> {
        let found = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(|(_, value)| *value).ok_or_else(|| "is none of these".into())
    }

    fn show(&self, text: &str) -> String {
        text.to_ascii_lowercase()
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogFormat {
    pub(super) const NAMES: &[(&str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all.
    None,
    /// It starts in plain text and is then upgraded; refused when the server cannot.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl SmtpTls {
    pub(super) const NAMES: &[(&str, Self)] =
        &[("none", Self::None), ("starttls", Self::StartTls), ("tls", Self::Tls)];
}

/// Which certificate signs what is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaMode {
    /// An intermediate certificate below the root.
    FileIntermediateIssuer,
    /// The root itself.
    FileRootIssuer,
}

impl CaMode {
    pub(super) const NAMES: &[(&str, Self)] = &[
        ("file_intermediate_issuer", Self::FileIntermediateIssuer),
        ("file_root_issuer", Self::FileRootIssuer),
    ];
}

/// What people need to sign in with besides a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecondFactor {
    /// Nothing, unless they chose to.
    None,
    /// Whatever second factor they like.
    Any,
    /// A passkey.
    Passkey,
}

impl SecondFactor {
    /// The words for them.
    pub const NAMES: &[(&str, Self)] =
        &[("none", Self::None), ("any", Self::Any), ("passkey", Self::Passkey)];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Any => "any",
            Self::Passkey => "passkey",
        }
    }

    /// From the word for it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
    }
}

/// What a new passkey must say about its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attestation {
    /// Nothing.
    None,
    /// Which model it is, signed by its maker.
    Direct,
}

impl Attestation {
    pub(super) const NAMES: &[(&str, Self)] = &[("none", Self::None), ("direct", Self::Direct)];
}

/// One line of text.
pub(super) struct Text;

pub(super) const fn text() -> Text {
    Text
}

impl Form for Text {
    type Value = String;

    fn allowed(&self) -> String {
        "text on one line".into()
    }

    fn read(&self, text: &str) -> Result<String, String> {
        if text.chars().any(char::is_control) {
            return Err("contains a line break or another control character".into());
        }
        Ok(text.to_owned())
    }
}

/// Text that is never shown.
pub(super) struct SecretText;

pub(super) const fn secret() -> SecretText {
    SecretText
}

impl Form for SecretText {
    type Value = Secret<String>;

    fn allowed(&self) -> String {
        "any text".into()
    }

    fn read(&self, text: &str) -> Result<Secret<String>, String> {
        Ok(Secret::new(text.to_owned()))
    }

    fn show(&self, _: &str) -> String {
        "set".into()
    }

    fn secret(&self) -> bool {
        true
    }
}

/// A file or folder.
pub(super) struct Path;

pub(super) const fn path() -> Path {
    Path
}

impl Form for Path {
    type Value = PathBuf;

    fn allowed(&self) -> String {
        "a file or folder name; relative ones start at the working directory".into()
    }

    fn read(&self, text: &str) -> Result<PathBuf, String> {
        if text.contains('\0') { Err("contains a zero byte".into()) } else { Ok(PathBuf::from(text)) }
    }
}

/// A UUID.
pub(super) struct Id;

pub(super) const fn id() -> Id {
    Id
}

impl Form for Id {
    type Value = Uuid;

    fn allowed(&self) -> String {
        "a UUID such as 00000000-0000-0000-0000-000000000001".into()
    }

    fn read(&self, text: &str) -> Result<Uuid, String> {
        Uuid::try_parse(text).map_err(|_| "is not a UUID".into())
    }

    fn show(&self, text: &str) -> String {
        self.read(text).map_or_else(|_| text.to_owned(), |id| id.to_string())
    }
}
