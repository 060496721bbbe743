//! The settings that a command line asks for.

use atoll_base::settings::{Inputs, Loaded, Settings};

use crate::cli::Global;
use crate::failure::{Failure, from_fault};

/// Reads file, environment and command line; all problems are reported at once.
pub(crate) fn load(global: &Global) -> Result<Loaded, Failure> {
    let mut sets = global.sets.clone();
    if let Some(folder) = &global.data {
        let folder = folder.to_str().ok_or_else(|| {
            Failure::usage(format!("--data {}: the name of the folder is not UTF-8", folder.display()))
        })?;
        sets.push(format!("data_dir={folder}"));
    }
    let inputs = Inputs::of_process(global.config.clone(), sets);
    Settings::load(&inputs).map_err(|problems| {
        from_fault(problems)
            .advice("docs/settings.md lists every setting; `atoll doctor --all` shows those in force.")
    })
}
