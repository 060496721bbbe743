//! Changing the file of deployment keys: all of it or nothing, by one process at a time.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fs4::FileExt;

use super::deployment_key::{BadKey, DeploymentKey};
use super::keyring::Keyring;
use crate::chance::Chance;
use crate::secret::Secret;

/// A file of keys that this process alone may change. Ends with the process, however that ends.
pub struct KeyFileLock {
    path: PathBuf,
    _lock: File,
}

impl KeyFileLock {
    /// Takes the lock; none when another process has it.
    pub fn take(path: &Path) -> Result<Option<KeyFileLock>, BadKey> {
        let wrap = |source| BadKey::File { path: path.to_owned(), source };
        let file = path.with_extension("key.lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file);
        let lock = lock.map_err(wrap)?;
        match FileExt::try_lock(&lock) {
            Ok(()) => Ok(Some(KeyFileLock { path: path.to_owned(), _lock: lock })),
            Err(fs4::TryLockError::WouldBlock) => Ok(None),
            Err(fs4::TryLockError::Error(source)) => Err(wrap(source)),
        }
    }

    /// Puts a new key in front of the one that is there. Nobody ever sees half of the file.
    pub fn add(&self, ring: &Keyring, chance: &dyn Chance) -> Result<(), BadKey> {
        let old = ring.current();
        let new = DeploymentKey::generate(&next_id(ring), old.origin().clone(), chance);
        self.write(&[&new, old])
    }

    /// Leaves the current key alone.
    pub fn finish(&self, ring: &Keyring) -> Result<(), BadKey> {
        self.write(&[ring.current()])
    }

    fn write(&self, keys: &[&DeploymentKey]) -> Result<(), BadKey> {
        let wrap = |source| BadKey::File { path: self.path.clone(), source };
        let mut text = Secret::new(String::new());
        for key in keys {
            let bytes = Secret::new(STANDARD.encode(key.bytes.reveal()));
            text = Secret::new(format!("{}{} {}\n", text.reveal(), key.id(), bytes.reveal()));
        }
        let draft = self.path.with_extension("key.draft");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft);
        let file = file.as_mut().map_err(|error| wrap(std::io::Error::from(error.kind())))?;
        file.write_all(text.reveal().as_bytes()).map_err(wrap)?;
        file.sync_all().map_err(wrap)?;
        fs::rename(&draft, &self.path).map_err(wrap)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all()).map_err(wrap)
    }
}

/// A name for the next key: `local:v1`, `local:v2` and so on.
pub fn next_id(ring: &Keyring) -> String {
    let id = ring.current().id();
    let stem = id.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let (stem, number) = match id[stem.len()..].parse::<u32>() {
        Ok(number) => (stem.to_owned(), number),
        Err(_) => (format!("{id}:v"), 1),
    };
    let taken = |id: &str| ring.others().iter().any(|key| key.id() == id);
    let mut next = number.saturating_add(1);
    while taken(&format!("{stem}{next}")) {
        next = next.saturating_add(1);
    }
    format!("{stem}{next}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemChance;

    #[test]
    fn the_next_name_counts_on() {
        let next = |id: &str| next_id(&DeploymentKey::given(id, [1; 32]).into());
        assert_eq!(next("local:v1"), "local:v2");
        assert_eq!(next("local:v9"), "local:v10");
        assert_eq!(next("main"), "main:v2");
    }

    #[test]
    fn a_file_holds_both_keys_until_the_change_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deployment.key");
        let before = Keyring::in_folder("local:v1", folder.path(), false, &SystemChance).unwrap();
        let lock = KeyFileLock::take(&path).unwrap().unwrap();
        assert!(KeyFileLock::take(&path).unwrap().is_none(), "one at a time");
        lock.add(&before, &SystemChance).unwrap();
        let both = Keyring::from_file("local:v1", &path).unwrap();
        assert_eq!(both.current().id(), "local:v2");
        assert_eq!(both.others()[0].id(), "local:v1");
        assert_eq!(both.others()[0].bytes.reveal(), before.current().bytes.reveal());
        lock.finish(&both).unwrap();
        let after = Keyring::from_file("local:v1", &path).unwrap();
        assert_eq!((after.current().id(), after.others().len()), ("local:v2", 0));
        let still = both.read_again().unwrap();
        assert_eq!(still.others()[0].id(), "local:v1", "a running process keeps what it knew");
    }
}
