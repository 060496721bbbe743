//! The deployment key: found without making one, and tried on a store.

use std::path::PathBuf;
use std::sync::Arc;

use atoll_base::Result;
use atoll_base::chance::SystemChance;
use atoll_base::db::Db;
use atoll_base::settings::{KeySource, Settings};
use atoll_base::time::{Clock, SystemClock};
use atoll_base::vault::{KeyOrigin, Keyring, NamedKeys, Vault};
use atoll_server::house::deployment_key;

use crate::failure::Failure;

/// The key that the settings name.
pub(crate) enum Found {
    /// It is there.
    Key(Keyring),
    /// Nobody said anything, and no first start has made this file yet.
    NotMade(PathBuf),
}

/// Whether the key opens what is sealed in a store.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Nothing is sealed yet.
    NothingSealed,
    /// It does.
    Opens(KeyOrigin),
    /// There is no key.
    Missing(PathBuf),
    /// There is one, and it cannot be used or is another one; why.
    Wrong(String),
}

/// Finds the key. Makes none.
pub(crate) fn find(settings: &Settings) -> Result<Found> {
    if let KeySource::DataFolder(folder) = settings.key_source() {
        let path = folder.join("deployment.key");
        if !path.exists() {
            return Ok(Found::NotMade(path));
        }
    }
    Ok(Found::Key(deployment_key(settings, true)?))
}

/// The key for a store that has sealed things in it: a new one would be of no use.
pub(crate) fn require(settings: &Settings) -> Result<Keyring, Failure> {
    match find(settings)? {
        Found::Key(key) => Ok(key),
        Found::NotMade(path) => Err(Failure::new(format!("the deployment key {} is missing", path.display()))
            .advice(
                "What is sealed in this store cannot be read without it. Put it back from your copy (mode 600), or \
                 name it with key_encryption_key or key_encryption_key_file.",
            )),
    }
}

/// Tries the key on a store of the current shape. Changes nothing.
pub(crate) async fn try_on(db: &Db, settings: &Settings) -> Result<Fit> {
    let key = match find(settings) {
        Ok(Found::Key(key)) => key,
        Ok(Found::NotMade(path)) if NamedKeys::exist(db).await? => return Ok(Fit::Missing(path)),
        Ok(Found::NotMade(_)) => return Ok(Fit::NothingSealed),
        Err(error) => return Ok(Fit::Wrong(error.to_string())),
    };
    // Without this question, loading would make the first keys.
    if !NamedKeys::exist(db).await? {
        return Ok(Fit::NothingSealed);
    }
    let origin = key.origin().clone();
    let chance = Arc::new(SystemChance);
    let vault = Vault::new(key, chance.clone());
    match NamedKeys::load(db, &vault, SystemClock.now(), &*chance).await {
        Ok(_) => Ok(Fit::Opens(origin)),
        Err(error) if error.code() == "vault.unreadable" => Ok(Fit::Wrong(error.to_string())),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_for_the_key_makes_none() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data_dir: folder.path().join("data"), ..Settings::for_tests() };
        assert!(matches!(find(&settings), Ok(Found::NotMade(_))));
        assert!(require(&settings).unwrap_err().to_string().contains("Put it back"));
        assert!(!settings.data_dir.exists());
    }
}
