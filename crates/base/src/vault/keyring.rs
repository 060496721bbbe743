//! The deployment keys that are good at one time: one that seals, and others whose seals still open.

use std::path::{Path, PathBuf};

use super::deployment_key::{self, BadKey, DeploymentKey, KeyOrigin};
use crate::chance::Chance;

/// The name of the file in the data folder.
const FILE: &str = "deployment.key";

/// Deployment keys: the first seals, all of them open.
#[derive(Clone, Debug)]
pub struct Keyring {
    keys: Vec<DeploymentKey>,
    file: Option<KeyFile>,
}

/// A file of keys, to be read again when somebody changes it.
#[derive(Clone, Debug)]
pub(super) struct KeyFile {
    pub(super) path: PathBuf,
    /// The name of a key that the file does not name.
    pub(super) default_id: String,
}

impl From<DeploymentKey> for Keyring {
    fn from(key: DeploymentKey) -> Keyring {
        Keyring { keys: vec![key], file: None }
    }
}

impl Keyring {
    /// The keys in a file that the operator named.
    pub fn from_file(id: &str, path: &Path) -> Result<Keyring, BadKey> {
        let keys = deployment_key::read_all(id, path, &KeyOrigin::File(path.to_owned()))?;
        Ok(Keyring::of_file(keys, id, path))
    }

    /// The keys in the data folder. When there are none, one is made (mode 0600), unless something is `sealed` already: a new
    /// one would be of no use, and hide that the old one is lost. Of two processes that make it at the same time one wins,
    /// and both use its key.
    pub fn in_folder(id: &str, folder: &Path, sealed: bool, chance: &dyn Chance) -> Result<Keyring, BadKey> {
        let path = folder.join(FILE);
        if !path.exists() {
            if sealed {
                return Err(BadKey::Lost(path));
            }
            deployment_key::make(&path, chance)?;
        }
        let keys = deployment_key::read_all(id, &path, &KeyOrigin::Made(path.clone()))?;
        Ok(Keyring::of_file(keys, id, &path))
    }

    fn of_file(keys: Vec<DeploymentKey>, id: &str, path: &Path) -> Keyring {
        Keyring { keys, file: Some(KeyFile { path: path.to_owned(), default_id: id.to_owned() }) }
    }

    /// The same, and one more key whose seals open.
    #[must_use]
    pub fn with(mut self, key: Option<DeploymentKey>) -> Keyring {
        let new = key.filter(|key| self.find(key.id().as_bytes()).is_none());
        self.keys.extend(new);
        self
    }

    /// The key that seals.
    pub fn current(&self) -> &DeploymentKey {
        // Every way of making one puts a key in.
        &self.keys[0]
    }

    /// Keys that seal nothing any more, and still open.
    pub fn others(&self) -> &[DeploymentKey] {
        &self.keys[1..]
    }

    /// Where the key that seals came from.
    pub fn origin(&self) -> &KeyOrigin {
        self.current().origin()
    }

    /// The file that the keys came from.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path.as_path())
    }

    pub(super) fn find(&self, id: &[u8]) -> Option<&DeploymentKey> {
        self.keys.iter().find(|key| key.id().as_bytes() == id)
    }

    /// The keys as their file has them now. Those that the file has no more still open what this process comes across.
    pub(super) fn read_again(&self) -> Result<Keyring, BadKey> {
        let Some(file) = &self.file else { return Ok(self.clone()) };
        let mut keys = deployment_key::read_all(&file.default_id, &file.path, self.origin())?;
        for old in &self.keys {
            if !keys.iter().any(|key| key.id() == old.id()) {
                keys.push(old.clone());
            }
        }
        Ok(Keyring { keys, file: self.file.clone() })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::chance::SystemChance;

    #[test]
    fn no_key_is_made_beside_a_store_that_is_sealed_with_another() {
        let folder = tempfile::tempdir().unwrap();
        let lost = Keyring::in_folder("local:v1", folder.path(), true, &SystemChance);
        assert!(matches!(lost, Err(BadKey::Lost(_))));
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn a_made_key_is_private_and_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let made = Keyring::in_folder("local:v1", folder.path(), false, &SystemChance).unwrap();
        let again = Keyring::in_folder("local:v1", folder.path(), false, &SystemChance).unwrap();
        assert_eq!(made.current().bytes.reveal(), again.current().bytes.reveal());
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Keyring::in_folder("local:v1", folder.path(), false, &SystemChance).unwrap();
        let path = folder.path().join(FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keyring::from_file("x", &path), Err(BadKey::TooOpen(_))));
    }
}
