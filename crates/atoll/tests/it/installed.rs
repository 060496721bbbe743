//! Programs and libraries of others, installed once for all tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ran::Ran;

/// The folder of this name, which `install` has filled; tests that run beside each other wait for the first of them.
pub fn once(name: &str, install: impl FnOnce(&Path)) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = place.join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let lock = File::create(place.join(format!("{name}.lock"))).expect("a lock file");
    lock.lock().expect("the lock");
    if !folder.join("done").exists() {
        install(&folder);
        fs::write(folder.join("done"), "").expect("a note that all is there");
    }
    folder
}

/// A virtual environment with these packages of Python, each as `name==version`.
pub fn python(packages: &[&str]) -> PathBuf {
    once(&packages[0].replace("==", "-"), |folder| {
        let mut environment = Command::new("python3");
        Ran::of(environment.args(["-m", "venv", "--clear"]).arg(folder)).ended_with(0);
        let mut pip = Command::new(folder.join("bin/pip"));
        Ran::of(pip.args(["install", "--quiet"]).args(packages)).ended_with(0);
    })
}
