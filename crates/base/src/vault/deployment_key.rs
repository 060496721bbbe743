//! The one key that everything sealed depends on: from the settings, from a file, or made in the data folder.

use std::fmt;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::chance::{self, Chance};
use crate::error::{Fault, Kind};
use crate::secret::Secret;

/// Where the deployment key came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// From the settings (environment or file of settings).
    Settings,
    /// From a file that the operator named.
    File(PathBuf),
    /// From a file in the data folder that Atoll made itself.
    Made(PathBuf),
}

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyOrigin::Settings => f.write_str("from the settings"),
            KeyOrigin::File(path) => write!(f, "from {}", path.display()),
            KeyOrigin::Made(path) => write!(f, "made by Atoll in {}", path.display()),
        }
    }
}

/// The deployment key and the name under which sealed values remember it.
#[derive(Clone, Debug)]
pub struct DeploymentKey {
    pub(super) id: String,
    pub(super) bytes: Secret<[u8; 32]>,
    origin: KeyOrigin,
}

/// The deployment key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadKey {
    /// It does not have the right form.
    #[error("the deployment key in {0} is not the base64 of exactly 32 bytes")]
    Form(String),
    /// The file cannot be read or made.
    #[error("cannot use the deployment key file {path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The store has things sealed with a key that is not here any more.
    #[error(
        "the deployment key {path} is missing, and what is sealed in this store cannot be read without it; put it back \
         from your copy (mode 600), or name it with key_encryption_key or key_encryption_key_file",
        path = .0.display()
    )]
    Lost(PathBuf),
    /// Others can read it.
    #[error("the deployment key file {0} can be read by other users; run: chmod 600 {0}")]
    TooOpen(String),
}

impl Fault for BadKey {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "vault.bad_key"
    }
}

impl DeploymentKey {
    /// A new key.
    pub fn generate(id: &str, origin: KeyOrigin, chance: &dyn Chance) -> Self {
        DeploymentKey { id: id.to_owned(), bytes: Secret::new(chance::bytes::<32>(chance)), origin }
    }

    /// A key given in the settings.
    pub fn given(id: &str, bytes: [u8; 32]) -> Self {
        DeploymentKey { id: id.to_owned(), bytes: Secret::new(bytes), origin: KeyOrigin::Settings }
    }

    /// Where the key came from.
    pub fn origin(&self) -> &KeyOrigin {
        &self.origin
    }

    /// The name under which sealed values remember it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The keys in a file, the one that seals first: lines of a key's name and the base64 of its bytes; the name may be left out
/// of the first, which then is `id`.
pub(super) fn read_all(id: &str, path: &Path, origin: &KeyOrigin) -> Result<Vec<DeploymentKey>, BadKey> {
    let wrap = |source| BadKey::File { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(wrap)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(BadKey::TooOpen(path.display().to_string()));
    }
    let text = Secret::new(fs::read_to_string(path).map_err(wrap)?);
    let malformed = || BadKey::Form(path.display().to_string());
    let mut keys: Vec<DeploymentKey> = Vec::new();
    for line in text.reveal().lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, key) = line.split_once(' ').unwrap_or((id, line));
        let bytes = Secret::new(STANDARD.decode(key.trim()).map_err(|_| malformed())?);
        let exact: [u8; 32] = bytes.reveal().as_slice().try_into().map_err(|_| malformed())?;
        if keys.iter().any(|key| key.id == name) {
            return Err(malformed());
        }
        keys.push(DeploymentKey { id: name.to_owned(), bytes: Secret::new(exact), origin: origin.clone() });
    }
    if keys.is_empty() { Err(malformed()) } else { Ok(keys) }
}

/// Makes a file with a new key. Of two processes that do so at the same time one wins, and both use its key.
pub(super) fn make(path: &Path, chance: &dyn Chance) -> Result<(), BadKey> {
    let wrap = |source| BadKey::File { path: path.to_owned(), source };
    let unique = u64::from_be_bytes(chance::bytes::<8>(chance));
    let draft = path.with_extension(format!("key.{unique:016x}"));
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(wrap)?;
    let text = Secret::new(STANDARD.encode(chance::bytes::<32>(chance)));
    file.write_all(text.reveal().as_bytes()).map_err(wrap)?;
    file.sync_all().map_err(wrap)?;
    // A hard link fails when the name exists, a rename would replace it: nobody's key is ever overwritten.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(wrap)?;
    match linked {
        Err(exists) if exists.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(wrap),
    }
}
