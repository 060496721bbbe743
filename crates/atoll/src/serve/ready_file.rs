//! The file that says where to connect, for supervisors and tests.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::failure::Failure;

/// `{"http":"127.0.0.1:8080","grpc":"127.0.0.1:8081","pid":7}`; removed when Atoll stops.
pub(super) struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Writes it whole: whoever sees the file sees all of it.
    pub(super) fn write(path: &Path, http: SocketAddr, grpc: SocketAddr) -> Result<ReadyFile, Failure> {
        let content = json!({ "http": http, "grpc": grpc, "pid": std::process::id() });
        replace(path, &content.to_string()).map_err(|why| {
            Failure::new(format!("cannot write the ready file {}: {why}", path.display()))
                .advice("Name a file in a folder that Atoll may write to with --ready-file.")
        })?;
        Ok(ReadyFile(path.to_owned()))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn replace(path: &Path, content: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = tempfile::Builder::new().prefix(".atoll-ready-").tempfile_in(folder)?;
    draft.write_all(content.as_bytes())?;
    draft.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_as_long_as_it_is_true() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready.json");
        std::fs::write(&path, "of an earlier run").unwrap();
        let file = ReadyFile::write(&path, ([127, 0, 0, 1], 1).into(), ([127, 0, 0, 1], 2).into()).unwrap();
        let content: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(content["http"], "127.0.0.1:1");
        assert_eq!(content["grpc"], "127.0.0.1:2");
        assert_eq!(content["pid"], std::process::id());
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
