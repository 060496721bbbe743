//! A folder and an environment to load settings from.

mod atom;
mod doctor;
mod refusals;
mod values;

use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder with the files given, and what a process started there would see.
struct Place {
    folder: TempDir,
    inputs: Inputs,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inputs = Inputs { folder: folder.path().to_owned(), ..Inputs::default() };
        Place { folder, inputs }
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.inputs.environment.push((name.into(), value.into()));
        self
    }

    fn set(mut self, pair: &str) -> Self {
        self.inputs.sets.push(pair.into());
        self
    }

    fn load(&self) -> Loaded {
        Settings::load(&self.inputs).unwrap()
    }

    fn problems(&self) -> Vec<Problem> {
        Settings::load(&self.inputs).unwrap_err().0
    }

    /// The only problem, as an operator reads it, without the name of the test's folder.
    fn problem(&self) -> String {
        let problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string().replace(&format!("{}/", self.folder.path().display()), "")
    }
}
