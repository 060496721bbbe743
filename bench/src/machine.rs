//! What figures depend on besides the code: they compare only within one run on one machine.

use std::fs;
use std::path::Path;

use serde::Serialize;

/// The machine and its state at the beginning of a run.
#[derive(Serialize)]
pub(crate) struct Machine {
    cores: usize,
    processor: String,
    memory_mib: u64,
    kernel: String,
    rustc: String,
    load_average: String,
    filesystem: String,
    optimised: bool,
}

impl Machine {
    /// This machine now, with data in this folder.
    pub(crate) fn look(data: &Path) -> Machine {
        Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(unknown),
            memory_mib: field("/proc/meminfo", "MemTotal").and_then(|kib| kib_to_mib(&kib)).unwrap_or(0),
            kernel: line("/proc/sys/kernel/osrelease").unwrap_or_else(unknown),
            rustc: rustc().unwrap_or_else(unknown),
            load_average: line("/proc/loadavg").unwrap_or_else(unknown),
            filesystem: filesystem(data).unwrap_or_else(unknown),
            optimised: !cfg!(debug_assertions),
        }
    }

    /// Says it on standard output.
    pub(crate) fn print(&self) {
        println!("machine   {} cores, {}, {} MiB", self.cores, self.processor, self.memory_mib);
        println!("system    Linux {}, data on {}, {}", self.kernel, self.filesystem, self.rustc);
        println!("load      {}", self.load_average);
        if !self.optimised {
            println!("NOTE      built without --release: these figures mean nothing");
        }
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn line(file: &str) -> Option<String> {
    Some(fs::read_to_string(file).ok()?.trim().to_owned())
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let (_, value) =
        text.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

fn kib_to_mib(text: &str) -> Option<u64> {
    Some(text.strip_suffix("kB")?.trim().parse::<u64>().ok()? / 1024)
}

fn rustc() -> Option<String> {
    let output = std::process::Command::new("rustc").arg("--version").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The kind of the innermost mount that holds the folder: what an fsync costs depends on it.
fn filesystem(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let holding = mounts.lines().filter_map(mount).filter(|(place, _)| folder.starts_with(place));
    holding.max_by_key(|(place, _)| place.len()).map(|(_, kind)| kind)
}
