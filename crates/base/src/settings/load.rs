//! Takes each setting from the last place that says something, and collects everything that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::agree::disagreements;
use super::declare::SettingInfo;
use super::file;
use super::form::Form;
use super::names::claims_to_be_ours;
use super::source::{Inputs, Source};
use super::suggest::nearest;
use super::table::{Settings, TABLE};
use crate::error::{Fault, Kind};

/// The settings, and where each came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The values.
    pub settings: Settings,
    /// One row per setting, in the order of [`TABLE`].
    pub origins: Vec<Origin>,
}

/// Where the value of one setting came from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The setting.
    pub info: &'static SettingInfo,
    /// Where it was set.
    pub source: Source,
    /// The name under which it was set there; none for a default.
    pub name: Option<String>,
    /// The value as it may be shown: `set` or `not set` for secrets, `none` when there is none.
    pub value: String,
}

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting as the operator wrote it.
    pub name: String,
    /// Where it was written.
    pub source: Source,
    /// What is wrong. Never holds a secret.
    pub wrong: String,
    /// What is allowed instead.
    pub allowed: Option<String>,
}

impl Problem {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Problem {
            name: "the file".into(),
            source: Source::File(path.to_owned()),
            wrong: format!("cannot be read: {error}"),
            allowed: None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.name, self.source, self.wrong)?;
        match &self.allowed {
            Some(allowed) => write!(f, "; allowed: {allowed}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with the settings. Nothing was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "there is a problem with the settings; nothing was started:")?,
            many => write!(f, "there are {many} problems with the settings; nothing was started:")?,
        }
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}

impl Fault for Problems {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "settings.invalid"
    }
}

impl Settings {
    /// Reads every source, and answers with the settings or with everything that is wrong.
    pub fn load(inputs: &Inputs) -> Result<Loaded, Problems> {
        let mut given = Given::from(inputs);
        let settings = Settings::read(&mut given);
        let mut disagreements = disagreements(&settings, &given);
        given.problems.append(&mut disagreements);
        if given.problems.is_empty() {
            Ok(Loaded { settings, origins: given.origins() })
        } else {
            Err(Problems(given.problems))
        }
    }

    /// For tests: every default, but cheap password hashes, no limit per address, and free ports on this
    /// machine.
    pub fn for_tests() -> Self {
        let settings = Settings::default();
        Settings {
            listen_addr: ([127, 0, 0, 1], 0).into(),
            grpc_addr: ([127, 0, 0, 1], 0).into(),
            password_hash_memory_kib: 8,
            password_hash_iterations: 1,
            rate_limit_enabled: false,
            ..settings
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings::read(&mut Given::default())
    }
}

/// What was given for each setting, before it is read.
#[derive(Default)]
pub(super) struct Given {
    chosen: BTreeMap<&'static str, Chosen>,
    failed: BTreeSet<&'static str>,
    problems: Vec<Problem>,
}

/// The text that counts for one setting.
struct Chosen {
    name: String,
    source: Source,
    text: String,
}

impl From<&Inputs> for Given {
    fn from(inputs: &Inputs) -> Self {
        let mut given = Given::default();
        let environment = inputs.environment();
        let (dot_env_path, dot_env) = inputs.dot_env(&mut given.problems);
        let dot_env: BTreeMap<_, _> = dot_env.into_iter().map(|(name, text)| (name, Ok(text))).collect();
        let dot_env_source = Source::DotEnv(dot_env_path);

        given.take_fallbacks(&dot_env, &dot_env_source);
        given.take_fallbacks(&environment, &Source::Environment);
        if let Some((path, read)) = inputs.file() {
            let rows = file::rows(&path, read, &mut given.problems);
            given.take_keys(rows, &Source::File(path));
        }
        given.take_names(&dot_env, &dot_env_source);
        given.take_names(&environment, &Source::Environment);
        let pairs = inputs.pairs(&mut given.problems);
        given.take_keys(pairs, &Source::CommandLine);
        given
    }
}

type Named = BTreeMap<String, Result<String, &'static str>>;

impl Given {
    /// Takes what is set under the key of a setting.
    fn take_keys(&mut self, rows: BTreeMap<String, String>, source: &Source) {
        for (key, text) in rows {
            match TABLE.iter().find(|info| info.key == key) {
                Some(info) => self.choose(info, key, source, text),
                None => self.unknown_key(key, source),
            }
        }
    }

    /// Takes what is set under a name in the environment, and reports names that are nobody's.
    fn take_names(&mut self, rows: &Named, source: &Source) {
        let mut known = BTreeSet::new();
        for info in TABLE {
            let mut first: Option<(String, String)> = None;
            for name in info.env_names() {
                let text = match rows.get(&name) {
                    Some(Ok(text)) if !text.trim().is_empty() => text.clone(),
                    Some(Err(wrong)) => {
                        self.problem(info, name.clone(), source, format!("the value {wrong}"));
                        String::new()
                    }
                    _ => String::new(),
                };
                known.insert(name.clone());
                if text.is_empty() {
                    continue;
                }
                match &first {
                    None => first = Some((name, text)),
                    Some((earlier, other)) if !same(info, other, &text) => {
                        self.failed.insert(info.key);
                        self.problems.push(Problem {
                            name: earlier.clone(),
                            source: source.clone(),
                            wrong: format!("has another value than {name}, which is the same setting"),
                            allowed: Some("one of the two names, or the same value for both".into()),
                        });
                    }
                    Some(_) => {}
                }
            }
            if let Some((name, text)) = first {
                self.choose(info, name, source, text);
            }
        }
        for (name, value) in rows {
            let value = value.as_deref().unwrap_or_default();
            if !known.contains(name) && claims_to_be_ours(name, value) {
                let all = TABLE.iter().flat_map(SettingInfo::env_names);
                self.unknown(name.clone(), source, nearest(name, all));
            }
        }
    }

    fn take_fallbacks(&mut self, rows: &Named, source: &Source) {
        for info in TABLE {
            for name in info.fallbacks {
                if let Some(Ok(text)) = rows.get(*name) {
                    self.choose(info, (*name).to_owned(), source, text.clone());
                }
            }
        }
    }

    /// Remembers a text; a blank one means not set.
    fn choose(&mut self, info: &'static SettingInfo, name: String, source: &Source, text: String) {
        if !text.trim().is_empty() {
            let text = if info.secret() { text } else { text.trim().to_owned() };
            self.chosen.insert(info.key, Chosen { name, source: source.clone(), text });
        }
    }

    fn unknown_key(&mut self, key: String, source: &Source) {
        let by_name =
            TABLE.iter().find(|info| info.env_names().contains(&key)).map(|info| info.key.to_owned());
        let keys = TABLE.iter().map(|info| info.key.to_owned());
        let suggestion = by_name.or_else(|| nearest(&key, keys));
        self.unknown(key, source, suggestion);
    }

    fn unknown(&mut self, name: String, source: &Source, suggestion: Option<String>) {
        let wrong = match suggestion {
            Some(suggestion) => format!("there is no such setting; did you mean {suggestion}?"),
            None => "there is no such setting".to_owned(),
        };
        self.problems.push(Problem { name, source: source.clone(), wrong, allowed: None });
    }

    fn problem(&mut self, info: &'static SettingInfo, name: String, source: &Source, wrong: String) {
        self.failed.insert(info.key);
        self.problems.push(Problem { name, source: source.clone(), wrong, allowed: Some(info.allowed()) });
    }

    /// The value of a setting. When what was given is wrong, that is remembered and the default stands in.
    pub(super) fn take<F: Form>(&mut self, key: &str, form: &F) -> F::Value {
        let info = TABLE.iter().find(|info| info.key == key).expect("the table has every field");
        if let Some(chosen) = self.chosen.get(info.key) {
            match form.read(&chosen.text) {
                Ok(value) => return value,
                Err(wrong) => {
                    // What contains an @ may be an address with a password in it.
                    let hidden = info.secret() || chosen.text.contains('@');
                    let value = if hidden { "the value".to_owned() } else { format!("`{}`", chosen.text) };
                    let (name, source) = (chosen.name.clone(), chosen.source.clone());
                    self.problem(info, name, &source, format!("{value} {wrong}"));
                }
            }
        }
        form.read(info.default).expect("a test reads every default")
    }

    /// Whether every one of these settings could be read.
    pub(super) fn are_readable(&self, keys: &[&str]) -> bool {
        !keys.iter().any(|key| self.failed.contains(key))
    }

    /// How the operator wrote a setting, and where; its preferred name when it was left alone.
    pub(super) fn written(&self, key: &str) -> (String, Source) {
        match self.chosen.get(key) {
            Some(chosen) => (chosen.name.clone(), chosen.source.clone()),
            None => (key.to_owned(), Source::Default),
        }
    }

    fn origins(&self) -> Vec<Origin> {
        let origin = |info: &'static SettingInfo| {
            let (source, name, text) = match self.chosen.get(info.key) {
                Some(chosen) => (chosen.source.clone(), Some(chosen.name.clone()), chosen.text.as_str()),
                None => (Source::Default, None, info.default),
            };
            let value = match (text, info.secret()) {
                ("", true) => "not set".to_owned(),
                ("", false) => "none".to_owned(),
                (text, _) => info.form.show(text),
            };
            Origin { info, source, name, value }
        };
        TABLE.iter().map(origin).collect()
    }
}

/// Whether two texts mean the same value.
fn same(info: &SettingInfo, one: &str, other: &str) -> bool {
    let (one, other) = if info.secret() { (one, other) } else { (one.trim(), other.trim()) };
    one == other || (!info.secret() && info.form.show(one) == info.form.show(other))
}
