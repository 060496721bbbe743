//! The files: one for each kind of thing, and the schemas of profiles as JSON beside them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path};

use atoll_base::{Fault, Kind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::Spanned;

use super::model::{Configuration, Item, Place, Tenant, Wish};

/// The largest file.
const MOST_BYTES: u64 = 64 << 20;

/// Something in the files that cannot be, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadFile {
    /// The file.
    pub file: String,
    /// The line, where there is one.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub why: String,
}

impl std::fmt::Display for BadFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.why),
            None => write!(f, "{}: {}", self.file, self.why),
        }
    }
}

impl Fault for BadFile {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "configuration.invalid"
    }
}

impl BadFile {
    fn of(file: &str, why: impl Into<String>) -> BadFile {
        BadFile { file: file.into(), line: None, why: why.into() }
    }
}

/// The text of every file, by path.
pub fn texts(configuration: &Configuration) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    texts.insert("tenant.toml".into(), toml::to_string(&configuration.tenant).unwrap_or_default());
    list(&mut texts, "groups.toml", "group", configuration.groups.as_ref());
    list(&mut texts, "resources.toml", "resource", configuration.resources.as_ref());
    list(&mut texts, "roles.toml", "role", configuration.roles.as_ref());
    list(&mut texts, "assignments.toml", "assignment", configuration.assignments.as_ref());
    list(&mut texts, "policies.toml", "policy", configuration.policies.as_ref());
    list(&mut texts, "profiles.toml", "profile", configuration.profiles.as_ref());
    list(&mut texts, "guardrails.toml", "guardrail", configuration.guardrails.as_ref());
    list(&mut texts, "policy-tests.toml", "test", configuration.tests.as_ref());
    for (path, schema) in &configuration.schemas {
        texts.insert(path.clone(), format!("{schema:#}\n"));
    }
    texts
}

fn list<T: Serialize>(texts: &mut BTreeMap<String, String>, file: &str, word: &str, items: Option<&Vec<T>>) {
    let Some(items) = items else { return };
    let text = match items.is_empty() {
        true => format!("# There is no {word} yet.\n"),
        false => toml::to_string(&BTreeMap::from([(word, items)])).unwrap_or_default(),
    };
    texts.insert(file.into(), text);
}

/// Writes the files into a folder, which is made when it is not there. Files that are the same are left alone; files of
/// schemas that nothing names any more go.
pub fn write(folder: &Path, configuration: &Configuration) -> io::Result<()> {
    let texts = texts(configuration);
    let schemas = folder.join("profiles");
    if schemas.is_dir() {
        for file in fs::read_dir(&schemas)? {
            let file = file?;
            let path = format!("profiles/{}", file.file_name().to_string_lossy());
            if path.ends_with(".json") && !texts.contains_key(&path) {
                fs::remove_file(file.path())?;
            }
        }
    }
    for (path, text) in texts {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

/// Reads a folder of such files. Only `tenant.toml` must be there.
pub fn read(folder: &Path) -> Result<Wish, BadFile> {
    let mut wish = Wish::default();
    let text = text(folder, "tenant.toml")?
        .ok_or_else(|| BadFile::of("tenant.toml", "is not there; `atoll export` writes such files"))?;
    wish.configuration.tenant = parsed::<Tenant>("tenant.toml", &text)?;
    wish.places.insert(
        ("tenant", wish.configuration.tenant.name.clone()),
        Place { file: "tenant.toml".into(), line: 1 },
    );
    let places = &mut wish.places;
    let said = &mut wish.configuration;
    said.groups = items(folder, "groups.toml", "group", places)?;
    said.resources = items(folder, "resources.toml", "resource", places)?;
    said.roles = items(folder, "roles.toml", "role", places)?;
    said.assignments = items(folder, "assignments.toml", "assignment", places)?;
    said.policies = items(folder, "policies.toml", "policy", places)?;
    said.profiles = items(folder, "profiles.toml", "profile", places)?;
    said.guardrails = items(folder, "guardrails.toml", "guardrail", places)?;
    said.tests = items(folder, "policy-tests.toml", "test", places)?;
    read_schemas(folder, &mut wish)?;
    Ok(wish)
}

fn read_schemas(folder: &Path, wish: &mut Wish) -> Result<(), BadFile> {
    for profile in wish.configuration.profiles.iter().flatten() {
        for path in
            profile.versions.iter().flat_map(|one| [Some(&one.schema), one.ui_schema.as_ref()]).flatten()
        {
            let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
            if !inside {
                return Err(wish.bad(
                    "profile",
                    &profile.key(),
                    format!("{path} must lie below this folder"),
                ));
            }
            let text = text(folder, path)?.ok_or_else(|| {
                wish.bad("profile", &profile.key(), format!("there is no file {path}; put the schema there"))
            })?;
            let schema: Value = serde_json::from_str(&text).map_err(|why| BadFile {
                file: path.clone(),
                line: Some(why.line()),
                why: format!("is no JSON: {why}"),
            })?;
            wish.configuration.schemas.insert(path.clone(), schema);
        }
    }
    Ok(())
}

impl Wish {
    /// Something is wrong with a thing: says where it stands.
    pub(super) fn bad(&self, what: &'static str, key: &str, why: impl Into<String>) -> BadFile {
        match self.places.get(&(what, key.to_owned())) {
            Some(place) => BadFile { file: place.file.clone(), line: Some(place.line), why: why.into() },
            None => BadFile::of(what, format!("{key}: {}", why.into())),
        }
    }
}

fn text(folder: &Path, name: &str) -> Result<Option<String>, BadFile> {
    let file = match fs::File::open(folder.join(name)) {
        Ok(file) => file,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(BadFile::of(name, format!("cannot be read: {why}"))),
    };
    let mut text = String::new();
    let read = file.take(MOST_BYTES + 1).read_to_string(&mut text);
    read.map_err(|why| BadFile::of(name, format!("cannot be read: {why}")))?;
    match text.len() as u64 > MOST_BYTES {
        true => Err(BadFile::of(name, format!("is larger than {MOST_BYTES} bytes"))),
        false => Ok(Some(text)),
    }
}

fn parsed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, BadFile> {
    toml::from_str(text).map_err(|why: toml::de::Error| BadFile {
        file: file.into(),
        line: why.span().map(|span| line(text, span.start)),
        why: why.message().to_owned(),
    })
}

fn line(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn items<T: Item + DeserializeOwned>(
    folder: &Path,
    file: &str,
    word: &str,
    places: &mut HashMap<(&'static str, String), Place>,
) -> Result<Option<Vec<T>>, BadFile> {
    let Some(text) = text(folder, file)? else { return Ok(None) };
    let mut read: BTreeMap<String, Vec<Spanned<T>>> = parsed(file, &text)?;
    let all = read.remove(word).unwrap_or_default();
    if let Some((other, found)) = read.pop_first() {
        let line = found.first().map(|one| line(&text, one.span().start));
        let why = format!("`{other}` is not known here; this file holds [[{word}]]");
        return Err(BadFile { file: file.into(), line, why });
    }
    let mut items = Vec::new();
    for one in all {
        let line = line(&text, one.span().start);
        let one = one.into_inner();
        let place = Place { file: file.into(), line };
        if let Some(before) = places.insert((T::WHAT, one.key()), place) {
            let why = format!(
                "{} `{}` is in line {} already; leave one of them out",
                T::WHAT,
                one.key(),
                before.line
            );
            return Err(BadFile { file: file.into(), line: Some(line), why });
        }
        items.push(one);
    }
    Ok(Some(items))
}
