//! One process per data folder: the embedded store belongs to one Atoll.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use atoll_base::db::Location;
use atoll_base::settings::Settings;
use atoll_base::{Fault, Kind};
use fs4::{FileExt, TryLockError};

/// The lock on a data folder; ends with the process, however that ends.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

/// The data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataInUse {
    /// Another Atoll has it.
    #[error(
        "another Atoll (process {process}) is already using {folder}; stop it first, or give this one another folder with ATOLL_DATA_DIR",
        folder = folder.display()
    )]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// The other process.
        process: String,
    },
    /// The folder cannot be made or written.
    #[error("cannot use the data folder {folder}: {source}", folder = folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl Fault for DataInUse {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        "data.in_use"
    }
}

impl DataLock {
    /// Takes the lock when the store is embedded; a server's database is shared by replicas and needs none.
    pub fn take(settings: &Settings) -> Result<Option<DataLock>, DataInUse> {
        match settings.database() {
            Location::File(_) => Ok(Some(DataLock::of_folder(&settings.data_dir)?)),
            Location::Postgres(_) => Ok(None),
        }
    }

    fn of_folder(folder: &std::path::Path) -> Result<DataLock, DataInUse> {
        let failed = |source| DataInUse::Folder { folder: folder.to_owned(), source };
        crate::house::make_private_folder(folder).map_err(failed)?;
        let path = folder.join("atoll.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(failed)?;
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                let _ = file.read_to_string(&mut process);
                return Err(DataInUse::Taken {
                    folder: folder.to_owned(),
                    process: process.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        write!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(DataLock { _file: file })
    }
}
