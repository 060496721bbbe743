//! Where values are looked for, and each place read into names and texts.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::load::Problem;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// The settings file.
    File(PathBuf),
    /// The file `.env` in the working directory.
    DotEnv(PathBuf),
    /// The environment of the process.
    Environment,
    /// `--set name=value`.
    CommandLine,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File(path) | Source::DotEnv(path) => write!(f, "{}", path.display()),
            Source::Environment => f.write_str("environment"),
            Source::CommandLine => f.write_str("--set"),
        }
    }
}

/// What settings are made from. Tests make their own; the binary takes [`Inputs::of_process`]. It cannot be
/// printed: the environment holds secrets.
#[derive(Clone, Default)]
pub struct Inputs {
    /// The file named with `--config`; it must exist.
    pub config: Option<PathBuf>,
    /// The pairs given with `--set`, in order.
    pub sets: Vec<String>,
    /// Where `atoll.toml` and `.env` are looked for. Empty: the working directory.
    pub folder: PathBuf,
    /// The environment.
    pub environment: Vec<(OsString, OsString)>,
}

impl Inputs {
    /// The environment and working directory of this process, with what the command line says. Without
    /// `--config`, the environment's `ATOLL_CONFIG` counts.
    pub fn of_process(config: Option<PathBuf>, sets: Vec<String>) -> Self {
        let config = config
            .or_else(|| std::env::var_os("ATOLL_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from));
        Inputs { config, sets, folder: PathBuf::new(), environment: std::env::vars_os().collect() }
    }

    /// The environment as text; a value that is not text is reported where it would have been used.
    pub(super) fn environment(&self) -> BTreeMap<String, Result<String, &'static str>> {
        let row = |(name, value): &(OsString, OsString)| {
            let value = value.clone().into_string().map_err(|_| "is not UTF-8");
            name.clone().into_string().ok().map(|name| (name, value))
        };
        self.environment.iter().filter_map(row).collect()
    }

    /// The names and values of `.env`, when there is one.
    pub(super) fn dot_env(&self, problems: &mut Vec<Problem>) -> (PathBuf, BTreeMap<String, String>) {
        let path = self.folder.join(".env");
        let mut rows = BTreeMap::new();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                if error.kind() != ErrorKind::NotFound {
                    problems.push(Problem::unreadable(&path, &error));
                }
                return (path, rows);
            }
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        for row in dotenvy::Iter::new(text.as_bytes()) {
            match row {
                // The first one counts, as when a process loads the file into its environment.
                Ok((name, value)) => drop(rows.entry(name).or_insert(value)),
                Err(error) => problems.push(malformed(&path, text, &error)),
            }
        }
        (path, rows)
    }

    /// The settings file: the one asked for, or `atoll.toml` when there is one.
    pub(super) fn file(&self) -> Option<(PathBuf, std::io::Result<String>)> {
        let path = self.config.clone().unwrap_or_else(|| self.folder.join("atoll.toml"));
        match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound && self.config.is_none() => None,
            read => Some((path, read)),
        }
    }

    /// The pairs given with `--set`, later ones winning.
    pub(super) fn pairs(&self, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
        let mut rows = BTreeMap::new();
        for pair in &self.sets {
            match pair.split_once('=') {
                Some((name, value)) => drop(rows.insert(name.trim().to_owned(), value.to_owned())),
                None => problems.push(Problem {
                    name: format!("--set {pair}"),
                    source: Source::CommandLine,
                    wrong: "has no value".into(),
                    allowed: Some("--set name=value".into()),
                }),
            }
        }
        rows
    }
}

/// Names the line and never repeats it: it may hold a secret.
fn malformed(path: &Path, text: &str, error: &dotenvy::Error) -> Problem {
    let line = match error {
        dotenvy::Error::LineParse(line, _) => {
            let first = line.lines().find(|row| !row.is_empty()).unwrap_or(line);
            text.lines().position(|row| row.contains(first)).map(|index| index + 1)
        }
        _ => None,
    };
    Problem {
        name: line.map_or_else(|| "a line".into(), |line| format!("line {line}")),
        source: Source::DotEnv(path.to_owned()),
        wrong: "cannot be read".into(),
        allowed: Some("NAME=value, with quotes around values that contain spaces".into()),
    }
}
